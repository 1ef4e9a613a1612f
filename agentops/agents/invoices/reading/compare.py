"""Compare a hybrid's two halves: people pay what they see, machines what they parse."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from .figures import CENT, plain
from .model import AMOUNTS, DATES, Finding, Found, Reading, Source
from .page import identifiers, tokens
from .page.dates import Order
from .page.numbers import find_style
from .page.words import Sheet, Word, fold

COMPARED = (
    "gross_total",
    "net_total",
    "payable",
    "invoice_number",
    "iban",
    "issue_date",
    "currency",
    "supplier_vat_id",
)
SURE = 0.8  # a printed value this sure counts even if the XML's value stands somewhere else on the page
_NAMES = {
    "gross_total": "total",
    "net_total": "net total",
    "payable": "amount due",
    "invoice_number": "invoice number",
    "iban": "bank account",
    "issue_date": "invoice date",
    "currency": "currency",
    "supplier_vat_id": "supplier's VAT id",
}


class Printed:
    """Everything a page shows that a value of the XML could be."""

    def __init__(self, sheet: Sheet, reading: Reading) -> None:
        self.sheet, self.reading = sheet, reading
        self.style = find_style(word.text for row in sheet.rows for word in row.words)
        self.folded = _key(sheet.text)

    def find(self, name: str, value: str) -> Source | None:
        """Where the page shows `value`, best place first; None if nowhere."""
        own = self.reading[name]
        if own.value is not None and same(name, own.value, value):
            return own.source
        words = next(self._places(name, value), None)
        return self.sheet.source(words) if words else None

    def _places(self, name: str, value: str) -> Iterator[tuple[Word, ...]]:
        found: Iterator[tuple[str, tuple[Word, ...]]]
        for row in self.sheet.rows:
            if name in AMOUNTS:
                found = ((plain(one.value), one.words) for one in tokens.amounts(row.words, self.style))
            elif name in DATES:
                found = (
                    (day.isoformat(), one.words)
                    for one in tokens.days(row.words)
                    for order in Order
                    if (day := one.day.read(order))
                )
            elif name == "iban":
                found = ((text, words) for text, _, words in identifiers.accounts(row.words, labelled=True))
            else:
                found = _runs(row.words, value)
            yield from (words for text, words in found if same(name, text, value))


def differences(fields: Mapping[str, Found], printed: Reading, sheet: Sheet) -> list[Finding]:
    """A finding for each value that the page states otherwise."""
    page = Printed(sheet, printed)
    return [finding for name in COMPARED if (finding := _difference(name, fields.get(name), page))]


def _difference(name: str, xml: Found | None, page: Printed) -> Finding | None:
    seen = page.reading[name]
    if not xml or xml.value is None or seen.value is None or same(name, xml.value, seen.value):
        return None
    shown = page.find(name, xml.value) is not None
    if shown and not (name in AMOUNTS and seen.confidence >= SURE):
        return None
    sentence = f"The page shows {seen.value} as {_NAMES[name]}, the embedded XML says {xml.value}."
    numbers = {"expected": xml.value, "found": seen.value}
    return Finding("xml_page_mismatch", sentence, name, seen.source, numbers)


def located(fields: Mapping[str, Found], printed: Reading, sheet: Sheet) -> dict[str, Found]:
    """The XML's values, each with the place on the page that shows it too."""
    page = Printed(sheet, printed)
    return {
        name: _with_place(found, page.find(name, found.value) if found.value else None)
        for name, found in fields.items()
    }


def _with_place(found: Found, place: Source | None) -> Found:
    if place is None or found.source is None:
        return found
    return replace(found, source=replace(found.source, page=place.page, box=place.box, words=place.words))


def same(name: str, one: str, other: str) -> bool:
    """Equal as values: amounts to the cent, everything else without case, accents and punctuation."""
    if name in (*AMOUNTS, "prepaid"):
        return abs(abs(Decimal(one)) - abs(Decimal(other))) < CENT
    return _key(one) == _key(other)


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", fold(text))


def _runs(words: tuple[Word, ...], value: str) -> Iterator[tuple[str, tuple[Word, ...]]]:
    """Runs of words that may spell `value`."""
    wanted = _key(value)
    for start in range(len(words)):
        text = ""
        for end in range(start, min(len(words), start + 12)):
            text += _key(words[end].text)
            if text == wanted:
                yield value, words[start : end + 1]
            if not wanted.startswith(text):
                break
