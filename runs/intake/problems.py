"""What people do with a file that was refused: try it again, key it in by hand, or close it with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import F

from agentops.core import blobs
from agentops.core.audit import payloads
from agentops.core.audit.trail import append
from agentops.core.models import User
from runs.agents import NotAdmitted, agents
from runs.intake.asking import Unusable
from runs.intake.keying import typed_in
from runs.intake.receipts import STREAM
from runs.intake.settling import DONE, event_of, lock_open, settle, start
from runs.intake.taking import UNREAD, Taken
from runs.models import IntakeProblem, ProblemStatus
from runs.points import durable
from runs.services import RunError

REASON_LENGTH = 400


def try_again(*, problem_id: UUID, by: User, now: datetime) -> Taken:
    """Offer a refused file to its agent once more (the reader has learned something since).

    Raises `RunError` if it was dealt with already, and what `blobs.read` raises.
    """
    problem = IntakeProblem.objects.get(pk=problem_id)
    if problem.status != ProblemStatus.OPEN:
        raise RunError(DONE)
    plugin = agents.get(problem.agent)
    data = blobs.read(problem.document)
    try:
        media_type = plugin.admit(data, problem.name)
    except NotAdmitted as refusal:
        _refused_again(problem, refusal, by)
        return Taken(problem.document, problem_id=problem.id, code=refusal.code, sentence=refusal.message)
    with durable("intake.retried"):
        locked = lock_open(problem_id)
        run_id = start(locked, requester=locked.requester, media_type=media_type)
        settle(locked, ProblemStatus.RETRIED, by=by, now=now, run=run_id)
        append(STREAM, event_of(problem, "intake.retried", by, run=str(run_id)))
    return Taken(problem.document, run_id=run_id)


def key_in(*, problem_id: UUID, by: User, typed: Mapping[str, str], now: datetime) -> UUID:
    """Start a run of a refused file from the values that `by` typed; they count as asking for it, so somebody else
    decides. Returns the run's id. Raises `RunError` if it was dealt with already, `Unusable` for a value that cannot
    be used or an agent that takes none.
    """
    problem = IntakeProblem.objects.get(pk=problem_id)
    plugin = agents.get(problem.agent)
    if not plugin.key_in_fields:
        raise Unusable("not_offered", "", f"{plugin.label} takes no values that were typed.")
    values = typed_in(plugin.key_in_fields, typed)
    try:
        media_type = plugin.admit(blobs.read(problem.document), problem.name)
    except NotAdmitted:
        media_type = UNREAD
    with durable("intake.keyed"):
        locked = lock_open(problem_id)
        keyed = {"keyed": values, "keyed_by": str(by.pk)}
        run_id = start(locked, requester=by, media_type=media_type, more=keyed)
        settle(locked, ProblemStatus.KEYED, by=by, now=now, run=run_id)
        append(STREAM, event_of(problem, "intake.keyed", by, run=str(run_id), data={"fields": sorted(values)}))
    return run_id


def close_problem(*, problem_id: UUID, by: User, now: datetime, why: str) -> None:
    """A person has dealt with a refused file otherwise; the receipt stays, with their reason.

    Raises `RunError` if it was dealt with already, `Unusable` without a reason.
    """
    why = why.strip()
    if not why or len(why) > REASON_LENGTH:
        raise Unusable("reason_missing", "why", f"Say why, in at most {REASON_LENGTH} characters.")
    with durable("intake.closed"):
        locked = lock_open(problem_id)
        settle(locked, ProblemStatus.CLOSED, by=by, now=now, why=why)
        told = payloads.commit({"why": why})
        seq = append(STREAM, event_of(locked, "intake.closed", by, commits={"told": told.hex}))
        payloads.store(STREAM, seq, f"document:{locked.document}", told, name="told")


def fetch_original(*, problem_id: UUID, by: User) -> bytes:
    """The refused file as it came; that `by` fetched it is in the trail. Raises what `blobs.read` raises."""
    problem = IntakeProblem.objects.get(pk=problem_id)
    data = blobs.read(problem.document)
    with durable("intake.fetched"):
        append(STREAM, event_of(problem, "intake.original_fetched", by))
    return data


def _refused_again(problem: IntakeProblem, refusal: NotAdmitted, by: User) -> None:
    with durable("intake.refused_again"):
        lock_open(problem.id)
        IntakeProblem.objects.filter(pk=problem.id).update(
            code=refusal.code, message=refusal.message, tries=F("tries") + 1
        )
        append(STREAM, event_of(problem, "intake.refused_again", by, reason=refusal.code))
