"""The words of a PDF page by PDFium, each with its box and with the reason if a person could not see it."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as raw

from ..page.words import Word
from .sight import Sight

TINY_POINTS = 2.6
MAX_CHARACTERS = 200_000
_TURNED = math.radians(20)


@dataclass(frozen=True, slots=True)
class Hidden:
    """A word that the file carries and nobody sees."""

    word: Word
    why: str


@dataclass(slots=True)
class _Glyph:
    char: str
    box: tuple[float, float, float, float]
    size: float
    turned: bool
    item: int  # address of its text object


def words_of(page: Any, number: int) -> tuple[list[Word], list[Hidden]]:
    """Visible and hidden words of one page; `number` counts from 1."""
    text = page.get_textpage()
    try:
        sight = Sight(page)
        visible: list[Word] = []
        hidden: list[Hidden] = []
        for glyphs in _runs(_glyphs(text, page)):
            word = _word(glyphs, number)
            why = "tiny" if word.size < TINY_POINTS else sight.why_unseen(word, glyphs[0].item)
            if why:
                hidden.append(Hidden(word, why))
            elif not glyphs[0].turned:
                visible.append(word)
        return visible, hidden
    finally:
        text.close()


def _word(glyphs: list[_Glyph], number: int) -> Word:
    boxes = [glyph.box for glyph in glyphs]
    return Word(
        text="".join(glyph.char for glyph in glyphs),
        x0=min(box[0] for box in boxes),
        y0=min(box[1] for box in boxes),
        x1=max(box[2] for box in boxes),
        y1=max(box[3] for box in boxes),
        page=number,
        size=max(glyph.size for glyph in glyphs),
    )


def _runs(glyphs: Iterator[_Glyph | None]) -> Iterator[list[_Glyph]]:
    """Glyphs until a blank, a jump or a new line."""
    run: list[_Glyph] = []
    for glyph in glyphs:
        if run and (glyph is None or _breaks(run[-1], glyph)):
            yield run
            run = []
        if glyph is not None:
            run.append(glyph)
    if run:
        yield run


def _breaks(last: _Glyph, glyph: _Glyph) -> bool:
    if glyph.turned or last.turned:
        return glyph.turned != last.turned
    gap = glyph.box[0] - last.box[2]
    drop = abs(glyph.box[3] - last.box[3])
    return gap > 0.25 * glyph.size or gap < -1.5 * glyph.size or drop > 0.5 * glyph.size


def _glyphs(text: Any, page: Any) -> Iterator[_Glyph | None]:
    """Every character with its box in points from the top left as shown; None for a blank."""
    to_page = _Mapping(page)
    box = raw.FS_RECTF()
    for index in range(min(raw.FPDFText_CountChars(text), MAX_CHARACTERS)):
        code = raw.FPDFText_GetUnicode(text, index)
        char = chr(code) if 32 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        if not char or char.isspace() or code in (0xAD, 0xFFFE, 0xFFFF):
            # A soft hyphen or a broken character does not end a word, a blank does.
            if not char or char.isspace():
                yield None
            continue
        if not raw.FPDFText_GetLooseCharBox(text, index, box):
            continue
        corners = to_page(box.left, box.top, box.right, box.bottom)
        angle = raw.FPDFText_GetCharAngle(text, index)
        item = raw.FPDFText_GetTextObject(text, index)
        turned = _is_turned(angle, to_page.turn)
        height = (corners[2] - corners[0]) if turned else (corners[3] - corners[1])
        yield _Glyph(char, corners, height, turned, ctypes.cast(item, ctypes.c_void_p).value or 0)


def _is_turned(angle: float, page_turn: float) -> bool:
    shown = (angle + page_turn) % (2 * math.pi)
    return min(shown, 2 * math.pi - shown) > _TURNED


class _Mapping:
    """From the page's own space to points from the top left as shown, rotation and crop included."""

    def __init__(self, page: Any) -> None:
        width, height = page.get_size()
        scale = 100.0
        origin, right, up = (self._device(page, x, y, width, height, scale) for x, y in ((0, 0), (1000, 0), (0, 1000)))
        self.a, self.b = (right[0] - origin[0]) / 1000, (right[1] - origin[1]) / 1000
        self.c, self.d = (up[0] - origin[0]) / 1000, (up[1] - origin[1]) / 1000
        self.e, self.f = origin
        self.turn = math.radians(page.get_rotation())

    @staticmethod
    def _device(page: Any, x: float, y: float, width: float, height: float, scale: float) -> tuple[float, float]:
        left, top = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page, 0, 0, int(width * scale), int(height * scale), 0, x, y, left, top)
        return left.value / scale, top.value / scale

    def __call__(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        xs = [self.a * x + self.c * y + self.e for x, y in ((left, top), (right, bottom))]
        ys = [self.b * x + self.d * y + self.f for x, y in ((left, top), (right, bottom))]
        return min(xs), min(ys), max(xs), max(ys)
