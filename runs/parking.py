"""How a run stops being carried: it waits, holds, is stuck, or is handed back.

Each is one transaction that locks the run under its lease, tells whoever must know, and writes the checkpoint.
All return False: the run does not go on in this worker.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from agentops.core.hashing import digest
from runs import bell, children, settling, sql
from runs.awaiting import MustWait
from runs.checkpoints import Boundary, write
from runs.ending import cancelled, end_run
from runs.gateway import asking
from runs.inbox import Ask, inbox
from runs.leased import LeasedRun
from runs.lifecycle import Awaiting
from runs.models import Await
from runs.points import durable, single
from tools_registry.facts import Reason

CRASHES = 3
WAYS = ["retry", "send_back", "reject"]  # of a stuck run, unless it says otherwise


def cannot_start(run: LeasedRun) -> bool:
    """End or park what must not be carried at all: cancelled meanwhile, or fatal to its workers."""
    if run.cancel_requested and not settling.in_the_air(run.id):  # what was sent is found out first
        end_run(run, Boundary(), position=run.position, status="cancelled", code="cancelled")
        return True
    if run.crashes >= CRASHES:
        step = run.plan[run.position].name if run.position < len(run.plan) else "its next step"
        stuck(run, Reason("poison", f"Three workers died while they alone carried this run ({step})."))
        return True
    return False


def hand_back(run: LeasedRun) -> bool:
    """This worker stops; another takes the run at once."""
    with single("run.hand_back"):
        write(run, Boundary(), action="run.handed_back", status="queued", due_at=run.clock.now())
    return False


def hold(run: LeasedRun, scope: str) -> bool:
    """A kill switch is thrown: pause until it is released (`release_holds`)."""
    with durable("run.hold"):
        if cancelled(run):
            return False
        request = {"scope": scope}
        remember(run, "hold", request, run.position, digest(["hold", request, run.epoch]))
        write(run, Boundary(), action="run.held", status="awaiting", awaiting="hold", data={"scope": scope})
    return False


def later(
    run: LeasedRun, boundary: Boundary, *, seconds: float, why: str, code: str = "", position: int | None = None
) -> bool:
    """Wait for a while and try again, at `position` if the boundary holds steps that were done."""
    due = run.clock.now() + timedelta(seconds=seconds)
    data = {"why": why, "code": code, "seconds": str(round(seconds, 1))}
    with single("run.later"):
        write(
            run,
            boundary,
            action="run.waits",
            position=position,
            status="awaiting",
            awaiting="timer",
            due_at=due,
            data=data,
        )
    return False


def wait_for(run: LeasedRun, wait: MustWait) -> bool:
    """A step asked; park until the answer is recorded."""
    if wait.kind == Awaiting.MODEL:
        return asking.ask(run, wait)
    try:
        with durable("run.asks"):
            if cancelled(run):
                return False
            row = asked_before(run, wait) or ask(run, wait)
            if row.answered_at:  # its child had ended before it was asked for again, or the answer came on the way here
                write(run, Boundary(), action="run.asks", status="queued", due_at=run.clock.now(),
                      data={"step": wait.step.name})  # fmt: skip
                bell.ring_on_commit()
                return False
            write(
                run,
                Boundary(),
                action="run.asks",
                status="awaiting",
                awaiting=wait.kind,
                due_at=row.expires_at,
                data={"step": wait.step.name},
            )
    except children.NoChild as error:
        run.read_again()
        return stuck(run, Reason("no_child", f"{wait.step.name}: {error}"))
    except IntegrityError as error:
        if "await_only_one_open_per_thread" not in str(error):
            raise
        return stuck(run, Reason("thread_taken", f"{wait.step.name}: another run waits for an answer on this thread."))
    return False


def asked_before(run: LeasedRun, wait: MustWait) -> Await | None:
    """The same question, if this revision asked it: a run that is woken too early does not ask twice."""
    return Await.objects.filter(
        run_id=run.id, revision=run.revision, seq=wait.seq, request_digest=wait.request_digest
    ).first()


def ask(run: LeasedRun, wait: MustWait) -> Await:
    """Record the question, and start the child or tell the people it is for. In the caller's transaction."""
    request, answer = wait.request, None
    if wait.kind == children.KIND:
        child, answer = children.found_or_started(run.id, wait.request)
        request = {**wait.request, "child": str(child)}
    row = remember(run, wait.kind, request, wait.seq, wait.request_digest, answer)
    if wait.kind == "review":
        question = str(wait.request.get("question", ""))
        inbox().ask(
            Ask(
                kind="clarification",
                run_id=run.id,
                agent=run.agent.name,
                desk=run.agent.desk,
                title=question,
                reasons=(Reason("clarification", question),),
                await_id=row.id,
                context={**wait.request, "step": wait.step.name},
            )
        )
    return row


def remember(
    run: LeasedRun, kind: str, request: dict[str, Any], seq: int, request_digest: str, answer: Any = None
) -> Await:
    """The row of a wait; one for a message names its thread and when it is over. With an `answer` it is over."""
    seconds = request["seconds"] if kind == Awaiting.MESSAGE else None
    return Await.objects.create(
        run_id=run.id,
        revision=run.revision,
        seq=seq,
        request_digest=request_digest,
        kind=kind,
        request=request,
        answer=answer,
        answered_at=None if answer is None else run.clock.now(),
        thread=request["thread"] if kind == Awaiting.MESSAGE else None,
        expires_at=run.clock.now() + timedelta(seconds=seconds) if seconds is not None else None,
    )


def stuck(
    run: LeasedRun,
    reason: Reason,
    boundary: Boundary | None = None,
    *,
    position: int | None = None,
    more: tuple[Reason, ...] = (),
    ways: list[str] | None = None,
    context: dict[str, Any] | None = None,
) -> bool:
    """The run cannot go on alone: a person sees the reason, what was tried, and the ways out."""
    boundary = boundary or Boundary()
    with durable("run.stuck"):
        if cancelled(run, boundary, position=position):
            return False
        inbox().ask(
            Ask(
                kind="stuck",
                run_id=run.id,
                agent=run.agent.name,
                desk=run.agent.desk,
                title=reason.sentence,
                reasons=(reason, *more),
                context={
                    "ways": ways or WAYS,
                    "step": run.plan[run.position].name if run.position < len(run.plan) else "",
                    "stage": run.stage,
                    **(context or {}),
                },
            )
        )
        write(
            run,
            boundary,
            action="run.stuck",
            position=position,
            status="awaiting",
            awaiting="review",
            reason=reason.code,
            effect_key=(context or {}).get("effect"),
        )
    return False


def backoff(tried: int) -> float:
    """Seconds before attempt `tried` + 1: exponential from two, full jitter, a minute at most."""
    return random.uniform(0.5, min(60.0, 2.0**tried))  # noqa: S311 - spreads load, guards nothing


def wait_on(run: LeasedRun) -> bool:
    """Woken while people still have the run's proposal: go back to waiting for them."""
    with single("run.waits_on"):
        write(
            run,
            Boundary(),
            action="run.waits",
            status="awaiting",
            awaiting="review",
            data={"why": "undecided"},
        )
    return False


_LET_GO = """
UPDATE runs_run SET status = 'queued', lease_until = NULL, due_at = now() + interval '1 minute'
WHERE id = %s AND epoch = %s AND status = 'running'
"""


def let_go(run_id: UUID, epoch: int) -> None:
    """This worker cannot carry the run at all (its code does not know the agent): another may, in a while.

    Without this the lease would lapse, and that counts as a crash.
    """
    with single("run.let_go"):
        sql.query(_LET_GO, (run_id, epoch))
