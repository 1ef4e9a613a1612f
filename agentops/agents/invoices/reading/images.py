"""Raster images by Pillow, within the door's limits."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from .model import PageSize
from .refusals import MAX_PAGES, MAX_PIXELS, Refused

FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
PNG_LEVEL = 6
ORIENTATION = 0x0112  # EXIF: 5 to 8 are turned by a quarter


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    """The image; raises `Refused`: corrupt_file, too_large, too_many_pages."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                yield image
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise Refused("too_large", f"more than {MAX_PIXELS // 1_000_000} megapixels") from error
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
            raise Refused("corrupt_file") from error


def frame_sizes(data: bytes) -> list[PageSize]:
    """One page per frame, in points at 96 dpi."""
    with opened(data) as image:
        count = getattr(image, "n_frames", 1)
        if count > MAX_PAGES:
            raise Refused("too_many_pages", f"{count} pages")
        sizes = []
        for index in range(count):
            image.seek(index)
            _check_pixels(image)
            sizes.append(PageSize(*(round(side * 72 / 96, 2) for side in _shown(image))))
        image.seek(0)
        image.load()  # a damaged image fails here and not before a reviewer
        return sizes


def frame_as_png(data: bytes, page: int, scale: float) -> bytes:
    """Frame `page`, counted from 1, upright; at most its own pixels."""
    with opened(data) as image:
        seek(image, page)
        upright = ImageOps.exif_transpose(image).convert("RGB")
        longest = int(1000 * scale)
        upright.thumbnail((longest, longest))
        return png(upright)


def seek(image: Any, page: int) -> None:
    """Go to frame `page`, counted from 1; raises `Refused` (no_pages, too_large)."""
    if not 1 <= page <= getattr(image, "n_frames", 1):
        raise Refused("no_pages", f"there is no page {page}")
    image.seek(page - 1)
    _check_pixels(image)


def _shown(image: Any) -> tuple[int, int]:
    """Width and height as shown: a phone writes which side is up instead of turning the pixels."""
    width, height = image.size
    return (height, width) if image.getexif().get(ORIENTATION) in (5, 6, 7, 8) else (width, height)


def png(image: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=PNG_LEVEL)
    return out.getvalue()


def _check_pixels(image: Any) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise Refused("too_large", f"{image.width} x {image.height} pixels")
