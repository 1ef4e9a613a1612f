"""A page as grey pixels for OCR: made where the file is parsed, so that the OCR worker never sees a file."""

from __future__ import annotations

from typing import Any

from PIL import Image, ImageOps

from .. import door, images
from ..pdf import pages
from ..refusals import Refused
from .pixels_format import put_together

MOST_PIXELS = 9_000_000
LONGEST_SIDE = 3600
LEAST_DPI, MOST_DPI = 150.0, 220.0


def as_grey(data: bytes, media_type: str, page: int) -> bytes:
    """Page `page`, counted from 1, as shown: mark, width and height, then a byte for each pixel; raises `Refused`."""
    image = _of_pdf(data, page) if media_type == door.PDF else _of_image(data, page)
    return put_together(image.width, image.height, image.tobytes())


def _of_pdf(data: bytes, number: int) -> Any:
    with pages.opened(data) as document:
        if not 1 <= number <= len(document):
            raise Refused("no_pages", f"there is no page {number}")
        page = pages.page_of(document, number - 1)
        pages.check_pixels(page)
        return page.render(scale=_scale(page), may_draw_forms=False).to_pil().convert("L")


def _scale(page: Any) -> float:
    """Pixels per point: those of the scan itself if that is sensible, so that nothing is blurred."""
    width, height = page.get_size()
    own = [max(item.get_px_size()) / max(width, height) for item in pages.page_images(page)]
    wanted = max(own, default=MOST_DPI / 72)
    scale = min(max(wanted, LEAST_DPI / 72), MOST_DPI / 72)
    return float(min(scale, LONGEST_SIDE / max(width, height), (MOST_PIXELS / max(1.0, width * height)) ** 0.5))


def _of_image(data: bytes, number: int) -> Any:
    with images.opened(data) as image:
        images.seek(image, number)
        upright = ImageOps.exif_transpose(image)
        if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
            upright = upright.convert("RGBA")
            upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright)
        grey = upright.convert("L")
        share = min(1.0, LONGEST_SIDE / max(grey.size), (MOST_PIXELS / (grey.width * grey.height)) ** 0.5)
        return (
            grey
            if share == 1.0
            else grey.resize([max(1, int(side * share)) for side in grey.size], Image.Resampling.LANCZOS)
        )
