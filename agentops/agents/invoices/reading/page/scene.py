"""What all choices on a sheet share: its labels, its way of writing numbers, its parties and its currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..model import Found
from . import certainty, dates, identifiers
from .currency import CurrencyFound, find_currency
from .labels import Labels
from .numbers import Style, find_style
from .parties import Parties, find_parties
from .words import Sheet, Word

_WITH_POINT = {"USD", "GBP", "INR", "JPY", "CNY", "AUD", "CAD", "SGD", "HKD", "NZD"}


@dataclass(frozen=True)
class Scene:
    """All that the choices share."""

    sheet: Sheet
    labels: Labels
    style: Style
    parties: Parties
    currency: CurrencyFound | None

    def found(self, name: str, value: str, words: tuple[Word, ...], grounds: Mapping[str, float]) -> Found:
        """The value of the field `name` with its place, as sure as its grounds make it."""
        return self._with_source(value, words, certainty.of(name, {**grounds, **self._ocr(words)}))

    def seen(self, value: str, words: tuple[Word, ...], confidence: float) -> Found:
        """A value of no field that is weighed, as sure as `confidence` says, less what OCR doubts."""
        doubt = self._ocr(words).get("misread", 0.0)
        return self._with_source(value, words, confidence * (1 - doubt / 2))

    def _ocr(self, words: tuple[Word, ...]) -> dict[str, float]:
        if not words or words[0].page not in self.sheet.frames:
            return {}
        return {"ocr": 1.0, "misread": 1 - min(word.score for word in words)}

    def _with_source(self, value: str, words: tuple[Word, ...], confidence: float) -> Found:
        return Found(value, round(max(0.05, min(0.99, confidence)), 3), self.sheet.source(words))


def scene_of(sheet: Sheet) -> Scene:
    labels = Labels(sheet)
    parties = find_parties(sheet, labels)
    countries = {text[:2] for row in sheet.rows for text, _ in identifiers.tax_numbers(row.words)}
    countries |= {text[:2] for row in sheet.rows for text, _, _ in identifiers.accounts(row.words)}
    currency = find_currency(sheet, labels, countries)
    point = currency is not None and currency.code in _WITH_POINT
    words = [word.text for row in sheet.rows for word in row.words if dates.parse(word.text) is None]
    return Scene(sheet, labels, find_style(words, "." if point else ","), parties, currency)
