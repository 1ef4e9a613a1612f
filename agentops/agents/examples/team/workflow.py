"""The four members. Three have one step, planned in code; the manager's plan is a model's, or by rules without one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from runs.agents import Agent, Budget, Goal, Must, Planned, Ref, StageTable
from runs.planner import ModelPlanned

from ..told import SCRIPTED
from . import tools  # noqa: F401 - importing declares the tools


def one_stage(*names: str) -> StageTable:
    """Work, and done."""
    return StageTable(
        moves={"working": frozenset({"done"}), "done": frozenset()},
        tools={"working": frozenset(names)},
        first="working",
        last="done",
    )


class Member(Agent):
    """Does one thing with one tool, from what it was given."""

    desk = "reports"
    code_version = "1"
    step = ""  # the step's name, which is the tool's as well
    takes: tuple[str, ...] = ()

    def plan(self, goal: Goal) -> Sequence[Planned]:
        """One step, from whatever of its arguments was given."""
        given = {name: Ref(f"input.{name}") for name in self.takes if goal.input.get(name) is not None}
        return (Planned(self.step, self.step, given, "working"),)


class Analyst(Member):
    """Looks at figures."""

    name, label, step, takes = "analyst", "Analyst", "analyse", ("rows",)
    tools = ("analyse",)
    stages = one_stage("analyse")


class Writer(Member):
    """Writes from findings."""

    name, label, step, takes = "writer", "Writer", "write_report", ("findings", "wrong")
    tools = ("write_report",)
    stages = one_stage("write_report")
    models = SCRIPTED
    budget = Budget(tokens=40_000, cost=Decimal(2))


class Proofreader(Member):
    """Holds a text to its findings."""

    name, label, step, takes = "proofreader", "Proofreader", "proofread", ("text", "findings")
    tools = ("proofread",)
    stages = one_stage("proofread")


class Manager(ModelPlanned):
    """Has a report made by the others, and made again while the proofreader finds a sentence without a source."""

    name = "manager"
    label = "Manager of reports"
    desk = "reports"
    code_version = "1"
    about = "Write a report about sales figures by region, checked against its sources."
    task = (
        "You have a report made. `analyst` finds what is to be said (given: rows), `writer` writes it (given: findings,"
        " and after a failed proof wrong), `proofreader` proves it (given: text, findings); its `results.proofread.ok`"
        " must equal true. After a failed proof, plan the same parts again, the writer's with another goal."
    )
    tools = ("run_child",)
    stages = one_stage("run_child")
    team = ("analyst", "writer", "proofreader")
    models = SCRIPTED
    critic_asks = False
    budget = Budget(steps=60, tool_calls=90, tokens=300_000, cost=Decimal(10), revisions=4)

    def plan_by_rules(self, goal: Goal) -> Sequence[Planned]:
        """Look, write, prove."""
        findings = Ref("look.results.analyse.findings")
        text = Ref("text.results.write_report.text")
        return (
            part("look", "analyst", "Find what is to be said.", rows=Ref("input.rows")),
            part("text", "writer", f"Write the report, draft {goal.revision}.", findings=findings),
            part("proof", "proofreader", "Prove the report.", proven, text=text, findings=findings),
        )


proven = Must("results.proofread.ok", "equals", True)


def part(name: str, agent: str, goal: str, *must: Must, **given: Ref) -> Planned:
    """A part of the report for one member of the team."""
    args = {"agent": agent, "goal": goal, "given": given}
    return Planned(name, "run_child", args, "working", must=must)
