"""Working memory as structure: what is known, what was decided, what is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known. `kind`: `result`, `effect`, `skipped`, `failed`, `person` or `reflection`.

    `value` is typed: no words of strangers stand in it. `revision` is the plan under which it was found.
    """

    name: str
    kind: str
    value: Any
    revision: int
    tool: str = ""

    def as_json(self) -> dict[str, Any]:
        told = {"name": self.name, "kind": self.kind, "value": self.value, "revision": self.revision}
        return {**told, "tool": self.tool} if self.tool else told


@dataclass(frozen=True, slots=True)
class Memory:
    """What a prompt is built from; `saved_tokens` is what the whole results would have taken besides."""

    facts: tuple[Fact, ...] = ()
    decisions: tuple[Mapping[str, Any], ...] = ()
    questions: tuple[Mapping[str, Any], ...] = ()
    tokens_whole: int = 0
    tokens_shown: int = 0

    @property
    def saved_tokens(self) -> int:
        return max(0, self.tokens_whole - self.tokens_shown)

    @property
    def is_empty(self) -> bool:
        return not (self.facts or self.decisions or self.questions)

    def as_json(self) -> dict[str, Any]:
        return {
            "facts": [fact.as_json() for fact in self.facts],
            "decisions": [dict(one) for one in self.decisions],
            "open_questions": [dict(one) for one in self.questions],
        }
