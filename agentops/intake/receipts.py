"""The receipt of a file that came by itself and was refused: one that people still see."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from agentops.core.models import User
from runs.agents import NotAdmitted
from runs.intake import Taken, keep_receipt
from runs.models import IntakeProblem, ProblemStatus


def receipt_of(
    taken: Taken,
    *,
    agent: str,
    desk: str,
    size: int,
    name: str,
    requester: User,
    now: datetime,
    given: dict[str, Any],
    channel: str,
) -> IntakeProblem:
    """The receipt that `take_in` kept. The same file refused once before shares its receipt, unless somebody has closed
    that one: then they could not know of this file, and it gets its own."""
    assert taken.problem_id is not None  # noqa: S101 - the caller looked
    problem = IntakeProblem.objects.get(pk=taken.problem_id)
    if problem.status != ProblemStatus.CLOSED:
        return problem
    refusal = NotAdmitted(taken.code, taken.sentence)
    return keep_receipt(
        agent=agent,
        desk=desk,
        document=taken.document,
        size=size,
        name=name,
        requester=requester,
        refusal=refusal,
        now=now,
        given=given,
        channel=channel,
    )
