"""What bounds a run of an agent: the stages with their tools, and how much it may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class StageTable:
    """An agent's own state machine: the moves, and which tools may be called in each stage.

    `stuck` is reachable from each stage and is not listed; a run that is unstuck returns to the stage it left.
    """

    moves: Mapping[str, frozenset[str]]
    tools: Mapping[str, frozenset[str]]
    first: str
    last: str

    def __post_init__(self) -> None:
        unknown = {to for tos in self.moves.values() for to in tos} - set(self.moves)
        if unknown or self.first not in self.moves or self.last not in self.moves:
            raise ValueError(f"a stage table must list each stage it moves to; not listed: {sorted(unknown)}")

    def may_move(self, here: str, there: str) -> bool:
        return here == there or there in self.moves[here]

    def may_call(self, stage: str, tool: str) -> bool:
        return tool in self.tools.get(stage, frozenset())

    def has(self, tool: str) -> bool:
        """May the tool be called in any stage?"""
        return any(tool in tools for tools in self.tools.values())

    def next_for(self, tool: str, here: str) -> str | None:
        """The stage in which a step with this tool may follow one in `here`; None: nowhere."""
        return next((stage for stage in (here, *sorted(self.moves[here])) if self.may_call(stage, tool)), None)

    def described(self) -> list[dict[str, Any]]:
        """The stages that have tools, each with those that may follow."""
        return [
            {"stage": stage, "tools": sorted(tools), "then": sorted(self.moves[stage])}
            for stage, tools in self.tools.items()
        ]


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one run may use: counts, tokens, money in the house's currency, time of work (not of waiting)."""

    steps: int = 40
    tool_calls: int = 60
    tokens: int = 50_000
    cost: Decimal = Decimal("0.50")
    work: timedelta = timedelta(minutes=15)
    revisions: int = 3
