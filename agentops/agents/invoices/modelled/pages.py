"""The pages of a document as a model is shown them: what people see on them, never layers, attachments or metadata."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from agentops.core import blobs

from ..reading import Reading, render_page, words_shown
from .pointing import Words

MOST_PAGES = 3  # what a posting rests on stands on the first ones
MOST_CHARACTERS = 12_000
PNG: Final = "image/png"


class Pages:
    """The pages of one document, drawn and read only where somebody asks; each may raise `Refused`."""

    def __init__(self, data: bytes, reading: Reading) -> None:
        self._data, self.are_pictures = data, reading.kind != "pdf-text"
        self._count = min(MOST_PAGES, len(reading.pages))

    @cached_property
    def images(self) -> tuple[str, ...]:
        """Each page drawn as PNG and kept, by its SHA-256."""
        drawn = (render_page(self._data, page) for page in range(1, self._count + 1))
        return tuple(blobs.put(picture, PNG).sha256 for picture in drawn)

    @cached_property
    def words(self) -> Words:
        """The words of each page with their boxes, by OCR where they are pictures."""
        return {page: words for page, words in words_shown(self._data).items() if page <= self._count}

    @property
    def text(self) -> list[dict[str, object]]:
        """The lines of each page, top to bottom."""
        left = MOST_CHARACTERS
        found: list[dict[str, object]] = []
        for page, words in self.words.items():
            lines = _lines([(text, box[1], box[3]) for text, box in words])
            kept = "\n".join(lines)[:left]
            left -= len(kept)
            found.append({"page": page, "text": kept})
        return found


def _lines(words: list[tuple[str, float, float]]) -> list[str]:
    lines: list[list[str]] = []
    bottom = -1.0
    for text, top, end in words:
        if not lines or (top + end) / 2 > bottom or top < bottom - 3 * (end - top):
            lines.append([])
            bottom = end
        lines[-1].append(text)
    return [" ".join(line) for line in lines]
