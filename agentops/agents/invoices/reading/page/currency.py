# ruff: noqa: E501 - the tables read better as paragraphs than as columns
"""Which currency the document is in: codes and marks beside amounts, and headings that name it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from .labels import Labels
from .words import Sheet, Word, fold

_MARKS = {"€": "EUR", "£": "GBP", "₹": "INR", "₺": "TRY", "₽": "RUB", "₩": "KRW", "₪": "ILS", "฿": "THB", "¥": "JPY", "$": "USD",
          "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "lei": "RON", "RM": "MYR", "Rs": "INR", "Rs.": "INR", "Euro": "EUR", "euro": "EUR", "EURO": "EUR", "Euros": "EUR"}  # fmt: skip
_LAKHS = re.compile(r"^\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d\d)?$")
_DOLLARS = {"CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD", "HK": "HKD", "US": "USD"}
_CROWNS = {"SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK"}
_COMMON = frozenset(
    [
        "EUR",
        "USD",
        "GBP",
        "CHF",
        "JPY",
        "CNY",
        "INR",
        "SEK",
        "NOK",
        "DKK",
        "PLN",
        "CZK",
        "HUF",
        "RON",
        "BGN",
        "TRY",
        "CAD",
        "AUD",
        "NZD",
        "SGD",
        "HKD",
        "ZAR",
        "MXN",
        "BRL",
        "ILS",
        "KRW",
        "THB",
        "AED",
        "SAR",
        "ISK",
        "RUB",
        "UAH",
        "MYR",
        "IDR",
        "PHP",
    ]
)


@dataclass(frozen=True)
class CurrencyFound:
    """The code with the words that say so, and the share of the votes it got."""

    code: str
    words: tuple[Word, ...]
    share: float
    votes: int = 1


def find_currency(sheet: Sheet, labels: Labels, countries: set[str]) -> CurrencyFound | None:
    votes: Counter[str] = Counter()
    first: dict[str, tuple[Word, ...]] = {}
    for code, words, weight in [*_named(labels), *_marked(sheet, countries), *_grouped_as_in_india(sheet)]:
        votes[code] += weight
        first.setdefault(code, words)
    if not votes:
        return None
    code, count = votes.most_common(1)[0]
    return CurrencyFound(code, first[code], count / sum(votes.values()), count)


def _named(labels: Labels) -> Iterator[tuple[str, tuple[Word, ...], int]]:
    for label in labels.of("currency"):
        for place in labels.places(label):
            for word in place.words[:2]:
                code = _MARKS.get(word.text) or word.text.strip("().:,;").upper()
                if code in _COMMON:
                    yield code, (word,), 20


def _marked(sheet: Sheet, countries: set[str]) -> Iterator[tuple[str, tuple[Word, ...], int]]:
    for row in sheet.rows:
        for word in row.words:
            code, weight = _code_of(word.text, countries)
            if code:
                yield code, (word,), weight


def _grouped_as_in_india(sheet: Sheet) -> Iterator[tuple[str, tuple[Word, ...], int]]:
    """6,54,321.00 beside a GSTIN: rupees, though no mark says so."""
    if "GSTIN" not in sheet.text.upper():
        return
    for row in sheet.rows:
        yield from (("INR", (word,), 1) for word in row.words if _LAKHS.match(word.text))


def _code_of(text: str, countries: set[str]) -> tuple[str | None, int]:
    bare = text.strip("().:,;[]/*")
    if bare in _COMMON:
        return bare, 2
    for code in _COMMON:  # EUR12.50, 12.50EUR, US$
        if (bare.startswith(code) and bare[3:4].isdigit()) or (bare.endswith(code) and bare[-4:-3].isdigit()):
            return code, 2
    if "$" in text:
        prefix = fold(text.split("$")[0]).strip("( -").upper()
        return _DOLLARS.get(prefix[:2]) or next((_DOLLARS[one] for one in countries if one in _DOLLARS), "USD"), 1
    if bare in ("kr", "kr.", "Kr", "SKr", "NKr"):
        return next((_CROWNS[one] for one in countries if one in _CROWNS), None), 1
    for mark, code in _MARKS.items():
        if (len(mark) == 1 and mark in text) or bare == mark:
            return code, 1
    return None, 0
