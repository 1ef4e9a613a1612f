"""What an agent tells about itself on pages and in reports, and how it refuses a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """One of an agent's own pages in the navigation; `url` is the name of its address, `count` says how many
    things wait there for a person (None: nothing to say)."""

    key: str
    label: str
    url: str
    count: Callable[[Any], int | None] | None = None


@dataclass(frozen=True, slots=True)
class Headline:
    """What a run works on, in a list: whose it is, its number, and a few words more. Text of strangers, but `doing`:
    what the agent proposes to do with it, in two or three words of its own."""

    party: str = ""
    number: str = ""
    about: str = ""
    doing: str = ""


@dataclass(frozen=True, slots=True)
class KeyInField:
    """One value that a person may type from a document that cannot be read. `kind`: `text`, `amount`, `currency`,
    `date`, or `choice` with `choices` of value and label."""

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ShownWord:
    """One word of a page with its corners as fractions of the page, from the top left. Text of strangers."""

    text: str
    box: tuple[float, float, float, float]


class NotAdmitted(Exception):
    """A file is refused at the door: no run starts. `code` is a rejection code, the message says what to do."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one run or refused file, for reports."""

    disposition: str | None  # auto, review, reject; None while at work
    reasons: tuple[str, ...]
    seconds: float
    cost: Decimal
    stuck: bool
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
