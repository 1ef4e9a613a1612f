"""From words that a model copied to a value: found on the page by code, and read by the rules that read every page."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from agentops.core.currencies import MINOR_DIGITS

from ..reading import Found, Source
from ..reading.figures import plain
from ..reading.model import AMOUNTS, DATES, FIELDS, Box
from ..reading.page.dates import parse
from ..reading.page.numbers import Style, read_number

if TYPE_CHECKING:
    from .prompt import Pointed, Printed

METHOD = "model"
CONFIDENCE = 0.6  # of what only a model read; below what the gate lets pass
LONGEST = 14  # words of one value
EDGES = " .,:;()[]*"
SIGNS = {"€": "EUR", "£": "GBP", "zł": "PLN", "₹": "INR", "₺": "TRY"}

Words = Mapping[int, Sequence[tuple[str, Box]]]


@dataclass(frozen=True, slots=True)
class Place:
    """Words on a page, as they are printed there."""

    page: int
    box: Box
    words: str


def pointed_at(pointed: Pointed, words: Words) -> tuple[dict[str, Found], tuple[str, ...]]:
    """The values that stand on the pages, and the names of those that were refused because they do not."""
    found: dict[str, Found] = {}
    refused: list[str] = []
    for name in FIELDS:
        printed: Printed | None = getattr(pointed, name)
        if printed is None:
            continue
        place = place_of(printed.words, printed.page, words, whole=name != "currency")
        value = value_of(name, place, printed.value) if place else None
        if place is None or value is None:
            refused.append(name)
            continue
        found[name] = Found(value, CONFIDENCE, Source(METHOD, place.page, place.box, place.words))
    return found, tuple(refused)


def place_of(copied: str, page: int, words: Words, *, whole: bool = True) -> Place | None:
    """Where these words stand, on this page or else on another; `whole`: as words, not within one."""
    for number in sorted(words, key=lambda one: (one != page, one)):
        for place in places_on(copied, number, words, whole=whole):
            return place
    return None


def places_on(copied: str, page: int, words: Words, *, whole: bool = True) -> Iterator[Place]:
    """Every place on one page where these words stand, in the order of the page."""
    wanted, row = _even(copied).strip(EDGES), words.get(page, ())
    for start in range(len(row)) if wanted else ():
        if end := _end(row, start, wanted, whole=whole):
            yield _place(page, row[start:end])


def value_of(name: str, place: Place, said: str | None) -> str | None:
    """What the words come to; where they can be read in several ways, the one that was said. None: they cannot."""
    if name in AMOUNTS:
        return amount_of(place.words, said)
    if name in DATES:
        return _date(place.words, said)
    if name == "currency":
        return _currency(place.words, said)
    return place.words.strip(EDGES) or None


def _end(row: Sequence[tuple[str, Box]], start: int, wanted: str, *, whole: bool) -> int:
    """Behind the last of the words from `start` on that are what is wanted; 0: they are not."""
    if not whole:
        return start + 1 if wanted in _even(row[start][0]) else 0
    joined = ""
    for end in range(start, min(start + LONGEST, len(row))):
        joined += _even(row[end][0])
        if joined.strip(EDGES) == wanted:
            return end + 1
        if not wanted.startswith(joined.lstrip(EDGES)[: len(wanted)]):
            return 0
    return 0


def _place(page: int, row: Sequence[tuple[str, Box]]) -> Place:
    left, top, right, bottom = zip(*(box for _, box in row), strict=True)
    return Place(page, (min(left), min(top), max(right), max(bottom)), " ".join(text for text, _ in row))


def _even(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def amount_of(words: str, said: str | None) -> str | None:
    """The figure that words are; where they can be read in several ways, the one that was said."""
    read = {read_number(_bare(words), Style(mark, seen=True)) for mark in ".,"} - {None}
    ways = {plain(number) for number in read if number is not None}
    return _chosen(ways, said)


def _bare(words: str) -> str:
    """Without a currency's code before or behind the figures."""
    return " ".join(part for part in words.strip(EDGES).split() if part.upper() not in MINOR_DIGITS)


def _date(words: str, said: str | None) -> str | None:
    day = parse(words)
    ways = {one.isoformat() for one in (day.day_first, day.month_first) if isinstance(one, date)} if day else set()
    return _chosen(ways, said)


def _currency(words: str, said: str | None) -> str | None:
    upper = words.upper()
    ways = {code for code in MINOR_DIGITS if code in upper} | {code for sign, code in SIGNS.items() if sign in words}
    return _chosen(ways, said)


def _chosen(ways: set[str], said: str | None) -> str | None:
    if said in ways:
        return said
    return next(iter(ways)) if len(ways) == 1 and said is None else None
