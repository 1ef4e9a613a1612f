"""An image holds no text to read yet: it is checked, and every value says that it needs OCR."""

from __future__ import annotations

from dataclasses import replace

from .findings import missing_fields
from .images import frame_sizes
from .model import EXTRA_FIELDS, FIELDS, Finding, Found, Reading

NEEDS_OCR = "needs OCR: the page is an image without text"
IS_IMAGE = Finding("low_quality", "The document is an image without a text layer: nothing on it could be read.")


def read_image(data: bytes, facts: Reading) -> Reading:
    """Raises `Refused` for a broken or too large image."""
    return unread(replace(facts, kind="image", pages=tuple(frame_sizes(data))))


def unread(reading: Reading) -> Reading:
    """A document of images only: nothing is guessed, and a person is told what is missing and why."""
    fields = unread_fields()
    return replace(reading, fields=fields, findings=(IS_IMAGE, *missing_fields(fields)))


def unread_fields() -> dict[str, Found]:
    return {name: Found.nothing(NEEDS_OCR) for name in (*FIELDS, *EXTRA_FIELDS)}
