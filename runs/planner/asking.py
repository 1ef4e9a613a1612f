"""Asking a model for a plan, with two repairs at most; whatever else happens is for a person to see."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runs.agents.goals import Goal
from runs.agents.planning import Planned
from runs.agents.plugin import Agent
from runs.awaiting import StepCall
from runs.gateway.answering import Checked
from runs.gateway.messages import Outcome
from runs.leased import LeasedRun
from runs.memory import Memory, memory_of
from runs.planner.choosing_tools import relevant, tools_for
from runs.planner.prompting import first_request, is_ours, repair_request
from runs.planner.shape import Draft, draft_for, names_of
from runs.planner.validating import held
from tools_registry.facts import Grant, Reason
from tools_registry.results import Problem

REPAIRS = 2
AT_PLANNING = -1  # where the questions of a planner stand: before the first step
PLANNING = Planned("planning", "", {}, "")


class NoPlan(Exception):
    """There is none, and a person must look; `context` is what they see of it."""

    def __init__(self, reason: Reason, *, context: Mapping[str, Any] | None = None) -> None:
        self.reason, self.context = reason, dict(context or {})
        super().__init__(reason.sentence)


@dataclass(frozen=True, slots=True)
class PlanningContext:
    """What an agent whose plans are asked for may use: its goal, what the run knows, its grants, and a way to ask."""

    goal: Goal
    memory: Memory
    grants: Mapping[str, Grant]
    call: StepCall
    most_steps: int
    is_first: bool


@dataclass(frozen=True, slots=True)
class Made:
    """A plan and how it came about."""

    steps: tuple[Planned, ...]
    by: str  # model or rules
    why: str = ""
    repairs: int = 0
    tools: tuple[str, ...] = ()


def context_of(run: LeasedRun) -> PlanningContext:
    """What this run's planner may use now."""
    goal = run.goal()
    call = StepCall(
        key=f"{run.id}:{run.revision}:plan",
        run_id=run.id,
        step=PLANNING.name,
        epoch=run.epoch,
        agent=run.agent.name,
        requester_id=run.requester_id,
        deadline=time.monotonic() + 60,
        today=run.today,
        now=goal.now,
        planned=PLANNING,
        version=run.version,
        seq=AT_PLANNING,
        answers=run.answers.get(AT_PLANNING, {}),
    )
    first = run.revision == 1
    memory = Memory() if first else memory_of(run.id, intent=goal.text if is_ours(goal) else "", planning=run.revision)
    left = run.budget[0] - run.spent.steps
    return PlanningContext(goal, memory, run.policy.grants(run.agent.name), call, max(1, left), first)


def ask_for_plan(agent: Agent, task: str, context: PlanningContext) -> Made | None:
    """The model's plan, held to everything; None where no model answers. Raises `NoPlan`."""
    granted = tools_for(agent, context.grants)
    tools = relevant(granted, f"{context.goal.text} {task}") if is_ours(context.goal) else granted
    request = first_request(
        task=task, goal=context.goal, memory=context.memory, tools=tools, stages=agent.stages.described()
    )
    shape, attempts = draft_for(names_of(tools)), []
    for repairs in range(REPAIRS + 1):
        answer = context.call.ask_model(request, shape)
        if answer.by_rules:
            return None
        draft, problems = _read(answer)
        if draft is not None:
            steps, problems = held(
                draft, tools=tools, stages=agent.stages, given=context.goal.input, most_steps=context.most_steps
            )
            if steps:
                return Made(steps, "model", draft.why, repairs, tuple(tool.name for tool in tools))
        attempts.append([problem.as_json() for problem in problems])
        request = repair_request(request, draft, problems)
    first = problems[0]
    raise NoPlan(
        Reason(
            "no_valid_plan", f"The planner made {len(attempts)} plans, and none can be carried out: {first.message}"
        ),
        context={"problems": attempts[-1], "attempts": attempts, "tried": len(attempts)},
    )


def _read(answer: Checked) -> tuple[Draft | None, Sequence[Problem]]:
    """The draft, or why there is none that could be read. Raises `NoPlan` where asking again cannot help."""
    outcome = answer.answer.outcome
    if outcome in (Outcome.DECLINED, Outcome.TOO_LONG, Outcome.PAUSED):
        raise NoPlan(Reason("planner_declined", f"The model makes no plan for this ({outcome.value})."))
    if outcome is Outcome.TRUNCATED:
        return None, [Problem("steps", "too_long", "The plan is longer than an answer may be. Make a shorter one.")]
    if outcome is Outcome.WANTS_TOOLS or answer.value is None:
        return None, answer.problems or [
            Problem("steps", "not_a_plan", "This is no plan in the form that was asked for.")
        ]
    return answer.value, ()
