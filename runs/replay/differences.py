"""What a replay finds: where today's code parts from the record, and how much that matters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from agentops.core.hashing import plain

LONGEST = 160  # characters of a value that are shown
Path = tuple[str, ...]


class Matters(StrEnum):
    """How much a difference matters; `regress` may be told to let some pass."""

    RECORD = "record"  # the record is not what the trail vouches for: nothing that follows can be believed
    OUTCOME = "outcome"  # another plan, call, proposal, verdict or end
    PROMPT = "prompt"  # a model would be asked otherwise
    CONFIDENCE = "confidence"
    WORDING = "wording"  # the same, told in other words
    MODEL = "model"  # another model would answer
    WORLD = "world"  # the same question about a world that has moved on since


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the replay and the record part; `what` is a path into the thing compared."""

    matters: Matters
    revision: int
    where: str  # the step, or the proposal
    what: str
    was: Any
    now: Any

    def told(self) -> str:
        """For people, on one line."""
        place = f"revision {self.revision}, {self.where}" if self.where else f"revision {self.revision}"
        return f"{place}: {self.what}: recorded {_short(self.was)}, now {_short(self.now)}"

    def as_json(self) -> dict[str, Any]:
        told = {"matters": self.matters.value, "revision": self.revision, "where": self.where, "what": self.what}
        return {**told, "was": plain(self.was), "now": plain(self.now)}


def unequal(was: Any, now: Any, path: Path = ()) -> Iterator[tuple[str, Any, Any]]:
    """The places at which two values differ, numbers by their worth; most telling first within a mapping."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for key in sorted({*was, *now}, key=str):
            if key not in was or key not in now:
                yield ".".join((*path, str(key))), was.get(key, "nothing"), now.get(key, "nothing")
            else:
                yield from unequal(was[key], now[key], (*path, str(key)))
    elif isinstance(was, list | tuple) and isinstance(now, list | tuple):
        if len(was) != len(now):
            yield ".".join((*path, "length")), len(was), len(now)
        for place, (one, other) in enumerate(zip(was, now, strict=False)):
            yield from unequal(one, other, (*path, str(place)))
    elif was != now and not _same_number(was, now):
        yield ".".join(path), was, now


def _same_number(was: Any, now: Any) -> bool:
    if isinstance(was, bool) or isinstance(now, bool) or was is None or now is None:
        return False
    if not isinstance(was, str | int | float | Decimal) or not isinstance(now, str | int | float | Decimal):
        return False
    try:
        return Decimal(str(was)) == Decimal(str(now))
    except InvalidOperation:
        return False


def _short(value: Any) -> str:
    told = value if isinstance(value, str) else repr(value)
    return told if len(told) <= LONGEST else f"{told[:LONGEST]}…"
