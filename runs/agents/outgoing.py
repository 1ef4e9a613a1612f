"""What of an action leaves the house, and what an agent's code finds in it that is somebody else's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agentops.core.redaction import redact_text


@dataclass(frozen=True, slots=True)
class Spot:
    """One place in a text that should not leave; `kind` in words, `shown` may stand on a page."""

    kind: str
    line: int
    shown: str


def texts_in(args: Mapping[str, Any]) -> dict[str, str]:
    """Every text, number and name in an action's arguments, by where it stands (`letter.lines.0`)."""
    found: dict[str, str] = {}
    for place, text in _texts("", args):
        found[place] = f"{found[place]}\n{text}" if place in found else text
    return found


def _texts(place: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        yield place, str(value)
    elif isinstance(value, Mapping):
        for name, one in value.items():
            below = f"{place}.{redact_text(str(name))}".lstrip(".")  # a place is shown
            if place:  # the arguments themselves are named by their tool
                yield f"{below} (name)", str(name)
            yield from _texts(below, one)
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from _texts(f"{place}.{number}".lstrip("."), one)
