"""Compare a hybrid's two halves: people pay what they see, machines what they parse.

A value of the XML is trusted as far as the page bears it out. Some values every invoice prints, so the page must show
them (`ALWAYS_PRINTED`); others only count if the page states another one. An amount that stands elsewhere on the page
does not help where the page's own total was read surely.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from .figures import CENT, plain
from .model import AMOUNTS, DATES, Finding, Found, Line, Reading, Source
from .page import identifiers, tokens
from .page.dates import Order
from .page.numbers import find_style
from .page.words import Sheet, Word, fold

ALWAYS_PRINTED = ("gross_total", "payable", "invoice_number")
SURE = 0.8  # a printed value this sure counts even if the XML's value stands somewhere else on the page
SHORTEST_NAME = 4  # letters of a word that tells one supplier from another
_NAMES = {
    "gross_total": "total",
    "net_total": "net total",
    "tax_total": "tax",
    "payable": "amount due",
    "invoice_number": "invoice number",
    "iban": "bank account",
    "issue_date": "invoice date",
    "due_date": "due date",
    "currency": "currency",
    "supplier_vat_id": "supplier's VAT id",
}


class Printed:
    """Everything a page shows that a value of the XML could be."""

    def __init__(self, sheet: Sheet, reading: Reading) -> None:
        self.sheet, self.reading = sheet, reading
        self.style = find_style(word.text for row in sheet.rows for word in row.words)
        self.folded = _key(sheet.text)
        self.amounts: dict[Decimal, tuple[Word, ...]] = {}
        for row in sheet.rows:
            for one in tokens.amounts(row.words, self.style):
                self.amounts.setdefault(_cents(one.value), one.words)

    def find(self, name: str, value: str) -> Source | None:
        """Where the page shows `value`, best place first; None if nowhere."""
        own = self.reading[name]
        if own.value is not None and same(name, own.value, value):
            return own.source
        is_amount = name in AMOUNTS
        words = self.amounts.get(_cents(Decimal(value))) if is_amount else next(self._places(name, value), None)
        return self.sheet.source(words) if words else None

    def _places(self, name: str, value: str) -> Iterator[tuple[Word, ...]]:
        found: Iterator[tuple[str, tuple[Word, ...]]]
        for row in self.sheet.rows:
            if name in DATES:
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


def differences(xml: Reading, printed: Reading, sheet: Sheet) -> list[Finding]:
    """A finding for each thing that the page states otherwise, or does not state though every invoice does."""
    page = Printed(sheet, printed)
    found = [_difference(name, xml, page) for name in _NAMES]
    found += [_supplier(xml["supplier_name"], page), _lines(xml.lines, page)]
    return [one for one in found if one]


def _difference(name: str, xml: Reading, page: Printed) -> Finding | None:
    said, seen = xml[name], page.reading[name]
    if said.value is None:
        return None
    if seen.value is None:
        return _missing(name, said.value, page) if name in ALWAYS_PRINTED else None
    if same(name, said.value, seen.value):
        return _turned(name, xml, page) if name in AMOUNTS else None
    shown = page.find(name, said.value) is not None
    if shown and not (name in AMOUNTS and seen.confidence >= SURE):
        return None
    told = f"The page shows {seen.value} as {_NAMES[name]}, the embedded XML says {said.value}."
    return _mismatch(told, name, said.value, seen)


def _turned(name: str, xml: Reading, page: Printed) -> Finding | None:
    """An amount with the other sign; credit notes are written both ways."""
    said, seen = xml.amount(name), page.reading.amount(name)
    if not said or not seen or said * seen > 0 or "credit_note" in (xml.document_type, page.reading.document_type):
        return None
    told = f"The page shows {seen} as {_NAMES[name]}, the embedded XML says {said}: one of them is negative."
    return _mismatch(told, name, plain(said), page.reading[name])


def _missing(name: str, value: str, page: Printed) -> Finding | None:
    if page.find(name, value) is not None or (name in AMOUNTS and Decimal(value) == 0):
        return None
    return _mismatch(f"The embedded XML says {value} as {_NAMES[name]}, the page shows that nowhere.", name, value)


def _supplier(said: Found, page: Printed) -> Finding | None:
    """Names are written in many ways: it is another one if the page has no word of it and states its own."""
    seen = page.reading["supplier_name"]
    if said.value is None or seen.value is None:
        return None
    words = [word for word in re.findall(r"\w+", fold(said.value)) if len(word) >= SHORTEST_NAME]
    if any(_key(word) in page.folded for word in words) or _key(said.value) in page.folded:
        return None
    told = f"The page names {seen.value[:80]} as supplier, the embedded XML {said.value[:80]}."
    return _mismatch(told, "supplier_name", said.value, seen)


def _lines(lines: tuple[Line, ...], page: Printed) -> Finding | None:
    absent = [line.line_total.value for line in lines if line.line_total.value and not _line_is_shown(line, page)]
    if absent:
        told = f"The embedded XML has lines over {', '.join(absent[:3])} that the page does not show."
        return _mismatch(told, "lines", absent[0])
    printed = page.reading.lines
    for number, (said, seen) in enumerate(zip(lines, printed, strict=False), 1):
        if len(lines) == len(printed) and _other_goods(said, seen):
            told = (
                f"Line {number}: the page shows {seen.quantity.value} × {seen.unit_price.value}, "
                f"the embedded XML {said.quantity.value} × {said.unit_price.value}."
            )
            return _mismatch(told, "lines", str(said.quantity.value), seen.quantity)
    return None


def _line_is_shown(line: Line, page: Printed) -> bool:
    """As it is, or with or without its tax: pages for private customers print prices with it."""
    total = Decimal(line.line_total.value or 0)
    factor = 1 + Decimal(line.tax_rate.value or 0) / 100
    ways = {_cents(way) for way in (total, total * factor, total / factor if factor else total)}
    return not total or any(way in page.amounts for way in ways)


def _other_goods(said: Line, seen: Line) -> bool:
    """The same total from another quantity at another price; a line that does not multiply out was misread."""
    figures = [_figures(said), _figures(seen)]
    if any(quantity is None or price is None or total is None for quantity, price, total in figures):
        return False
    (quantity, price, total), (other, at, over) = ([one or Decimal(0) for one in line] for line in figures)
    multiplies_out = max(abs(quantity * price - total), abs(other * at - over)) <= CENT * 2
    return total == over and quantity != other and price != at and multiplies_out


def _figures(line: Line) -> list[Decimal | None]:
    found = (line.quantity, line.unit_price, line.line_total)
    return [None if one.value is None else Decimal(one.value) for one in found]


def _mismatch(told: str, field: str, expected: str, seen: Found | None = None) -> Finding:
    numbers = {"expected": expected} | ({"found": seen.value} if seen and seen.value else {})
    return Finding("xml_page_mismatch", told, field, seen.source if seen else None, numbers)


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


def _cents(amount: Decimal) -> Decimal:
    return abs(amount).quantize(CENT)


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
