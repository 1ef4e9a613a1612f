"""Carries one run forward: the table of contents of the runtime.

Deterministic code: resolve references, check stage, grant, budget and loop, invoke, judge, record. Reads are done
here; what changes something is proposed (`proposing`) and performed (`performing`). A run leaves here because it
waits, has ended, was handed back (the worker stops), or because its lease is lost.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.db import connection

from runs import budgets, parking, performing, proposing, settling
from runs.agents import Continue, Planned, Retry, Stuck, by_reference, resolve
from runs.awaiting import MustWait, StepCall
from runs.budgets import TRIES
from runs.checkpoints import Boundary, write
from runs.critic import has_more_to_say, judge, judge_by_plan, look_back
from runs.ending import end_run
from runs.leased import TIMELESS, LeasedRun, call_digest
from runs.models import StepStatus
from runs.planner.asking import NoPlan
from runs.points import single
from runs.policy import ALWAYS
from runs.proposing.origins import misplaced_in
from runs.revising import ensure_plan, replan
from runs.skipping import not_needed
from runs.unfinished import unfinished
from tools_registry.calling import Outcome
from tools_registry.facts import Reason
from tools_registry.kinds import Effect, Fallback
from tools_registry.pipe import invoke
from tools_registry.registry import registry
from tools_registry.results import Empty, Failed, Refused, Result, Unknown, Value
from tools_registry.tool import ToolSpec


@dataclass(slots=True)
class Read:
    """One planned read on its way through the pipe."""

    planned: Planned
    seq: int
    spec: ToolSpec
    args: dict[str, Any]
    digest: str
    paths: dict[str, str]
    outcome: Outcome | None = None
    carried: Mapping[str, Any] | None = None
    by_hand: Mapping[str, Any] | None = None  # what a person says it comes to

    @property
    def is_known(self) -> bool:
        return self.carried is not None or self.by_hand is not None


def advance(run: LeasedRun, stop: threading.Event) -> None:
    """Carry one run forward until it must wait or ends; the claim gave the lease. Raises `LeaseLost`."""
    run.recall()
    if parking.cannot_start(run):
        return
    try:
        carry_on(run, stop)
    except MustWait as wait:
        parking.wait_for(run, wait)
    except NoPlan as none:
        parking.stuck(run, none.reason, context=none.context)


def carry_on(run: LeasedRun, stop: threading.Event) -> None:
    """Batch by batch, as long as the run goes on. Raises `MustWait` where a step asks."""
    if (run.agent.plans_by_asking or run.agent.critic_asks) and (held := run.policy.stopped(run.agent.name, ())):
        parking.hold(run, held)  # nobody is asked anything for it either
        return
    while look_back(run):
        batch = next_batch(run)
        if not batch:
            complete(run, Boundary(), run.position)
            return
        if stop.is_set():
            parking.hand_back(run)
            return
        if run.spent.steps < run.budget[0] and not_needed(run, batch[0]):
            continue
        if held := run.policy.stopped(run.agent.name, [step.tool for step in batch]):
            parking.hold(run, held)
            return
        problem = budgets.problem(run, batch) or stage_problem(run, batch)
        if problem and not settling.in_the_air(run.id):  # what was sent is found out, whatever it costs
            parking.stuck(run, problem)
            return
        run.patience = time.monotonic() + patience(batch)
        goes_on = read(run, batch) if is_read(batch[0]) else act(run, batch)
        if not goes_on:
            return


def patience(batch: Sequence[Planned]) -> float:
    """Seconds a batch can honestly take; a run that takes longer is not renewed and loses its lease."""
    return 30 + sum(registry.get(step.tool).patience_seconds for step in batch)


def next_batch(run: LeasedRun) -> list[Planned]:
    """The step at the run's position with those that belong to it: reads taken together, or one proposal."""
    ensure_plan(run)
    return batch_of(run.plan[run.position :])


def batch_of(rest: Sequence[Planned]) -> list[Planned]:
    """The first of these steps with those that belong to it."""
    if not rest:
        return []
    first = rest[0]
    label = first.together if is_read(first) else first.proposal
    batch = [first]
    for step in rest[1:]:
        if (
            step.when
            or not label
            or is_read(step) != is_read(first)
            or label != (step.together if is_read(step) else step.proposal)
        ):
            break
        batch.append(step)
    return batch


def is_read(step: Planned) -> bool:
    return registry.get(step.tool).effect is Effect.READ


def stage_problem(run: LeasedRun, batch: Sequence[Planned]) -> Reason | None:
    """The agent's stage table: is this move, and this tool in that stage, allowed?"""
    here, stages = run.stage, run.agent.stages
    for step in batch:
        if step.tool in ALWAYS and stages.may_move(here, step.stage):
            here = step.stage
            continue
        if step.tool not in run.agent.tools or not stages.may_call(step.stage, step.tool):
            return Reason("tool_not_allowed", f"{step.tool} may not be used in stage {step.stage}.")
        if not stages.may_move(here, step.stage):
            return Reason("illegal_stage", f"The plan moves from {here} to {step.stage}, which the agent forbids.")
        here = step.stage
    return None


# --- reads ---------------------------------------------------------------------------------------


def read(run: LeasedRun, batch: Sequence[Planned]) -> bool:
    """Do the reads of one batch and record them in one checkpoint; False when the run does not go on."""
    reads = [prepare(run, planned, run.position + index) for index, planned in enumerate(batch)]
    for one in reads:
        if not one.is_known and run.call_counts[one.digest] >= budgets.LOOP:
            return parking.stuck(run, budgets.loop_reason(one.spec.name))
    fetch(run, [one for one in reads if not one.is_known and one.outcome is None])
    return record(run, reads)


def prepare(run: LeasedRun, planned: Planned, seq: int) -> Read:
    spec = registry.get(planned.tool)
    args = resolve(planned.args, run.results)
    one = Read(planned, seq, spec, args, call_digest(spec.name, args), by_reference(planned.args, args))
    done = run.by_hand(planned.name, one.digest)
    one.by_hand = None if done is None else run.agent.refreshed(planned, done)
    known = run.known.get(one.digest)
    if one.by_hand is None and known and spec.max_age >= TIMELESS:  # an earlier revision read what never changes
        one.carried = known[0]
    elif one.by_hand is None and (wrong := misplaced_in(run, planned, spec)):  # no gate stands before a read
        told = f"{', '.join(wrong)} cannot be passed on from there: {spec.name} takes words of the plan's own."
        one.outcome = Outcome(Refused("wrong_source", told))
    return one


def fetch(run: LeasedRun, reads: Sequence[Read]) -> None:
    """Invoke; what waits on somebody remote waits side by side."""
    remote = [one for one in reads if one.spec.is_remote]
    if len(remote) < 2:
        for one in reads:
            one.outcome = invoke_read(run, one)
        return
    with ThreadPoolExecutor(len(remote), thread_name_prefix="read") as pool:
        waiting = {id(one): pool.submit(invoke_aside, run, one) for one in remote}
        for one in reads:
            one.outcome = waiting[id(one)].result() if id(one) in waiting else invoke_read(run, one)


def invoke_aside(run: LeasedRun, one: Read) -> Outcome:
    """`invoke_read` in a thread of its own, which gives back the connection that its guards opened."""
    try:
        return invoke_read(run, one)
    finally:
        connection.close()


def invoke_read(run: LeasedRun, one: Read) -> Outcome:
    call = StepCall.of(run, one.planned, one.spec, one.seq, key=f"{run.id}:{run.revision}:{one.seq}")
    return invoke(one.spec, one.args, call, run.policy.grant(run.agent.name, one.spec.name), run.policy.guards)


def record(run: LeasedRun, reads: Sequence[Read]) -> bool:
    """One checkpoint for the batch, up to the first read that did not come to an end."""
    boundary, now = Boundary(), run.clock.now()
    for place, one in enumerate(reads):
        if one.carried is not None:
            boundary.add_step(run, one.planned, one.seq, StepStatus.CARRIED, one.carried, at=now)
            run.remember(one.planned.name, one.carried, now)
            judgement = judge_by_plan(run, one.planned)
        elif one.by_hand is not None:
            boundary.add_step(run, one.planned, one.seq, StepStatus.BY_HAND, one.by_hand, at=now)
            run.remember(one.planned.name, one.by_hand, now)
            judgement = judge(run, one.planned, Value(dict(one.by_hand)))
        else:
            assert one.outcome is not None  # noqa: S101 - fetch filled it
            result: Result = one.outcome.result
            run.call_counts[one.digest] += 1
            if isinstance(result, Failed) and result.fallback is Fallback.SKIP:
                result = Empty(note=f"skipped: {result.message}")
            boundary.add_calls(run, one.spec, one.seq, one.args, one.outcome.attempts, paths=one.paths)
            if isinstance(result, Refused | Failed | Unknown):
                add_passed_over(run, boundary, reads[place + 1 :])
                return unfinished(run, boundary, one.planned, one.seq, result, tries=TRIES)
            status = StepStatus.EMPTY if isinstance(result, Empty) else StepStatus.DONE
            boundary.add_step(run, one.planned, one.seq, status, result.output, at=now, note=result.note or "")
            seen = result.as_of if isinstance(result, Value) and result.stale and result.as_of else now
            run.remember(one.planned.name, result.output, seen)
            judgement = judge(run, one.planned, result)
        if isinstance(judgement, Continue):
            continue
        if isinstance(judgement, Retry) and one.by_hand is not None:  # the same words would be read for ever
            judgement = Stuck(judgement.reason)
        if isinstance(judgement, Retry):
            boundary.steps.pop()
            add_passed_over(run, boundary, reads[place + 1 :])
            again = Failed(judgement.reason.code, judgement.reason.sentence)
            return unfinished(run, boundary, one.planned, one.seq, again, tries=TRIES)
        add_passed_over(run, boundary, reads[place + 1 :])
        if isinstance(judgement, Stuck):
            return parking.stuck(run, judgement.reason, boundary, position=one.seq + 1, more=judgement.more)
        return replan(run, judgement.reason, boundary, position=one.seq + 1)
    position = reads[-1].seq + 1
    if position == len(run.plan) and not any(has_more_to_say(run, one.planned) for one in reads):
        return complete(run, boundary, position)
    with single("checkpoint.read"):
        write(run, boundary, action="run.step", position=position)
    return True


def add_passed_over(run: LeasedRun, boundary: Boundary, reads: Sequence[Read]) -> None:
    """Those of a batch that were made side by side with the one it stops at: calls that count, and no steps."""
    for one in reads:
        if one.outcome is not None:
            output = one.outcome.result.output if isinstance(one.outcome.result, Value | Empty) else None
            boundary.add_calls(run, one.spec, one.seq, one.args, one.outcome.attempts, output=output, paths=one.paths)


# --- actions -------------------------------------------------------------------------------------


def act(run: LeasedRun, batch: Sequence[Planned]) -> bool:
    """Propose what this batch changes, unless it was proposed before, and perform it as far as is allowed."""
    live = performing.recall(run) if run.live else proposing.propose(run, batch)
    return live if isinstance(live, bool) else performing.perform(run, live)


def complete(run: LeasedRun, boundary: Boundary, position: int) -> bool:
    end_run(run, boundary, position=position, status="completed", code="completed")
    return False
