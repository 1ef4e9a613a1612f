"""Read a document once more with what is known beside it: lessons of its layout, and invoices it may credit.

Only where there is something to ask: an electronic invoice states its values itself, and most vendors never needed
a correction.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from .. import queries
from ..credits import CREDIT_NOTE
from ..extraction import Beside
from ..numbers import number_key
from ..reading import Reading, read_file
from ..vendors import Signs
from .applying import with_lessons
from .layouts import is_taught_here
from .noted import of_reading

PAGES = frozenset({"pdf-text", "pdf-scan", "image"})
MOST_HINTS = 30


def read_again(reading: Reading, data: bytes, document_type: str | None = None) -> tuple[Reading, Beside]:
    """The reading with what lessons led to, and what is known beside it.

    `document_type` is what a person says the document is, where somebody did.
    """
    signs = Signs(
        name=reading.text("supplier_name"), vat_id=reading.text("supplier_vat_id"), account=reading.text("iban")
    )
    vendors = [vendor.key for vendor in queries.vendors_with(signs)]
    if not vendors:
        return reading, Beside()
    is_credit = (document_type or reading.document_type) == CREDIT_NOTE
    numbers = _others(queries.posted_numbers(vendors), reading.text("invoice_number")) if is_credit else []
    known = _lessons(vendors, reading) if reading.kind in PAGES else []
    if reading.media_type and "xml" in reading.media_type:
        return reading, Beside(credits=_in_xml(data, numbers))
    if not numbers and not known:
        return reading, Beside()
    return _asked(reading, data, known, numbers)


def _asked(
    reading: Reading, data: bytes, known: list[queries.KnownLesson], numbers: list[str]
) -> tuple[Reading, Beside]:
    hints: dict[str, Any] = {"lessons": [one.hint.model_dump() for one in known], "numbers": numbers}
    noted = of_reading(read_file(data, reading.name, hints=hints))
    asked = {one.hint.id: one.hint.field for one in known}
    led = {name: one for name, one in noted.found.items() if asked.get(one.id) == name}
    confirmed = {one.hint.id for one in known if one.is_confirmed}
    learned, used = with_lessons(reading, led, confirmed)
    unconfirmed = tuple(name for name, lesson in used.items() if lesson not in confirmed)
    return learned, Beside(used, unconfirmed, tuple(number for number in noted.numbers if number in numbers))


def _lessons(vendors: Collection[str], reading: Reading) -> list[queries.KnownLesson]:
    layout = of_reading(reading).layout
    return [one for one in queries.lessons_of(vendors) if is_taught_here(layout, one.marks, one.hint.label)][
        :MOST_HINTS
    ]


def _others(numbers: Collection[str], own: str | None) -> list[str]:
    """Those that are not the document's own number."""
    mine = number_key(own) if own else ""
    return [number for number in numbers if number_key(number) != mine]


def _in_xml(data: bytes, numbers: Collection[str]) -> tuple[str, ...]:
    """The numbers that stand in an element by themselves; searched for, not parsed."""
    return tuple(n for n in numbers if re.search(rb">\s*" + re.escape(n.encode()) + rb"\s*<", data))
