"""What is asked of a page and what it answers, typed: the answer comes out of the sandbox and is not trusted."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from ..facts import Fact
from ..reading import Reading

Way = Literal["right", "below"]
Text = Annotated[str, Field(max_length=200)]


class Place(Fact):
    """Where something stands, as `reading.Source` has it."""

    method: Text = ""
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    words: Annotated[str, Field(max_length=400)] = ""
    path: Text | None = None


class Anchor(Fact):
    """How a value is found again: the wording beside it, on which side the value stands, which one, read how."""

    field: Text
    label: Annotated[str, Field(min_length=2, max_length=120)]
    way: Way
    nth: Annotated[int, Field(ge=0, le=9)] = 0
    last: bool = False
    order: Literal["", "day first", "month first"] = ""
    source: Place = Place()


class Hint(Fact):
    """A lesson as the sandbox is told of it."""

    id: str
    field: str
    label: str
    way: Way
    nth: int
    last: bool
    order: str


class Led(Fact):
    """The value that a lesson led to."""

    id: Text
    value: Text
    source: Place


class Noted(Fact):
    """What a page answered."""

    layout: Annotated[tuple[Annotated[str, Field(max_length=60)], ...], Field(max_length=200)] = ()
    found: dict[str, Led] = {}
    anchors: dict[str, Anchor] = {}
    numbers: tuple[Text, ...] = ()


def of_reading(reading: Reading) -> Noted:
    """What was noted beside a reading; nothing where there were no pages, or the answer is none."""
    raw: Any = reading.noted
    try:
        return Noted.model_validate(raw) if raw else Noted()
    except ValidationError:
        return Noted()
