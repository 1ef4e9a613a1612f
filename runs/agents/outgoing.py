"""What of an action leaves the house, and what an agent's code finds in it that is somebody else's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Spot:
    """One place in a text that should not leave; `kind` in words, `shown` may stand on a page."""

    kind: str
    line: int
    shown: str


def texts_in(args: Mapping[str, Any]) -> dict[str, str]:
    """Every text in an action's arguments, by where it stands (`letter.lines.0`)."""
    return dict(_texts("", args))


def _texts(place: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _texts(f"{place}.{name}".lstrip("."), one)
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from _texts(f"{place}.{number}".lstrip("."), one)
