"""The next revision of a run's plan: the planner made another, or the same steps look again at a world that moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runs import budgets, parking, settling, sql
from runs.agents import Planned
from runs.checkpoints import Boundary, write
from runs.ending import close_live, stop_listening
from runs.leased import LeasedRun, recall_plan, remember_plan
from runs.lifecycle import ProposalState
from runs.memory.noting import note
from runs.models import NoteKind
from runs.points import durable
from tools_registry.facts import Reason


def revise(
    run: LeasedRun,
    reason: Reason,
    boundary: Boundary | None = None,
    *,
    plan: Sequence[Planned] = (),
    same_plan: bool = False,
    changed: dict[str, Any] | None = None,
    problems: Sequence[Sequence[str]] = (),
) -> bool:
    """Begin the next revision with this plan, with the same one, or with what the agent plans now; always True.

    Earlier revisions' effects are facts; reads of what never changes are carried over. The caller has checked
    the budget of revisions. `problems` are fields and codes for the event.
    """
    revision = run.revision + 1
    if not same_plan:
        run.plan_hash = remember_plan(plan)[0] if plan else None
    data = {"revision": revision, "changed": sorted(changed or {})}
    if problems:
        data["problems"] = problems
    with durable("run.revise"):
        sql.fence(run.id, run.epoch)
        close_live(run, ProposalState.SUPERSEDED)
        stop_listening(run.id)
        data["withdrawn"] = settling.withdraw_intended(run.id)
        if run.agent.plans_by_asking:
            remember_why(run, reason)
        run.revision = revision
        write(
            run,
            boundary or Boundary(),
            action="run.revised",
            position=0,
            stage=run.agent.stages.first,
            data=data,
            reason=reason.code,
        )
    run.begin_again()
    return True


def replan(run: LeasedRun, reason: Reason, boundary: Boundary | None = None, *, position: int | None = None) -> bool:
    """Have the agent plan the next revision, or park if the budget has none left."""
    if problem := budgets.revision_problem(run):
        return parking.stuck(run, problem, boundary, position=position)
    return revise(run, reason, boundary)


def ensure_plan(run: LeasedRun) -> None:
    """The plan this run is pinned to; made by the agent when this revision has none yet."""
    if run.plan_hash:
        run.plan = recall_plan(run.plan_hash)
    elif run.agent.plans_by_asking:
        from runs.planner.making import make_plan  # it asks, and so needs what parks a run

        run.plan_hash, run.plan = remember_plan(make_plan(run))
    else:
        run.plan_hash, run.plan = remember_plan(tuple(run.agent.plan(run.goal())))


def remember_why(run: LeasedRun, reason: Reason) -> None:
    """Why it is planned again, for its planner: the code and the numbers; a reason's words, and the name of a field,
    may be a stranger's."""
    body = dict(reason.numbers)
    note(run.id, run.epoch, NoteKind.DECISION, reason.code, words=reason.sentence, body=body, key=run.revision)
