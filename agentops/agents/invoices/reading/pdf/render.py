"""A page as PNG: what a reviewer looks at instead of the file."""

from __future__ import annotations

from .. import door, images
from ..refusals import MAX_PIXELS, Refused
from . import pages


def as_png(data: bytes, media_type: str, page: int, scale: float) -> bytes:
    """Page `page`, counted from 1, at `scale` pixels per point; raises `Refused`."""
    if media_type == door.XML:
        raise Refused("no_pages", "XML has no pages")
    if media_type != door.PDF:
        return images.frame_as_png(data, page, scale)
    with pages.opened(data) as document:
        if not 1 <= page <= len(document):
            raise Refused("no_pages", f"there is no page {page}")
        sheet = pages.page_of(document, page - 1)
        pages.check_pixels(sheet)
        width, height = sheet.get_size()
        room = (MAX_PIXELS / 2 / max(1.0, width * height)) ** 0.5
        return images.png(sheet.render(scale=max(0.1, min(scale, 6.0, room))).to_pil().convert("RGB"))
