"""The right file in the place of one that was refused: its run, or its own receipt, and the two know each other."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from agentops.core import blobs
from agentops.core.audit.trail import append
from agentops.core.models import User
from runs.agents import NotAdmitted, agents
from runs.intake.asking import Unusable
from runs.intake.receipts import STREAM, keep_receipt
from runs.intake.settling import DONE, event_of, lock_open, settle, start
from runs.intake.taking import UNREAD, Taken, notes_on, printable
from runs.models import IntakeProblem, ProblemStatus
from runs.points import durable
from runs.services import RunError

CHANNEL = "replacement"


def replace_file(*, problem_id: UUID, data: bytes, name: str, by: User, now: datetime) -> Taken:
    """Offer another file for the same problem, with whatever came with the first; `by` asks for its run.

    Refused as well, it gets a receipt of its own, which stands for the problem from then on. Raises `RunError` if the
    problem was dealt with already, `Unusable` for the file that was refused once more, and what the disk raises.
    """
    problem = IntakeProblem.objects.get(pk=problem_id)
    if problem.status != ProblemStatus.OPEN:
        raise RunError(DONE)
    plugin, name = agents.get(problem.agent), printable(name)
    blob = blobs.put(data, UNREAD)
    if blob.sha256 == problem.document:
        raise Unusable("same_file", "file", "This is the file that was refused. Choose another, or try it again.")
    try:
        media_type = plugin.admit(data, name)
    except NotAdmitted as refusal:
        return _refused_as_well(problem, refusal, Taken(blob.sha256), data, name, by, now)
    with durable("intake.replaced"):
        locked = lock_open(problem_id)
        more = {"document": blob.sha256, "name": name, "replaces": _told(problem)}
        run_id = start(locked, requester=by, media_type=media_type, more=more)
        settle(locked, ProblemStatus.REPLACED, by=by, now=now, run=run_id)
        append(STREAM, event_of(locked, "intake.replaced", by, run=str(run_id), data={"document": blob.sha256}))
    return Taken(blob.sha256, run_id=run_id, notes=notes_on(name, media_type))


def _refused_as_well(
    problem: IntakeProblem, refusal: NotAdmitted, taken: Taken, data: bytes, name: str, by: User, now: datetime
) -> Taken:
    with durable("intake.replaced_in_vain"):
        locked = lock_open(problem.pk)
        given = {**locked.given, "replaces": _told(locked)}
        receipt = keep_receipt(
            locked.agent, locked.desk, taken.document, len(data), name, by, refusal, now, given, CHANNEL
        )
        settle(locked, ProblemStatus.REPLACED, by=by, now=now, replaced_by=receipt)
        told = {"document": taken.document, "problem": str(receipt.pk)}
        append(STREAM, event_of(locked, "intake.replaced", by, reason=refusal.code, data=told))
    return Taken(taken.document, problem_id=receipt.pk, code=refusal.code, sentence=refusal.message)


def _told(problem: IntakeProblem) -> dict[str, Any]:
    """What a run's input says of the file it came instead of."""
    return {"problem": str(problem.pk), "document": problem.document, "name": problem.name, "code": problem.code}
