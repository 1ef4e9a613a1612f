"""Read an image, or several in one file, by OCR."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from .findings import missing_fields
from .images import frame_sizes
from .model import EXTRA_FIELDS, FIELDS, Finding, Found, Reading
from .ocr import quality
from .ocr.lines import Look
from .ocr.sheet import sheet_of
from .ocr.wanted import Looks, Wanted
from .page.read import read_sheet
from .page.words import Sheet

NOT_READ = "OCR could not read the page"
SAYS_NOTHING = "OCR found no text on the page"
_IS_IMAGE = "The document is an image without a text layer, and nothing on it could be read: {}."


def read_image(data: bytes, facts: Reading, looks: Looks | None = None) -> Reading | Wanted:
    """Raises `Refused` for a broken or too large image; wants its frames looked at first."""
    sizes = frame_sizes(data)
    if looks is None:
        return Wanted(tuple(range(1, len(sizes) + 1)))
    reading = replace(facts, kind="image", pages=tuple(sizes))
    seen = looks.of(tuple(range(1, len(sizes) + 1)))
    return of_looks(sheet_of(seen, len(sizes)), seen, looks, reading)


def of_looks(sheet: Sheet, seen: Sequence[Look], looks: Looks, facts: Reading, coarse: Collection[int] = ()) -> Reading:
    """What a sheet says that OCR had a part in, with what a person should know about how well it was read."""
    doubts = [*quality.findings(seen, coarse), *quality.unread_pages(looks)]
    if not sheet.rows:
        return unread(facts, SAYS_NOTHING if seen else NOT_READ).with_findings(doubts)
    return read_sheet(sheet, facts).with_findings(doubts)


def unread(facts: Reading, reason: str) -> Reading:
    """A document of images only: nothing is guessed, and a person is told what is missing and why."""
    fields = {name: Found.nothing(reason) for name in (*FIELDS, *EXTRA_FIELDS)}
    is_image = Finding("low_quality", _IS_IMAGE.format(reason))
    return replace(facts, fields=fields, findings=(is_image, *missing_fields(fields)))
