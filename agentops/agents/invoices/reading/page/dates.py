"""Read printed dates in many languages; whether 03/04 is March or April is decided by the whole document."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from .words import fold

LANGUAGES = ("de", "en", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "nb", "fi", "cs", "hu", "ro")
USUAL_TERMS = frozenset({0, 7, 8, 10, 14, 15, 20, 21, 28, 29, 30, 31, 45, 59, 60, 61, 90})

_NUMERIC = re.compile(r"^(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})$")
_LOST_POINT = re.compile(r"^(\d{2})\.(\d{2}) (20\d{2})$")  # by OCR: before a year nothing else can stand so
_YEAR_FIRST = re.compile(r"^(\d{4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{1,2})\.?$")
_COMPACT = re.compile(r"^(20\d{2})(\d{2})(\d{2})$")
_JOINED = re.compile(r"^(\d{1,2})[-./]?([a-z]{3,})[-./]?(\d{2}|\d{4})$")
_CJK = re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})日$")
_FILLERS = {"de", "del", "of", "the", "den", "di", "d", "le", "am", "a", "dne"}


class Order(StrEnum):
    """Which of two small numbers is the day."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


@dataclass(frozen=True, slots=True)
class Day:
    """A date as printed: its one reading, or two where the order of day and month decides."""

    day_first: date | None
    month_first: date | None

    @property
    def certain(self) -> date | None:
        if self.day_first == self.month_first:
            return self.day_first
        return (self.day_first or self.month_first) if None in (self.day_first, self.month_first) else None

    def read(self, order: Order) -> date | None:
        chosen = self.day_first if order is Order.DAY_FIRST else self.month_first
        return chosen or self.certain


@dataclass(frozen=True, slots=True)
class OrderFound:
    """The document's order of day and month; `proven` if something in it decides."""

    order: Order
    proven: bool


@lru_cache(maxsize=20_000)  # words repeat
def parse(text: str) -> Day | None:
    """The date that `text` is, or None."""
    if not any(char.isdigit() for char in text) or len(text) > 40:
        return None
    plain = " ".join(text.replace(",", " ").split()).strip(" .;:()")
    plain = _LOST_POINT.sub(r"\1.\2.\3", plain)
    numeric = _NUMERIC.match(plain)
    if numeric:
        first, mark, second, year = int(numeric[1]), numeric[2], int(numeric[3]), _year(numeric[4])
        day_first = _date(year, second, first)
        # With points it is always the day that comes first.
        return _day(day_first, day_first if mark == "." else _date(year, first, second))
    for pattern in (_YEAR_FIRST, _CJK):
        if match := pattern.match(plain):
            parts = [int(group) for group in match.groups() if group.isdigit()]
            only = _date(*parts)
            return _day(only, only)
    return _in_words(plain)


def parse_compact(text: str) -> Day | None:
    """20260403: only where a label says that it is a date."""
    match = _COMPACT.match(text.strip())
    only = _date(*(int(group) for group in match.groups())) if match else None
    return _day(only, only)


def find_order(days: Iterable[Day], terms: Iterable[tuple[Day, Day]], assumed: Order) -> OrderFound:
    """Decide by dates that can be only one, then by which order gives usual terms of payment."""
    days = list(days)
    votes = {order: sum(_proves(day, order) for day in days) for order in Order}
    if votes[Order.DAY_FIRST] != votes[Order.MONTH_FIRST]:
        return OrderFound(max(votes, key=lambda order: votes[order]), proven=True)
    terms = list(terms)
    usual = {order: sum(_is_usual(pair, order) for pair in terms) for order in Order}
    if usual[Order.DAY_FIRST] != usual[Order.MONTH_FIRST]:
        return OrderFound(max(usual, key=lambda order: usual[order]), proven=True)
    return OrderFound(assumed, proven=False)


def _proves(day: Day, order: Order) -> int:
    if day.day_first == day.month_first:
        return 0
    only_one = (day.month_first is None) if order is Order.DAY_FIRST else (day.day_first is None)
    return int(only_one)


def _is_usual(pair: tuple[Day, Day], order: Order) -> int:
    issued, due = (day.read(order) for day in pair)
    return int(issued is not None and due is not None and (due - issued).days in USUAL_TERMS)


def _in_words(plain: str) -> Day | None:
    folded = fold(plain).replace(".", " ")
    if joined := _JOINED.match(folded.replace(" ", "")):
        month = months().get(joined[2])
        if month:
            only = _date(_year(joined[3]), month, int(joined[1]))
            return _day(only, only)
    parts = [part for part in re.split(r"[\s/-]+", folded) if part and part not in _FILLERS]
    if len(parts) != 3:
        return None
    numbers = [re.sub(r"(?<=\d)(st|nd|rd|th|er|e)$", "", part) for part in parts]
    names = [months().get(part) for part in parts]
    if names[1] and numbers[0].isdigit() and numbers[2].isdigit():  # 19 april 2014, 2014 april 19
        first, last = int(numbers[0]), int(numbers[2])
        only = _date(first, names[1], last) if first > 31 else _date(_year(numbers[2]), names[1], first)
    elif names[0] and numbers[1].isdigit() and numbers[2].isdigit():  # April 19 2014
        only = _date(_year(numbers[2]), names[0], int(numbers[1]))
    else:
        return None
    return _day(only, only)


@lru_cache(maxsize=1)
def months() -> dict[str, int]:
    """Folded month names and abbreviations in all `LANGUAGES`."""
    from babel import Locale

    names: dict[str, int] = {"sept": 9, "mrt": 3, "marz": 3, "maerz": 3, "jany": 1, "janv": 1}
    for language in LANGUAGES:
        calendar = Locale(language).months
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in calendar[form][width].items():
                    key = fold(str(name)).replace(".", "").strip()
                    if len(key) >= 3 and key.isalpha():
                        names.setdefault(key, number)
    return names


def _day(day_first: date | None, month_first: date | None) -> Day | None:
    return Day(day_first, month_first) if day_first or month_first else None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except (ValueError, OverflowError):  # a year of twelve digits
        return None
    return found if 1990 <= found.year <= 2099 else None
