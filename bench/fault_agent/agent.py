"""The agent: reads, asks if told to, and does one thing of the class that its input names."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from bench.fault_agent import tools
from runs.agents import Agent, Assessment, Goal, Planned, Ref, StageTable
from runs.sql import query

READS = ("fault_look", "fault_glance", "fault_question")
DOES = {
    "transactional": "fault_own",
    "idempotent": "fault_idempotent",
    "askable": "fault_askable",
    "once": "fault_once",
    "ungranted": "fault_ungranted",
}
THING = {name: Ref(f"input.{name}") for name in ("what", "amount", "counterparty", "trouble")}


class FaultAgent(Agent):
    """`input.class` says what it does: one effect class, `both` (own table and receiver in one proposal), or `read`."""

    name = "faults"
    label = "Faults"
    desk = "faults"
    code_version = "1"
    tools = (*READS, *DOES.values())
    stages = StageTable(
        moves={"looking": frozenset({"doing", "over"}), "doing": frozenset({"over"}), "over": frozenset()},
        tools={"looking": frozenset(READS), "doing": frozenset(DOES.values())},
        first="looking",
        last="over",
    )

    def plan(self, goal: Goal) -> Sequence[Planned]:
        given = goal.input
        asks = "fault_question" if given.get("ask") else "fault_look"
        look = (
            {"what": Ref("input.what"), "trouble": Ref("input.read_trouble")}
            if given.get("read_trouble")
            else {"what": Ref("input.what")}
        )
        plan = [
            Planned("look", asks, look, "looking"),
            Planned("one", "fault_glance", {"what": "one"}, "looking", together="glances"),
            Planned("two", "fault_glance", {"what": "two"}, "looking", together="glances"),
        ]
        kinds = {"read": (), "both": ("transactional", "idempotent")}.get(given["class"], (given["class"],))
        return [*plan, *(Planned(kind, DOES[kind], THING, "doing", proposal="do") for kind in kinds)]

    def assess(
        self,
        label: str,
        actions: Sequence[tuple[Planned, Mapping[str, Any]]],
        results: Mapping[str, Mapping[str, Any]],
        goal: Goal,
    ) -> Assessment:
        given = goal.input
        return Assessment(
            sentence=f"Do {given['what']} ({given['class']}) for {given['amount']} EUR.",
            confidence=Decimal("0.95"),
            counterparty=given["counterparty"],
            facets={"document": given["what"]},
        )

    def on_end(self, run_id: UUID, status: str, results: Mapping[str, Mapping[str, Any]]) -> None:
        query("INSERT INTO fault_ended(run, status) VALUES (%s, %s)", (run_id, status))


__all__ = ["FaultAgent", "tools"]
