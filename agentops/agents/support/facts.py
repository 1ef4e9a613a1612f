"""What the tools hand to each other: plain values, each with where it is from."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Fact(BaseModel):
    """Immutable; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Spot(Fact):
    """One concern about a message; `words` are quoted from it."""

    code: str
    words: str


class OrderFacts(Fact):
    """One order of the ticket's own customer."""

    number: str
    placed_on: date
    status: str
    parcel: str = ""
    expected_on: date | None = None


class PassageFacts(Fact):
    """One passage of an article."""

    key: str
    title: str
    text: str
    source: str
    updated_on: date
    digest: str
    score: float


class Source(Fact):
    """What a sentence of the draft may cite by its number, word for word."""

    number: int
    kind: Literal["article", "order"]
    ref: str
    title: str
    text: str
    at: str
    score: float | None = None


class ReplyAbout(Fact):
    """Which reply it is: nothing of this is typed by anybody. `number` is the message it answers."""

    run: str
    ticket: str
    number: int
    language: str
    disclosed: bool
    rated: bool
    drafted_by: str
    sources: tuple[Source, ...] = ()
    doubted: tuple[str, ...] = ()  # sentences from which a critic took the support of their sources
