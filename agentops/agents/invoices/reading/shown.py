"""The words that a document shows, each with its place, to search and to pick from. Only the sandbox imports this."""

from __future__ import annotations

from typing import Any

from . import door
from .images import frame_sizes
from .ocr.sheet import joined, sheet_of
from .ocr.wanted import Looks, Wanted
from .page.words import Sheet
from .pdf import pages
from .read_pdf import take_out

MOST_SHOWN = 20_000  # words of one document
LONGEST = 100  # characters of a word


def words_shown(data: bytes, media_type: str, looks: Looks | None) -> dict[str, Any] | Wanted:
    """`{"words": {page: [[text, x0, y0, x1, y1], ..]}}`, corners in fractions of the page as shown, in reading order.

    Wants pages that are images looked at first. What has no pages shows no words.
    """
    if media_type == door.XML:
        return {"words": {}}
    sheet = _of_pdf(data, looks) if media_type == door.PDF else _of_image(data, looks)
    return sheet if isinstance(sheet, Wanted) else {"words": _places(sheet)}


def _of_pdf(data: bytes, looks: Looks | None) -> Sheet | Wanted:
    with pages.opened(data) as document:
        contents = take_out(data, document)
    if contents.wanted and looks is None:
        return Wanted(contents.wanted)
    return joined(contents.words, contents.sizes, looks.of(contents.wanted) if looks else ())


def _of_image(data: bytes, looks: Looks | None) -> Sheet | Wanted:
    every = tuple(range(1, len(frame_sizes(data)) + 1))
    return Wanted(every) if looks is None else sheet_of(looks.of(every), len(every))


def _places(sheet: Sheet) -> dict[int, list[list[Any]]]:
    found: dict[int, list[list[Any]]] = {}
    words = [word for row in sheet.rows for word in row.words][:MOST_SHOWN]
    for word in words:
        box = sheet.source((word,)).box
        if box is not None:
            found.setdefault(word.page, []).append([word.text[:LONGEST], *box])
    return found
