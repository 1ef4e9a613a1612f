"""What labels say, in many languages: phrases for each concept, folded (lower case, no accents).

Phrases are composed from parts where a language composes them ("Rechnungs" + "nummer"). Concepts that are
not read (a customer's number, an order's date) are here too, so that they can claim their own values.
"""

from __future__ import annotations

from functools import lru_cache

from ..words import fold
from . import composed, further, headings, more, parties, references, sums
from .composed import Phrase
from .sums import CARRY, SUM_CONCEPTS

__all__ = [
    "CARRY",
    "IN_CURRENCY",
    "SUM_CONCEPTS",
    "Phrase",
    "beginnings",
    "columns",
    "currency_length",
    "labels",
    "longest",
    "tokens",
]

IN_CURRENCY = frozenset((*SUM_CONCEPTS, "unit_price", "line_total"))
_CURRENCIES = frozenset(
    ["eur", "euro", "euros", "usd", "gbp", "chf", "jpy", "pln", "dkk", "sek", "nok", "czk", "cad", "aud", "inr", "huf"]
)


@lru_cache(maxsize=1)
def labels() -> dict[Phrase, tuple[str, ...]]:
    """Phrase to the concepts it may mean: references, dates, sums, parties."""
    known = _table(references.CONCEPTS, sums.CONCEPTS, parties.CONCEPTS, more.LABELS)
    named = {**_table(further.LABELS), **known}  # what somebody listed by hand goes before what is composed
    return {**composed.labels(), **named}


@lru_cache(maxsize=1)
def columns() -> dict[Phrase, tuple[str, ...]]:
    """Phrase to the table columns it may head."""
    return {**_table(further.COLUMNS), **_table(headings.CONCEPTS, more.COLUMNS)}


@lru_cache(maxsize=1)
def longest() -> int:
    return max(map(len, (*labels(), *columns())))


def currency_length(parts: list[str]) -> int:
    """How many of `parts` name the currency that a sum is in: "EUR", "in CHF"."""
    start = 1 if parts[:1] == ["in"] else 0
    return start + 1 if parts[start : start + 1] and parts[start] in _CURRENCIES else 0


@lru_cache(maxsize=4)
def beginnings(columns_only: bool) -> frozenset[str]:
    """First tokens of all phrases: most words begin none, and need no further look."""
    return frozenset(phrase[0] for phrase in (columns() if columns_only else labels()))


@lru_cache(maxsize=20_000)  # words repeat
def tokens(text: str) -> tuple[str, ...]:
    """Letters and digits in runs; `#` and `%` stand for themselves."""
    out: list[str] = []
    run = ""
    for char in fold(text):
        if char.isalnum():
            run += char
            continue
        if run:
            out.append(run)
            run = ""
        if char in "#%":
            out.append(char)
    return (*out, run) if run else tuple(out)


def _table(*sources: dict[str, list[str]]) -> dict[Phrase, tuple[str, ...]]:
    table: dict[Phrase, tuple[str, ...]] = {}
    for concept, phrases in ((name, source[name]) for source in sources for name in source):
        for phrase in phrases:
            key = tokens(phrase)
            if key and concept not in table.get(key, ()):
                table[key] = (*table.get(key, ()), concept)
    return table
