"""What every way on from a refused file shares: the receipt under lock, its run, its end, and the event of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from agentops.core.audit.trail import Actor, Event
from agentops.core.models import User
from runs.intake.asking import GOAL
from runs.models import IntakeProblem, ProblemStatus, Run
from runs.services import RunError, start_run

DONE = "This was dealt with already."


def lock_open(problem_id: UUID) -> IntakeProblem:
    """The receipt, to be settled in this transaction. Raises `RunError` if it was dealt with already."""
    locked = IntakeProblem.objects.select_for_update().filter(pk=problem_id, status=ProblemStatus.OPEN).first()
    if locked is None:
        raise RunError(DONE)
    return locked


def start(problem: IntakeProblem, *, requester: User, media_type: str, more: Mapping[str, Any] | None = None) -> UUID:
    """The run of this receipt, with everything that came with the file; `more` stands above that."""
    came_with = dict(problem.given)
    goal = came_with.pop("goal", GOAL)
    given = {"document": problem.document, "name": problem.name, "media_type": media_type, **came_with, **(more or {})}
    return start_run(
        agent=problem.agent,
        requester=requester,
        goal=goal,
        given=given,
        subject=str(given["name"]),
        document=str(given["document"]),
    )


def settle(
    problem: IntakeProblem,
    status: ProblemStatus,
    *,
    by: User,
    now: datetime,
    run: UUID | None = None,
    replaced_by: IntakeProblem | None = None,
    why: str = "",
) -> None:
    """Its end, with who brought it about."""
    problem.status, problem.run = status, Run.objects.get(pk=run) if run else None
    problem.replaced_by = replaced_by
    problem.settled_by, problem.settled_at, problem.why = by, now, why
    problem.save(update_fields=["status", "run", "replaced_by", "settled_by", "settled_at", "why"])


def event_of(problem: IntakeProblem, action: str, by: User, *, reason: str = "", **more: Any) -> Event:
    """What the trail says of it."""
    return Event(
        action=action,
        actor=Actor.of(by),
        object=("intake_problem", str(problem.id), None),
        reason=reason or problem.code,
        facets=(f"document={problem.document}",),
        **more,
    )
