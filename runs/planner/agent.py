"""An agent that says what it is for in words and has its plans made by a model."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from runs.agents.goals import Goal
from runs.agents.planning import Planned
from runs.agents.plugin import Agent
from runs.planner.asking import Made, NoPlan, PlanningContext, ask_for_plan
from runs.planner.prompting import PROMPT
from runs.policy import ALWAYS
from tools_registry.facts import Reason


class ModelPlanned(Agent):
    """Subclass, fill `task`, `tools`, `stages` and `models`. Everything else an agent may do, it may do as well.

    `task` is what the agent is for, in a few sentences: part of each planning prompt and of the agent's version. With
    `plan_by_rules` it has a plan for the days on which no model answers.
    """

    task: str
    plans_by_asking = True
    critic_asks = True  # where rules cannot say whether an outcome is what was expected, a cheap model is asked

    def plan(self, goal: Goal) -> Sequence[Planned]:
        """Nothing: a page that wonders what would be planned gets no answer from a model."""
        return ()

    def make_plan(self, context: PlanningContext) -> Made:
        """The next revision, by the model or else by rules. Raises `NoPlan`, `MustWait`."""
        made = ask_for_plan(self, self.task, context)
        if made is not None:
            return made
        steps = tuple(self.plan_by_rules(context.goal))
        if not steps:
            sentence = "No model answers, and this agent has no plan without one. Try again later."
            raise NoPlan(Reason("no_planner", sentence))
        return Made(steps, "rules")

    def plan_by_rules(self, goal: Goal) -> Sequence[Planned]:
        """A plan without a model; none unless the agent knows one."""
        return ()

    @cached_property
    def version_body(self) -> dict[str, Any]:
        """With the task, the prompt, and the tools that every plan may name."""
        from tools_registry.registry import registry

        always = {name: registry.tools[name].version for name in sorted(ALWAYS)}
        body = super().version_body
        return {**body, "tools": {**always, **body["tools"]}, "task": self.task, "planner": PROMPT}
