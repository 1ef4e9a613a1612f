"""What people do with a file that was refused: try it again, key it in by hand, or close it with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from agentops.core import blobs
from agentops.core.audit import payloads
from agentops.core.audit.trail import Actor, Event, append
from agentops.core.models import User
from runs.agents import NotAdmitted, agents
from runs.intake.asking import GOAL, Unusable
from runs.intake.keying import typed_in
from runs.intake.receipts import STREAM
from runs.intake.taking import UNREAD, Taken
from runs.models import IntakeProblem, ProblemStatus, Run
from runs.points import durable
from runs.services import RunError, start_run

REASON_LENGTH = 400
DONE = "This was dealt with already."


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
        locked = _lock(problem_id)
        run_id = _start(locked, requester=locked.requester, media_type=media_type)
        _settle(locked, ProblemStatus.RETRIED, by=by, now=now, run=run_id)
        append(STREAM, _event("intake.retried", problem, by, run=str(run_id)))
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
        locked = _lock(problem_id)
        keyed = {"keyed": values, "keyed_by": str(by.pk)}
        run_id = _start(locked, requester=by, media_type=media_type, more=keyed)
        _settle(locked, ProblemStatus.KEYED, by=by, now=now, run=run_id)
        append(STREAM, _event("intake.keyed", problem, by, run=str(run_id), data={"fields": sorted(values)}))
    return run_id


def close_problem(*, problem_id: UUID, by: User, now: datetime, why: str) -> None:
    """A person has dealt with a refused file otherwise; the receipt stays, with their reason.

    Raises `RunError` if it was dealt with already, `Unusable` without a reason.
    """
    why = why.strip()
    if not why or len(why) > REASON_LENGTH:
        raise Unusable("reason_missing", "why", f"Say why, in at most {REASON_LENGTH} characters.")
    with durable("intake.closed"):
        locked = _lock(problem_id)
        _settle(locked, ProblemStatus.CLOSED, by=by, now=now, why=why)
        told = payloads.commit({"why": why})
        seq = append(STREAM, _event("intake.closed", locked, by, commits={"told": told.hex}))
        payloads.store(STREAM, seq, f"document:{locked.document}", told, name="told")


def fetch_original(*, problem_id: UUID, by: User) -> bytes:
    """The refused file as it came; that `by` fetched it is in the trail. Raises what `blobs.read` raises."""
    problem = IntakeProblem.objects.get(pk=problem_id)
    data = blobs.read(problem.document)
    with durable("intake.fetched"):
        append(STREAM, _event("intake.original_fetched", problem, by))
    return data


def _lock(problem_id: UUID) -> IntakeProblem:
    locked = IntakeProblem.objects.select_for_update().filter(pk=problem_id, status=ProblemStatus.OPEN).first()
    if locked is None:
        raise RunError(DONE)
    return locked


def _start(problem: IntakeProblem, *, requester: User, media_type: str, more: Mapping[str, Any] | None = None) -> UUID:
    came_with = dict(problem.given)
    goal = came_with.pop("goal", GOAL)
    given = {"document": problem.document, "name": problem.name, "media_type": media_type, **came_with, **(more or {})}
    return start_run(
        agent=problem.agent,
        requester=requester,
        goal=goal,
        given=given,
        subject=problem.name,
        document=problem.document,
    )


def _settle(
    problem: IntakeProblem, status: ProblemStatus, *, by: User, now: datetime, run: UUID | None = None, why: str = ""
) -> None:
    problem.status, problem.run = status, Run.objects.get(pk=run) if run else None
    problem.settled_by, problem.settled_at, problem.why = by, now, why
    problem.save(update_fields=["status", "run", "settled_by", "settled_at", "why"])


def _refused_again(problem: IntakeProblem, refusal: NotAdmitted, by: User) -> None:
    with durable("intake.refused_again"):
        _lock(problem.id)
        IntakeProblem.objects.filter(pk=problem.id).update(
            code=refusal.code, message=refusal.message, tries=F("tries") + 1
        )
        append(STREAM, _event("intake.refused_again", problem, by, reason=refusal.code))


def _event(action: str, problem: IntakeProblem, by: User, *, reason: str = "", **more: Any) -> Event:
    return Event(
        action=action,
        actor=Actor.of(by),
        object=("intake_problem", str(problem.id), None),
        reason=reason or problem.code,
        facets=(f"document={problem.document}",),
        **more,
    )
