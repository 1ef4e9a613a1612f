"""A step that came to no end: tried again later while that can help, repaired by its planner, or for a person to see.

Arguments that do not fit a tool go back to the planner as typed problems (field, code, message, and the value cut
short): data, which it may answer with another plan. Each such call is kept as a `refused` step in the transaction
that begins the next revision, and these rows are what is counted, so nobody repairs a step more often by dying.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from runs import budgets, parking, settling
from runs.agents import Planned, RefusedCall
from runs.checkpoints import Boundary
from runs.leased import LeasedRun
from runs.models import StepStatus
from runs.revising import revise
from runs.skipping import skip
from tools_registry.facts import Reason
from tools_registry.kinds import Effect, Fallback
from tools_registry.registry import registry
from tools_registry.results import Failed, Problem, Refused, Unknown

REPAIRS = 2  # of one step in one run


def unfinished(
    run: LeasedRun,
    boundary: Boundary,
    planned: Planned,
    seq: int,
    result: Refused | Failed | Unknown,
    *,
    tries: int,
) -> bool:
    """Wait and try again, repair, or ask a person; True when the run goes on at once, with the next revision."""
    if isinstance(result, Refused) and result.details:
        return arguments_refused(run, boundary, planned, seq, result.details)
    position = run.position + len(boundary.steps)
    reason = Reason(result.code, f"{planned.name}: {result.message}")
    hopeless = isinstance(result, Refused) or run.tried[seq] >= tries
    if hopeless and planned.optional and registry.get(planned.tool).effect is Effect.READ:
        return skip(run, planned, seq, f"{result.code}: {result.message}", boundary)
    if hopeless and run.agent.plans_by_asking and not budgets.revision_problem(run) and not settling.in_the_air(run.id):
        return plan_around(run, boundary, planned, seq, result)
    if hopeless or (isinstance(result, Failed) and result.fallback is Fallback.ASK_PERSON):
        context = {"step": planned.name, "problems": [], "tried": run.tried[seq]}
        return parking.stuck(run, reason, boundary, position=position, context=context)
    asked_to_wait = result.retry_after if isinstance(result, Failed) else None
    wait = asked_to_wait or parking.backoff(run.tried[seq])
    return parking.later(run, boundary, seconds=wait, why=result.message, code=result.code, position=position)


def plan_around(
    run: LeasedRun, boundary: Boundary, planned: Planned, seq: int, result: Refused | Failed | Unknown
) -> bool:
    """What failed is a fact, and the planner finds another way."""
    told = {"code": result.code, "message": result.message}
    boundary.add_step(run, planned, seq, StepStatus.FAILED, told, at=run.clock.now(), note=result.message)
    reason = Reason(result.code, f"{planned.name}: {result.message}", numbers={"step": planned.name})
    return revise(run, reason, boundary)


def arguments_refused(
    run: LeasedRun, boundary: Boundary, planned: Planned, seq: int, problems: Sequence[Problem]
) -> bool:
    """Give the problems to the planner, twice at most for one step; then, or without an answer, to a person."""
    call = RefusedCall(planned.name, planned.tool, run.revision, tuple(problems))
    before = [earlier for earlier in run.refused if earlier.step == planned.name]
    spent = budgets.revision_problem(run)
    told = [problem.as_json() for problem in problems]
    first = problems[0]
    reason = Reason("invalid_arguments", f"{planned.tool}: {first.field}: {first.message}", field=first.field)
    plan = () if len(before) >= REPAIRS or spent or settling.in_the_air(run.id) else repaired(run, planned, problems)
    position = run.position + len(boundary.steps)
    boundary.add_step(
        run, planned, seq, StepStatus.REFUSED, {"problems": told}, at=run.clock.now(), note="invalid_arguments"
    )
    run.refused = (*run.refused, call)
    asks = run.agent.plans_by_asking and len(before) < REPAIRS and not spent and not settling.in_the_air(run.id)
    if not plan and asks:  # when the next revision begins
        return revise(run, replace(reason, numbers={"step": planned.name}), boundary)
    if plan:
        return revise(run, reason, boundary, plan=plan, problems=[[item.field, item.code] for item in problems])
    context: dict[str, Any] = {
        "step": planned.name,
        "problems": told,
        "tried": len(before) + 1,
        "attempts": [earlier.as_json() for earlier in (*before, call)],
    }
    return parking.stuck(run, reason, boundary, position=position, more=(spent,) if spent else (), context=context)


def repaired(run: LeasedRun, planned: Planned, problems: Sequence[Problem]) -> Sequence[Planned]:
    """The planner's replacement; empty if it has none."""
    return tuple(run.agent.repair(run.goal(), planned, tuple(problems), run.results) or ())
