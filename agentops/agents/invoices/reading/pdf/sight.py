"""What a person can see of a page: each word is compared with the page's rendered image.

Hidden are words outside the page, drawn in no visible mode, covered by a later image, or leaving no ink:
white on white, transparent, clipped away or painted over all look the same to an eye.
"""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2.raw as raw

from ..page.words import Word

SCALE = 1.5
MAX_RENDERED_PIXELS = 12_000_000
LEAST_CONTRAST = 24  # of 255; grey fine print has 60 and more
_INVISIBLE_MODES = (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)


class Sight:
    """The rendered page and its objects in drawing order."""

    def __init__(self, page: Any) -> None:
        self.width, self.height = page.get_size()
        self.scale = min(SCALE, (MAX_RENDERED_PIXELS / max(1.0, self.width * self.height)) ** 0.5)
        self.image = page.render(scale=self.scale, may_draw_forms=False).to_pil().convert("RGB")
        self.items: dict[int, Any] = {}
        self.order: dict[int, int] = {}
        self.images: list[tuple[int, Any]] = []
        for index, item in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_IMAGE])):
            address = ctypes.cast(item.raw, ctypes.c_void_p).value or 0
            self.items[address], self.order[address] = item, index
            if item.type == raw.FPDF_PAGEOBJ_IMAGE:
                self.images.append((index, self._shown(page, item)))

    def why_unseen(self, word: Word, address: int) -> str | None:
        """Why nobody sees `word`; None if it can be seen."""
        if word.x1 <= 1 or word.y1 <= 1 or word.x0 >= self.width - 1 or word.y0 >= self.height - 1:
            return "off the page"
        item = self.items.get(address)
        if item is not None:
            if raw.FPDFTextObj_GetTextRenderMode(item.raw) in _INVISIBLE_MODES:
                return "invisible"
            if self._covered(word, address):
                return "under an image"
        return self._without_ink(word, item)

    def _covered(self, word: Word, address: int) -> bool:
        place = self.order[address]
        return any(
            index > place and box[0] <= word.x0 and box[1] <= word.y0 and box[2] >= word.x1 and box[3] >= word.y1
            for index, box in self.images
        )

    def _without_ink(self, word: Word, item: Any) -> str | None:
        left, top = max(0, int(word.x0 * self.scale) - 1), max(0, int(word.y0 * self.scale) - 1)
        right = min(self.image.width, int(word.x1 * self.scale) + 2)
        bottom = min(self.image.height, int(word.y1 * self.scale) + 2)
        if right <= left or bottom <= top:
            return "off the page"
        patch = self.image.crop((left, top, right, bottom))
        if max(high - low for low, high in patch.getextrema()) < LEAST_CONTRAST:
            return "the colour of the paper"
        return "the colour of the paper" if item is not None and self._paper_coloured(patch, item) else None

    @staticmethod
    def _paper_coloured(patch: Any, item: Any) -> bool:
        """Near-white type on mostly white ground: the ink seen there belongs to something else."""
        channels = [ctypes.c_uint() for _ in range(4)]
        if not raw.FPDFPageObj_GetFillColor(item.raw, *channels):
            return False
        if raw.FPDFTextObj_GetTextRenderMode(item.raw) not in (
            raw.FPDF_TEXTRENDERMODE_FILL,
            raw.FPDF_TEXTRENDERMODE_FILL_CLIP,
        ):
            return False
        red, green, blue, alpha = (channel.value for channel in channels)
        if alpha < LEAST_CONTRAST:
            return True
        if min(red, green, blue) < 255 - LEAST_CONTRAST:
            return False
        counts = patch.convert("L").histogram()
        return bool(sum(counts[255 - LEAST_CONTRAST :]) > 0.8 * sum(counts))

    def _shown(self, page: Any, item: Any) -> tuple[float, float, float, float]:
        """An image's box in points from the top left, for unturned pages; nothing for turned ones."""
        if page.get_rotation():
            return (0.0, 0.0, 0.0, 0.0)
        left, bottom, right, top = item.get_bounds()
        crop_left, _, _, crop_top = page.get_cropbox()
        return (left - crop_left, crop_top - top, right - crop_left, crop_top - bottom)
