"""How a run stops being carried: it waits, holds, is stuck, is handed back, begins a new revision, or ends.

Each is one transaction that locks the run under its lease, tells whoever must know, and writes the checkpoint.
All return False (the run does not go on in this worker) except `revise`, after which it does.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from agentops.core.hashing import digest
from runs import children, settling, sql
from runs.agents import Agent, Planned
from runs.awaiting import MustWait
from runs.checkpoints import Boundary, write
from runs.inbox import Ask, inbox
from runs.leased import LeasedRun
from runs.lifecycle import LIVE, ProposalState
from runs.models import Await, Proposal
from runs.points import durable, single
from tools_registry.facts import Reason
from tools_registry.kinds import Fallback
from tools_registry.results import Failed, Refused, Unknown

CRASHES = 3
WAYS = ["retry", "send_back", "reject"]  # of a stuck run, unless it says otherwise


def cannot_start(run: LeasedRun) -> bool:
    """End or park what must not be carried at all: cancelled meanwhile, or fatal to its workers."""
    if run.cancel_requested and not settling.in_the_air(run.id):  # what was sent is found out first
        end(run, Boundary(), position=run.position, status="cancelled", code="cancelled")
        return True
    if run.crashes >= CRASHES:
        step = run.plan[run.position].name if run.position < len(run.plan) else "its next step"
        stuck(run, Reason("poison", f"Three workers died while they alone carried this run ({step})."))
        return True
    return False


def end(run: LeasedRun, boundary: Boundary, *, position: int, status: str, code: str) -> None:
    """The run's last transaction; the agent closes its own records in it."""
    with durable("run.end"):
        data: dict[str, Any] = {}
        if type(run.agent).on_end is not Agent.on_end or run.live or status == "cancelled":
            sql.fence(run.id, run.epoch)
            close_live(run, ProposalState.SUPERSEDED)
        if status == "cancelled":
            data["withdrawn"] = settling.withdraw_intended(run.id)
        action = f"run.{status}"
        write(run, boundary, action=action, position=position, status=status, ended=True, end_code=code, data=data)
        run.agent.on_end(run.id, status, run.results)
        if status == "cancelled":
            inbox().withdraw(run.id, why="the run was cancelled", now=run.clock.now())


def hand_back(run: LeasedRun) -> bool:
    """This worker stops; another takes the run at once."""
    with single("run.hand_back"):
        write(run, Boundary(), action="run.handed_back", status="queued", due_at=run.clock.now())
    return False


def hold(run: LeasedRun, scope: str) -> bool:
    """A kill switch is thrown: pause until it is released (`release_holds`)."""
    with durable("run.hold"):
        sql.fence(run.id, run.epoch)
        remember_await(run, "hold", {"scope": scope}, run.position)
        write(run, Boundary(), action="run.held", status="awaiting", awaiting="hold", data={"scope": scope})
    return False


def later(
    run: LeasedRun, boundary: Boundary, *, seconds: float, why: str, code: str = "", awaiting: str = "timer"
) -> bool:
    """Wait for a while and try again."""
    due = run.clock.now() + timedelta(seconds=seconds)
    data = {"why": why, "code": code, "seconds": str(round(seconds, 1))}
    with single("run.later"):
        write(run, boundary, action="run.waits", status="awaiting", awaiting=awaiting, due_at=due, data=data)
    return False


def wait_for(run: LeasedRun, wait: MustWait) -> bool:
    """A step asked; park until the answer is recorded."""
    with durable("run.asks"):
        sql.fence(run.id, run.epoch)
        request = children.start(run, wait.request) if wait.kind == children.KIND else wait.request
        row = remember_await(run, wait.kind, request, wait.seq, wait.request_digest)
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
        write(
            run,
            Boundary(),
            action="run.asks",
            status="awaiting",
            awaiting=wait.kind,
            data={"step": wait.step.name},
        )
    return False


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
        sql.fence(run.id, run.epoch)
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


def unfinished(
    run: LeasedRun,
    boundary: Boundary,
    planned: Planned,
    seq: int,
    result: Refused | Failed | Unknown,
    *,
    tries: int,
) -> bool:
    """A step that came to no end: try again later while that can help, then ask a person."""
    details = [problem.as_json() for problem in result.details] if isinstance(result, Refused) else []
    reason = Reason(result.code, f"{planned.name}: {result.message}", field=details[0]["field"] if details else None)
    hopeless = isinstance(result, Refused) or run.tried[seq] >= tries
    if hopeless or (isinstance(result, Failed) and result.fallback is Fallback.ASK_PERSON):
        return stuck(run, reason, boundary, context={"problems": details, "tried": run.tried[seq]})
    wait = result.retry_after if isinstance(result, Failed) and result.retry_after else backoff(run.tried[seq])
    return later(run, boundary, seconds=wait, why=result.message, code=result.code)


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


def revise(
    run: LeasedRun,
    reason: Reason,
    boundary: Boundary | None = None,
    *,
    same_plan: bool = False,
    changed: dict[str, Any] | None = None,
) -> bool:
    """Begin the next revision of the plan; with `same_plan` the world moved and the same steps look again.

    Earlier revisions' effects are facts; reads of what never changes are carried over. The caller has checked
    the budget of revisions.
    """
    revision, plan = run.revision + 1, run.plan_hash if same_plan else None
    with durable("run.revise"):
        sql.fence(run.id, run.epoch)
        close_live(run, ProposalState.SUPERSEDED)
        withdrawn = settling.withdraw_intended(run.id)
        run.plan_hash, run.revision, run.stage = plan, revision, run.agent.stages.first
        write(
            run,
            boundary or Boundary(),
            action="run.revised",
            position=0,
            data={"revision": revision, "changed": sorted(changed or {}), "withdrawn": withdrawn},
            reason=reason.code,
        )
    run.live = None
    run.tried.clear()
    run.call_counts.clear()
    run.answers.clear()
    from runs.executor import ensure_plan

    ensure_plan(run)
    return True


def close_live(run: LeasedRun, state: ProposalState) -> None:
    """The proposal on the table is no longer it."""
    if run.live:
        Proposal.objects.filter(run_id=run.id, state__in=sorted(LIVE)).update(state=state, closed_at=run.clock.now())
        run.live = None


def remember_await(
    run: LeasedRun, kind: str, request: dict[str, Any], seq: int, request_digest: str | None = None
) -> Await:
    row, _ = Await.objects.get_or_create(
        run_id=run.id,
        revision=run.revision,
        seq=seq,
        request_digest=request_digest or digest([kind, request, run.epoch]),
        defaults={"kind": kind, "request": request},
    )
    return row
