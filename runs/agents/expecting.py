"""What an outcome is held to by rule: a path into it, and what has to hold there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

Holds = Literal["not_empty", "empty", "equals", "one_of", "at_least", "at_most"]
HOLDS: tuple[str, ...] = get_args(Holds)


@dataclass(frozen=True, slots=True)
class Must:
    """`path` is dotted, below the step's own output; `value` is compared as JSON, numbers by their worth."""

    path: str
    holds: Holds
    value: Any = None

    def as_json(self) -> dict[str, Any]:
        return {"path": self.path, "holds": self.holds, "value": self.value}
