"""Pages set by hand and PDFs drawn on the spot, so that a test shows what it reads."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from agentops.agents.invoices.reading.model import PageSize, Reading
from agentops.agents.invoices.reading.page.read import read_sheet
from agentops.agents.invoices.reading.page.words import Sheet, Word

WIDTH, HEIGHT, TYPE = 595, 842, 10.0
Cell = tuple[float, str]


def set_page(rows: list[list[Cell]], *, page: int = 1, top: float = 60, leading: float = 16) -> list[Word]:
    """Rows of cells, each a left edge and its text, as words with boxes."""
    words = []
    for number, row in enumerate(rows):
        y = top + number * leading
        for left, text in row:
            x = left
            for part in text.split():
                width = 5.0 * len(part)
                words.append(Word(part, x, y, x + width, y + TYPE, page, TYPE))
                x += width + 2.8
    return words


@pytest.fixture
def read_page() -> Callable[..., Reading]:
    def read(*pages: list[list[Cell]]) -> Reading:
        words = [word for number, rows in enumerate(pages, 1) for word in set_page(rows, page=number)]
        return read_sheet(Sheet.of(words, [PageSize(WIDTH, HEIGHT)] * len(pages)), Reading(kind="pdf-text"))

    return read


@pytest.fixture
def draw_pdf() -> Callable[..., bytes]:
    def draw(paint: Callable[[Any], None]) -> bytes:
        canvas = pytest.importorskip("reportlab.pdfgen.canvas")
        out = io.BytesIO()
        sheet = canvas.Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1)
        paint(sheet)
        sheet.save()
        return out.getvalue()

    return draw


def right(edge: float, text: str) -> Cell:
    """A cell whose right edge is at `edge`, as numbers stand in a column."""
    parts = text.split()
    return edge - 5.0 * sum(map(len, parts)) - 2.8 * (len(parts) - 1), text
