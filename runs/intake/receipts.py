"""The receipt of a file that was refused at the door: one row, one event, and what came with it for a later try."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agentops.core.audit import payloads
from agentops.core.audit.trail import Actor, Event, append
from agentops.core.models import User
from runs.agents import NotAdmitted
from runs.models import IntakeProblem, ProblemStatus
from runs.points import durable

STREAM = "intake"


def keep_receipt(
    agent: str,
    desk: str,
    document: str,
    size: int,
    name: str,
    requester: User,
    refusal: NotAdmitted,
    now: datetime,
    given: Mapping[str, Any] | None = None,
    channel: str = "",
) -> IntakeProblem:
    """One row and one event; the file itself is stored already. `given` is what else came with it."""
    with durable("intake.refused"):
        problem = IntakeProblem.objects.create(
            agent=agent,
            desk=desk,
            name=name,
            document=document,
            size=size,
            requester=requester,
            code=refusal.code,
            message=refusal.message,
            given=dict(given or {}),
            channel=channel,
            at=now,
        )
        told = payloads.commit({"name": name, "message": refusal.message})
        event = Event(
            action="intake.refused",
            actor=Actor.of(requester),
            object=("intake_problem", str(problem.id), None),
            reason=refusal.code,
            data={"size": size, "agent": agent},
            commits={"told": told.hex},
            facets=(f"document={document}",),
        )
        seq = append(STREAM, event)
        payloads.store(STREAM, seq, f"document:{document}", told, name="told")
    return problem


def receipt_of(requester: User, document: str, name: str, agent: str, desk: str) -> IntakeProblem | None:
    """What the same request was answered before: who asks under a key asks once.

    Another desk's receipt is none for this one, and a closed one is none for what comes later: whoever closed it could
    not know of it.
    """
    same = IntakeProblem.objects.filter(requester=requester, document=document, name=name, agent=agent, desk=desk)
    return same.exclude(status=ProblemStatus.CLOSED).first()
