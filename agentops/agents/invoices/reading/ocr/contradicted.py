"""A scan's own text layer against what the page shows: nobody sees that layer, so it must say the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from ..model import PageSize
from ..page.words import Word, fold
from ..pdf.words import Hidden
from .lines import Look
from .words import words_of

SURE = 0.95  # of its least sure character: then a figure is what OCR says
ALIKE = 60.0  # per cent: another OCR's misreading of the same word


def not_shown(hidden: Sequence[Hidden], looks: Sequence[Look], sizes: Sequence[PageSize]) -> list[Hidden]:
    """The hidden words that stay hidden: on a page that OCR read, those that it did not see in their place."""
    seen = {look.page: _Shown(look, sizes[look.page - 1]) for look in looks}
    return [one for one in hidden if one.word.page not in seen or not seen[one.word.page].shows(one.word)]


class _Shown:
    """The words that OCR saw on a page, where they are shown."""

    def __init__(self, look: Look, size: PageSize) -> None:
        found, _, frame = words_of(look, size)
        self.size = size
        self.words: list[tuple[float, float, float, float, str, float]] = []
        for word in found:
            corners = [frame.shown(x, y) for x in (word.x0, word.x1) for y in (word.y0, word.y1)]
            xs, ys = [x * size.width for x, _ in corners], [y * size.height for _, y in corners]
            self.words.append((min(xs), min(ys), max(xs), max(ys), _key(word.text), word.score))

    def shows(self, word: Word) -> bool:
        slack = max(6.0, word.size)
        near = [
            (key, score)
            for x0, y0, x1, y1, key, score in self.words
            if x0 < word.x1 + slack and x1 > word.x0 - slack and y0 < word.y1 + slack and y1 > word.y0 - slack
        ]
        wanted, together = _key(word.text), "".join(key for key, _ in near)
        if not wanted or wanted in together:
            return True
        if sum(char.isdigit() for char in wanted) >= 3:
            return any(score < SURE and fuzz.ratio(key, wanted) > ALIKE for key, score in near)
        return fuzz.partial_ratio(wanted, together) > ALIKE if together else False


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", fold(text))
