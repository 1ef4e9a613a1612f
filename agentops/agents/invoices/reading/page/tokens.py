"""Typed things in a run of words: amounts, dates, references, accounts, tax numbers."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from . import dates
from .currency import CODES
from .numbers import CURRENCY_MARKS, Style, read_number
from .words import Word

_CODES = "|".join(sorted(CODES))
_GLUED = re.compile(
    rf"^(?:{_CODES}|[A-Z]{{1,3}}(?=\$)|RM|R|kr\.?)(?=[\d$.-]*\d)|(?<=\d)(?:{_CODES}|zł|Kč|Ft|lei|kr\.?|TL)$"
)
_CODE = re.compile(r"^[A-Z]{3}$")


@dataclass(frozen=True)
class Amount:
    """A number with its place; `currency` is the mark beside it, `decimals` how it is printed."""

    value: Decimal
    words: tuple[Word, ...]
    currency: str | None = None
    decimals: int = 0

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return self.words[-1].x1


@dataclass(frozen=True)
class Percent:
    """A rate in per cent with its place."""

    value: Decimal
    words: tuple[Word, ...]


def amounts(words: Sequence[Word], style: Style) -> list[Amount]:
    """All plain numbers, left to right; percentages and dates are left out."""
    return [token for token in scan(words, style) if isinstance(token, Amount)]


def scan(words: Sequence[Word], style: Style) -> list[Amount | Percent]:
    """Amounts and percentages, left to right."""
    found: list[Amount | Percent] = []
    index = 0
    figures = [any(char.isdigit() for char in word.text) for word in words]
    while index < len(words):
        if not any(figures[index : index + 2]):  # most words: neither a number nor the beginning of a date
            index += 1
            continue
        skip = date_length(words, index)
        if skip:
            index += skip
            continue
        token, used = _number_at(words, index, style)
        if token is not None:
            found.append(token)
        index += used
    return found


def _number_at(words: Sequence[Word], index: int, style: Style) -> tuple[Amount | Percent | None, int]:
    for length in (4, 3, 2, 1):
        run = words[index : index + length]
        if len(run) < length or (length > 1 and not _one_number(run)):
            continue
        text = "\u00a0".join(word.text for word in run).rstrip(";") if length > 1 else _trim(run[0].text)
        percent = text.endswith("%") or _starts(words, index + length, "%")
        value = read_number(text.removesuffix("%"), style)
        if value is None:
            continue
        used = tuple(run)
        if percent:
            return Percent(value, used), length + (not text.endswith("%"))
        return Amount(value, used, _currency_near(words, index, length), _decimals(text)), length
    return None, 1


def _trim(text: str) -> str:
    """The word without a currency code or unit glued to its number, and without closing punctuation."""
    text = _GLUED.sub("", text.strip(";:")).removeprefix(":")
    return text.rstrip(".,") if text.count(",") + text.count(".") == 1 and text[-1:] in ".," else text


def _one_number(run: Sequence[Word]) -> bool:
    """Groups of three digits that only a thin space parts."""
    for left, right in itertools.pairwise(run):
        if right.x0 - left.x1 > 0.45 * left.size:
            return False
    head, *middle, tail = (word.text for word in run)
    if not re.fullmatch(rf"[-−–(]?[{CURRENCY_MARKS}]?\d{{1,3}}", head):
        return head in ("-", "−", "–", "+") and len(run) == 2 and tail[:1].isdigit()
    return all(re.fullmatch(r"\d{3}", part) for part in middle) and bool(
        re.fullmatch(rf"\d{{3}}(?:[.,]\d{{1,4}})?[{CURRENCY_MARKS}]?-?\)?", tail)
    )


def _decimals(text: str) -> int:
    digits = re.split(r"[.,]", text.rstrip(CURRENCY_MARKS + "-) \u00a0"))
    return len(digits[-1]) if len(digits) > 1 and digits[-1].isdigit() else 0


def _starts(words: Sequence[Word], index: int, mark: str) -> bool:
    return index < len(words) and words[index].text.startswith(mark)


def _currency_near(words: Sequence[Word], index: int, length: int) -> str | None:
    near = [
        *words[index : index + length],
        *words[max(0, index - 1) : index],
        *words[index + length : index + length + 1],
    ]
    for word in near:
        text = word.text.strip("().:,;")
        for char in text:
            if char in CURRENCY_MARKS:
                return char
        if _CODE.match(text) or text in ("Kč", "zł", "kr", "kr.", "Fr", "Rs", "Ft", "lei"):
            return text
    return None


def date_length(words: Sequence[Word], index: int) -> int:
    for length in (4, 3, 1):
        run = words[index : index + length]
        if len(run) == length and _near_enough(run) and dates.parse(" ".join(word.text for word in run)) is not None:
            return length
    return 0


def _near_enough(run: Sequence[Word]) -> bool:
    return all(b.x0 - a.x1 < 1.2 * a.size for a, b in itertools.pairwise(run))


@dataclass(frozen=True)
class DayToken:
    """A date with its place."""

    day: dates.Day
    words: tuple[Word, ...]


def days(words: Sequence[Word], *, compact: bool = False) -> list[DayToken]:
    """All dates, left to right; eight bare digits count only with `compact`."""
    found: list[DayToken] = []
    index = 0
    while index < len(words):
        token = _day_at(words, index, compact)
        if token:
            found.append(token)
        index += len(token.words) if token else 1
    return found


def _day_at(words: Sequence[Word], index: int, compact: bool) -> DayToken | None:
    for length in (5, 4, 3, 2, 1):
        run = tuple(words[index : index + length])
        if len(run) < length or not (run[0].text[0].isdigit() or run[0].text[:3].isalpha()) or not _near_enough(run):
            continue
        text = " ".join(word.text for word in run)
        day = dates.parse(text) or (dates.parse_compact(text) if compact else None)
        if day is not None:
            return DayToken(day, run)
    return None
