"""The looks at a document's pages as one sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..model import PageSize
from ..page.frames import Frame
from ..page.numbers import find_style
from ..page.words import Sheet, Word
from .figures import as_money
from .lines import Look
from .words import words_of

_BLANK = PageSize(595.0, 842.0)


def sheet_of(looks: Sequence[Look], pages: int) -> Sheet:
    """Of images, whose size in points nobody knows; `pages` counts those too that nobody looked at."""
    return joined((), [None] * pages, looks)


def joined(words: Iterable[Word], sizes: Sequence[PageSize | None], looks: Sequence[Look]) -> Sheet:
    """A text layer's words and, on the pages looked at, OCR's instead; `sizes` are those shown, where known."""
    seen = {look.page: words_of(look, sizes[look.page - 1]) for look in looks}
    kept = [word for word in words if word.page not in seen]
    frames: Mapping[int, Frame] = {page: frame for page, (_, _, frame) in seen.items()}
    read = [seen[page][1] if page in seen else size or _BLANK for page, size in enumerate(sizes, 1)]
    return Sheet.of([*kept, *_in_one_style([word for found, _, _ in seen.values() for word in found])], read, frames)


def _in_one_style(words: list[Word]) -> list[Word]:
    """Amounts of money read in the way that the pages' other numbers are written."""
    style = find_style(word.text for word in words)
    if not style.seen:
        return words
    return [replace(word, text=as_money(word.text, style.decimal)) for word in words]
