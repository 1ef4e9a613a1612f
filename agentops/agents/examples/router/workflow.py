"""The router: choose who takes it, hand it over, and end with what it came to."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from runs.agents import Agent, Budget, Goal, NotAdmitted, Planned, Ref, StageTable, agents

from ..told import SCRIPTED
from . import choosing

HANDING = {"choose_specialist", "run_child"}


class Router(Agent):
    """Hands a goal, a message or a document to the agent it is for."""

    name = "router"
    label = "Router"
    desk = "router"
    code_version = "2"
    tools = ("choose_specialist", "run_child")
    stages = StageTable(
        moves={"received": frozenset({"done"}), "done": frozenset()},
        tools={"received": frozenset(HANDING)},
        first="received",
        last="done",
    )
    models = SCRIPTED
    budget = Budget(tokens=600_000, cost=Decimal(30))  # of which its specialists are given their part
    takes_messages = True
    takes_files = True

    @property
    def team(self) -> tuple[str, ...]:  # type: ignore[override] # told anew: agents register after this one
        """Every agent of this house that says what it is for."""
        return tuple(sorted(agent.name for agent in agents if agent.about and agent.name != self.name))

    def admit(self, data: bytes, name: str) -> str:
        """What the first of its specialists that takes the file says it is; raises the last one's `NotAdmitted`."""
        refused = NotAdmitted("unsupported_type", "No agent that takes files is installed.")
        for agent in (one for one in map(agents.get, self.team) if one.takes_files):
            try:
                return agent.admit(data, name)
            except NotAdmitted as error:
                refused = error
        raise refused

    def thread_of(self, references: Sequence[str]) -> str:
        """The thread of whichever specialist waits for this answer: it goes to that run, not to a new one."""
        return next(filter(None, (agents.get(name).thread_of(references) for name in self.team)), "")

    def plan(self, goal: Goal) -> Sequence[Planned]:
        """Choose, and hand over; what was given goes along as it came."""
        matter = {"goal": goal.text, "message": Ref("input.message"), "document": Ref("input.document")}
        part = {"agent": Ref("who.agent"), "goal": Ref("who.goal"), "given": Ref("input")}
        return (
            Planned("who", choosing.choose_specialist.name, matter, "received", expect="one agent of the list"),
            Planned("done", "run_child", part, "received", expect="the part completed"),
        )
