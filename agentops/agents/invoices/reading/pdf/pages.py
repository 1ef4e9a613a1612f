"""Open a PDF within the door's limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from .. import door
from ..model import PageSize
from ..refusals import MAX_PAGES, MAX_PIXELS, Refused
from . import bombs

MAX_SIDE_POINTS = 14_400  # 200 inches: the largest page the format knows


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    """The document; raises `Refused`: encrypted, corrupt_file, no_pages, too_many_pages, too_large."""
    bombs.check(data)
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise Refused(_why_not(data, error)) from error
    try:
        _check_pages(document)
        yield document
    finally:
        document.close()


def _why_not(data: bytes, error: pdfium.PdfiumError) -> str:
    if getattr(error, "err_code", None) in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
        return "encrypted"
    # PDFium does not open a document whose page tree is empty and does not say why.
    return "no_pages" if re.search(rb"/Type\s*/Pages\b[^>]*/Count\s+0\b", data) and b"%%EOF" in data else "corrupt_file"


def _check_pages(document: Any) -> None:
    count = len(document)
    if count == 0:
        raise Refused("no_pages")
    if count > MAX_PAGES:
        raise Refused("too_many_pages", f"{count} pages")
    for index in range(count):
        try:
            width, height = document.get_page_size(index)
        except pdfium.PdfiumError as error:
            raise Refused("corrupt_file", f"page {index + 1} cannot be opened") from error
        if max(width, height) > MAX_SIDE_POINTS:
            raise Refused("too_large", f"page {index + 1} is {width:.0f} x {height:.0f} points")


def page_of(document: Any, index: int) -> Any:
    """Raises `Refused` (corrupt_file) for a page that cannot be parsed."""
    try:
        return document[index]
    except pdfium.PdfiumError as error:
        raise Refused("corrupt_file", f"page {index + 1} cannot be opened") from error


def check_pixels(page: Any) -> None:
    """Raises `Refused` (too_large) for an image that would unpack to too many pixels."""
    for item in page_images(page):
        width, height = item.get_px_size()
        if width * height > MAX_PIXELS:
            raise Refused("too_large", f"an image of {width} x {height} pixels")


def page_images(page: Any) -> Iterator[Any]:
    """The images that the page draws."""
    yield from page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE])


def share_of_images(page: Any) -> float:
    """How much of the page its images cover, 0..1, overlaps counted once each."""
    width, height = page.get_mediabox()[2:]
    whole = max(1.0, width * height)
    boxes = (item.get_bounds() for item in page_images(page))
    return float(min(1.0, sum((right - left) * (top - bottom) for left, bottom, right, top in boxes) / whole))


def dots_per_inch(page: Any) -> float:
    """Of the finest image on the page; 0 for none."""
    found = [0.0]
    for item in page_images(page):
        left, bottom, right, top = item.get_bounds()
        found.append(max(item.get_px_size()) / max(1.0, right - left, top - bottom) * 72)
    return max(found)


def is_blank(page: Any) -> bool:
    """It draws nothing at all."""
    return next(iter(page.get_objects()), None) is None


def sizes(data: bytes, media_type: str) -> list[PageSize]:
    """The pages' sizes in points as shown; an image counts as one page per frame."""
    if media_type != door.PDF:
        from ..images import frame_sizes

        return frame_sizes(data)
    with opened(data) as document:
        return [PageSize(*map(float, document.get_page_size(index))) for index in range(len(document))]
