"""Read two tiny documents of our own before any walls stand, so that everything lazy is loaded by then.

A child runs as nobody behind Landlock: a library that imports or opens a table only when first used would
fail there whenever the program lives in a folder that only its owner may enter.
"""

from __future__ import annotations

import contextlib
import importlib

from PIL import Image
from stdnum import iban, numdb
from stdnum.eu import vat as eu_vat
from stdnum.util import get_cc_module

from .model import PageSize, Reading
from .ocr.lines import Look, TextLine
from .ocr.sheet import sheet_of
from .page.identifiers import IBAN_LENGTHS
from .page.read import read_sheet
from .page.words import Sheet, Word
from .read_xml import read_xml
from .refusals import Refused
from .structured import schema

_ENCODINGS = (
    *("ascii", "latin_1", "utf_8", "utf_8_sig", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "idna"),
    *("cp437", "cp850", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1257", "mac_roman"),
    *("iso8859_1", "iso8859_2", "iso8859_5", "iso8859_7", "iso8859_9", "iso8859_15"),
)
_MODULES = ("_strptime", "heapq", "linecache", "traceback", "PIL.ImageMode", "PIL.ImageOps", "PIL.PngImagePlugin")

_PAGE = """Example Ltd. Sample Street 1 12345 Sampletown
Invoice No: 4711 Date: 3 April 2026 Due: 03/05/2026
VAT ID: DE136695976 IBAN: DE02 1203 0000 0000 2020 51 Order: 9
Description Quantity Price Total
Sample 2 10.00 20.00
Net total 20.00 VAT 19% 3.80
Total EUR 23.80"""
_XML = b"""<?xml version="1.0" encoding="ISO-8859-1"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><ID>1</ID><IssueDate>2026-04-03</IssueDate></Invoice>"""  # noqa: E501
_BROKEN = (
    b"<a><b></a>",
    b"<!DOCTYPE a><a/>",
    b'<?xml version="1.0"?><a>\xff</a>',
    b'<?xml version="1.0" encoding="x"?><a/>',
)


def rehearse() -> None:
    for name in (*_MODULES, *(f"encodings.{one}" for one in _ENCODINGS)):
        importlib.import_module(name)
    schema.load()
    Image.preinit()
    Image.init()
    for country in {*IBAN_LENGTHS, *(state.upper() for state in eu_vat.MEMBER_STATES)}:
        iban.is_valid(f"{country}00")
        eu_vat.is_valid(f"{country}123456789")
        get_cc_module(country.lower(), "iban")
    numdb.get("be/banks")  # which only a valid Belgian account asks for
    read_sheet(_sheet(), Reading()).as_json()
    read_sheet(sheet_of([_look()], 1), Reading()).as_json()
    read_xml(_XML, Reading())
    for data in _BROKEN:
        with contextlib.suppress(Refused):
            read_xml(data, Reading())


def _look() -> Look:
    """The same page as OCR would see it, unsure of every letter."""
    lines = [
        TextLine((40, y, 540, y, 540, y + 20, 40, y + 20), row, 0.6, _spread(row), (0.6,) * len(row.replace(" ", "")))
        for y, row in zip(range(20, 400, 30), _PAGE.splitlines(), strict=False)
    ]
    return Look(1, 600, 800, 0, 0.0, tuple(lines))


def _spread(row: str) -> tuple[float, ...]:
    return tuple((at + 0.5) / len(row) for at, char in enumerate(row) if char != " ")


def _sheet() -> Sheet:
    words = [
        Word(text, 40.0 + 60 * place, 20.0 * line, 90.0 + 60 * place, 20.0 * line + 10, 1, 10.0)
        for line, row in enumerate(_PAGE.splitlines(), 1)
        for place, text in enumerate(row.split())
    ]
    return Sheet.of(words, [PageSize(595, 842)])
