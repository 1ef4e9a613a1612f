# ruff: noqa: E501 - the tables read better as paragraphs than as columns
"""Which currency the document is in: codes and marks beside amounts, and headings that name it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from .labels import Labels
from .words import Sheet, Word, fold

_MARKS = {"R$": "BRL", "TL": "TRY", "Lei": "RON", "SFr": "CHF", "€": "EUR", "£": "GBP", "₹": "INR", "₺": "TRY", "₽": "RUB", "₩": "KRW", "₪": "ILS", "฿": "THB", "¥": "JPY", "$": "USD",
          "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "lei": "RON", "RM": "MYR", "Rs": "INR", "Rs.": "INR", "Euro": "EUR", "euro": "EUR", "EURO": "EUR", "Euros": "EUR"}  # fmt: skip
_LAKHS = re.compile(r"^\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d\d)?$")
# What stands before a dollar's sign, or whose dollar a country's own numbers and taxes tell.
_DOLLARS = {"CA": "CAD", "C": "CAD", "CAN": "CAD", "CDN": "CAD", "AU": "AUD", "A": "AUD", "NZ": "NZD", "SG": "SGD", "S": "SGD",
            "HK": "HKD", "NT": "TWD", "MX": "MXN", "MEX": "MXN", "R": "BRL", "US": "USD", "U.S.": "USD"}  # fmt: skip
_TOLD_BY = {"ABN": "AU", "UEN": "SG", "RFC": "MX", "CFDI": "MX", "CNPJ": "R", "TVQ": "CA", "QST": "CA", "HST": "CA"}
_RAND = re.compile(r"^\(?-?R\d[\d.,]*\d$")
_CROWNS = {"SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK"}
_WRITTEN = (
    "EUR USD GBP CHF JPY CNY INR SEK NOK DKK PLN CZK HUF RON BGN TRY CAD AUD NZD SGD HKD ZAR MXN BRL "
    "ILS KRW THB AED SAR ISK RUB UAH MYR IDR PHP TWD HRK CLP EGP VND NGN LKR PKR"
)
CODES = frozenset(_WRITTEN.split())


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
    countries = countries | _countries_told(sheet)
    for code, words, weight in [
        *_named(labels),
        *_marked(sheet, countries),
        *_grouped_as_in_india(sheet),
        *_rand(sheet),
    ]:
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
                if code in CODES:
                    yield code, (word,), 20


def _marked(sheet: Sheet, countries: set[str]) -> Iterator[tuple[str, tuple[Word, ...], int]]:
    for row in sheet.rows:
        for word in row.words:
            code, weight = _code_of(word.text, countries)
            if code:
                yield code, (word,), weight


def _countries_told(sheet: Sheet) -> set[str]:
    """Whose invoice it is, by words that no other country prints: a register's or a tax's name."""
    words = {word.text.strip("().:,;#") for row in sheet.rows for word in row.words}
    return {country for told, country in _TOLD_BY.items() if told in words}


def _rand(sheet: Sheet) -> Iterator[tuple[str, tuple[Word, ...], int]]:
    """ "R 1 234.56", "R1,234.56": the letter is rand only where an amount with cents follows it."""
    for row in sheet.rows:
        for word, after in zip(row.words, [*row.words[1:], None], strict=True):
            beside = after is not None and after.x0 - word.x1 < 0.8 * word.size and after.text[:1].isdigit()
            if _RAND.match(word.text) or (word.text == "R" and beside and re.search(r"[.,]\d\d$", row.text)):
                yield "ZAR", (word,), 1


def _grouped_as_in_india(sheet: Sheet) -> Iterator[tuple[str, tuple[Word, ...], int]]:
    """6,54,321.00 beside a GSTIN: rupees, though no mark says so."""
    if "GSTIN" not in sheet.text.upper():
        return
    for row in sheet.rows:
        yield from (("INR", (word,), 1) for word in row.words if _LAKHS.match(word.text))


def _code_of(text: str, countries: set[str]) -> tuple[str | None, int]:
    bare = text.strip("().:,;[]/*")
    if bare in CODES:
        return bare, 2
    for code in CODES:  # EUR12.50, 12.50EUR, US$
        if (bare.startswith(code) and bare[3:4].isdigit()) or (bare.endswith(code) and bare[-4:-3].isdigit()):
            return code, 2
    if "$" in text:
        prefix = fold(text.split("$")[0]).strip("( -").upper()
        return _DOLLARS.get(prefix) or next((_DOLLARS[one] for one in countries if one in _DOLLARS), "USD"), 1
    if bare in ("kr", "kr.", "Kr", "SKr", "NKr"):
        return next((_CROWNS[one] for one in countries if one in _CROWNS), None), 1
    for mark, code in _MARKS.items():
        if (len(mark) == 1 and mark in text) or bare == mark:
            return code, 1
    return None, 0
