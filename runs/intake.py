"""The one door for documents: upload, inbox, API and command all come through `take_in`.

A file is stored before anything looks at it. What the agent admits starts a run; what it refuses leaves a receipt
that people see at the agent's desk, with the original, its reason, and the ways to try again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from agentops.core import blobs
from agentops.core.audit import payloads
from agentops.core.audit.trail import Actor, Event, append
from agentops.core.models import User
from runs.agents import NotAdmitted, agents
from runs.models import IntakeProblem, ProblemStatus, Run, RunInput
from runs.points import durable
from runs.services import RunError, start_run

STREAM = "intake"
GOAL = "Process this document."


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file at the door."""

    document: str
    run_id: UUID | None = None
    problem_id: UUID | None = None
    code: str = ""
    sentence: str = ""
    known: bool = False


def take_in(
    *,
    agent: str,
    data: bytes,
    name: str,
    requester: User,
    now: datetime,
    request_key: str | None = None,
    claimed: dict[str, Any] | None = None,
) -> Taken:
    """Store the file and start its run, or keep a receipt of why not.

    `claimed` is what the sender says about it; a difference to what is read is a reason. Raises `UnknownAgent`.
    """
    plugin = agents.get(agent)
    name = printable(name)
    blob = blobs.put(data, "application/octet-stream")
    try:
        media_type = plugin.admit(data, name)
    except NotAdmitted as refusal:
        before = _receipt(requester, blob.sha256, name) if request_key else None
        problem = before or keep_receipt(
            plugin.name, plugin.desk, blob.sha256, len(data), name, requester, refusal, now
        )
        return Taken(blob.sha256, problem_id=problem.id, code=refusal.code, sentence=refusal.message)
    earlier = RunInput.objects.filter(document=blob.sha256).order_by("run_id").first()
    given: dict[str, Any] = {"document": blob.sha256, "name": name, "media_type": media_type}
    if claimed:
        given["claimed"] = claimed
    run_id = start_run(
        agent=agent,
        requester=requester,
        goal=GOAL,
        given=given,
        request_key=request_key,
        subject=name,
        document=blob.sha256,
    )
    said = f"The same file started {earlier.run} before; this run will say so." if earlier else ""
    return Taken(blob.sha256, run_id=run_id, sentence=said)


def keep_receipt(
    agent: str,
    desk: str,
    document: str,
    size: int,
    name: str,
    requester: User,
    refusal: NotAdmitted,
    now: datetime,
) -> IntakeProblem:
    """One row and one event; the file itself is stored already."""
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


def try_again(*, problem_id: UUID, by: User, now: datetime) -> Taken:
    """Offer a refused file to its agent once more (the reader has learned something since). Raises `RunError`."""
    problem = IntakeProblem.objects.get(pk=problem_id)
    if problem.status != ProblemStatus.OPEN:
        raise RunError("This was dealt with already.")
    plugin = agents.get(problem.agent)
    data = blobs.read(problem.document)
    try:
        media_type = plugin.admit(data, problem.name)
    except NotAdmitted as refusal:
        return Taken(problem.document, problem_id=problem.id, code=refusal.code, sentence=refusal.message)
    given = {"document": problem.document, "name": problem.name, "media_type": media_type}
    with durable("intake.retried"):
        locked = IntakeProblem.objects.select_for_update().get(pk=problem_id, status=ProblemStatus.OPEN)
        run_id = start_run(
            agent=problem.agent,
            requester=problem.requester,
            goal=GOAL,
            given=given,
            subject=problem.name,
            document=problem.document,
        )
        locked.status, locked.run = ProblemStatus.RETRIED, Run.objects.get(pk=run_id)
        locked.save(update_fields=["status", "run"])
        append(STREAM, _event("intake.retried", problem, by))
    return Taken(problem.document, run_id=run_id)


def close_problem(*, problem_id: UUID, by: User, now: datetime) -> None:
    """A person has dealt with a refused file otherwise; the receipt stays. Raises `RunError`."""
    with durable("intake.closed"):
        changed = IntakeProblem.objects.filter(pk=problem_id, status=ProblemStatus.OPEN).update(
            status=ProblemStatus.CLOSED
        )
        if not changed:
            raise RunError("This was dealt with already.")
        append(STREAM, _event("intake.closed", IntakeProblem.objects.get(pk=problem_id), by))


def printable(name: str) -> str:
    """A file's name as it can be stored and shown: no control characters, no path, at most 200 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in last)
    return shown.encode("utf-8", "replace").decode()[:200] or "file"


def _receipt(requester: User, document: str, name: str) -> IntakeProblem | None:
    """What the same request was answered before: who asks under a key asks once."""
    return IntakeProblem.objects.filter(requester=requester, document=document, name=name).first()


def _event(action: str, problem: IntakeProblem, by: User) -> Event:
    return Event(
        action=action,
        actor=Actor.of(by),
        object=("intake_problem", str(problem.id), None),
        reason=problem.code,
        facets=(f"document={problem.document}",),
    )
