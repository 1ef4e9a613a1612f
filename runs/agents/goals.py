"""What a run is for, and what its planner is told when it plans again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tools_registry.results import Problem


@dataclass(frozen=True, slots=True)
class Instruction:
    """What a person sent back with: their code and words, and corrected fields if they named any."""

    code: str
    words: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    by: UUID | None = None


@dataclass(frozen=True, slots=True)
class RefusedCall:
    """A planned call whose arguments did not fit its tool, with each problem. What was found is text of strangers."""

    step: str
    tool: str
    revision: int
    problems: tuple[Problem, ...]

    def as_json(self) -> dict[str, Any]:
        problems = [problem.as_json() for problem in self.problems]
        return {"step": self.step, "tool": self.tool, "revision": self.revision, "problems": problems}

    @classmethod
    def from_step(cls, row: Mapping[str, Any]) -> RefusedCall:
        """From the row of a `refused` step."""
        problems = tuple(Problem(**problem) for problem in row["output"]["problems"])
        return cls(row["name"], row["tool"], row["revision"], problems)


@dataclass(frozen=True, slots=True)
class Goal:
    """What a run is for, as its planner sees it; `refused` are its own calls that did not fit, of all revisions."""

    run_id: UUID
    text: str
    input: Mapping[str, Any]
    requester_id: UUID
    today: date
    now: datetime
    instructions: tuple[Instruction, ...] = ()
    refused: tuple[RefusedCall, ...] = ()
    revision: int = 1
