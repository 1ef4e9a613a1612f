"""Where OCR lost a blank: between a label and its value, or between two words that labels are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ..page import lexicon
from ..page.words import fold

_AFTER_COLON = re.compile(r"(?<=[^\W\d_]{2}[:#])(?=[\w€$£+-])|(?<=[^\W\d_]\.:)(?=\w)|(?<=[^\W\d_]\):)(?=\w)")
_AFTER_POINT = re.compile(r"(?<=[^\W\d_]{2}\.)(?=[A-Z0-9]*\d)")
_CAMEL = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])|(?<=[a-zß-öø-ÿ]\.)(?=[A-ZÀ-ÖØ-Þ])")
_FIGURES = re.compile(r"(?<=[^\W\d_]{3})(?=\d)")
_CURRENCY = re.compile(r"(?:EUR|USD|GBP|CHF|RM)$")
_BRACKET = re.compile(r"(?<=\w\))(?=[^\W\d_]{2})|(?<=[^\W\d_]{3})(?=\((?:\d|[^\W\d_]{3}))")
_DATE_TIME = re.compile(r"(?<=\d[-/.]20\d\d)(?=\d{1,2}:\d\d)|(?<=\d[-/.]\d\d)(?=\d\d:\d\d:\d\d)")
_MONEY = re.compile(r"^(?:RM|MYR|SGD|EUR|USD|GBP|CHF|INR|Rs\.?)(?=[\dO]{1,3}(?:[.,]\d{3})*[.,][\dO]\d$)")
_URL = re.compile(r"@|www\.|://|\.(?:com|de|net|org|fr|eu|co)\b", re.IGNORECASE)
LONG_WORD = 5


def cuts(text: str) -> list[int]:
    """The places in a word before which a blank is missing, in order."""
    if len(text) < 4 or _URL.search(text):
        return []
    return sorted(set(_cuts(text)))


def _cuts(text: str) -> Iterator[int]:
    yield from (match.start() for match in (*_AFTER_COLON.finditer(text), *_DATE_TIME.finditer(text)))
    yield from (match.start() for match in _BRACKET.finditer(text))
    yield from (match.end() for match in _MONEY.finditer(text))
    for match in _AFTER_POINT.finditer(text):
        if _is_label(_last_word(text[: match.start()])):
            yield match.start()
    for match in _CAMEL.finditer(text):
        before, after = _last_word(text[: match.start()]), _first_word(text[match.start() :])
        if _is_label(before) and (_is_label(after) or after in _currencies()):
            yield match.start()
    for match in _FIGURES.finditer(text):
        before = _last_word(text[: match.start()])
        if (len(before) >= LONG_WORD and _is_label(before)) or (before != text and _CURRENCY.search(before)):
            yield match.start()


def _is_label(word: str) -> bool:
    return fold(word) in vocabulary()


def _last_word(text: str) -> str:
    """The last word of a run that may be several: the part after the last capital that follows a small letter."""
    parts = [part for part in _CAMEL.split(text) if part]
    return parts[-1].strip(".:,;#()") if parts else ""


def _first_word(text: str) -> str:
    match = re.match(r"[^\W\d_]+", _CAMEL.split(text)[0])
    return match[0] if match else ""


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    return frozenset(("EUR", "USD", "GBP", "CHF", "RM"))


@lru_cache(maxsize=1)
def vocabulary() -> frozenset[str]:
    """Every word that labels and headings are made of."""
    words = {token for phrase in (*lexicon.labels(), *lexicon.columns()) for token in phrase}
    return frozenset(word for word in words if len(word) > 1 and word.isalpha())
