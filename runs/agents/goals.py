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
    """What a person sent back with: their code and words, and corrected fields if they named any.

    Where they did a step by hand, `step` is its name, `output` what it came to, and `asked` the digest of the call
    that it answers: asked anything else, the step is no longer theirs. `places` say where on a page of the document a
    value was taken from: `{"page", "box"}` by field, the box in fractions of the page.
    """

    code: str
    words: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    by: UUID | None = None
    step: str = ""
    output: Mapping[str, Any] | None = None
    asked: str = ""
    places: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it is kept; what a person did by hand only where they did."""
        told: dict[str, Any] = {"code": self.code, "words": self.words, "fields": dict(self.fields)}
        told["by"] = str(self.by) if self.by else None
        if self.places:
            told["places"] = {name: dict(place) for name, place in self.places.items()}
        return told if self.output is None else {**told, "step": self.step, "output": self.output, "asked": self.asked}


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
