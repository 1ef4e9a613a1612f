"""Paper to set text on: as words with boxes, the way a text layer gives them, or drawn as a PDF."""

import io
from dataclasses import dataclass, field
from typing import Any

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from agentops.agents.invoices.reading.model import PageSize
from agentops.agents.invoices.reading.page.words import Sheet, Word

WIDTH, HEIGHT = 595.0, 842.0


@dataclass(frozen=True)
class Text:
    """A run of text: `y` is its base line from the top."""

    page: int
    x: float
    y: float
    text: str
    size: float
    font: str


@dataclass
class Paper:
    """Pages under the pen."""

    tall: float = 0.93  # of the type's size: how high the text layer says a word is
    page: int = 1
    texts: list[Text] = field(default_factory=list)

    def put(self, x: float, y: float, text: str, *, size: float = 9, bold: bool = False, align: str = "left") -> None:
        """Set `text` with its left edge, right edge or middle at `x`."""
        font = "Helvetica-Bold" if bold else "Helvetica"
        width = stringWidth(text, font, size)
        self.texts.append(
            Text(self.page, x - {"left": 0, "right": width, "middle": width / 2}[align], y, text, size, font)
        )

    def stack(self, x: float, y: float, lines: list[str], *, leading: float = 12, **how: Any) -> float:
        """Set lines under one another and say where the next would be."""
        for line in lines:
            self.put(x, y, line, **how)
            y += leading
        return y

    def words(self) -> list[Word]:
        return [word for text in self.texts for word in self._words(text)]

    def _words(self, text: Text) -> list[Word]:
        words, x = [], text.x
        for part in text.text.split(" "):  # a narrow blank inside a number parts words in a text layer too
            for piece in part.replace("\u202f", "\u00a0").split("\u00a0"):
                width = stringWidth(piece, text.font, text.size)
                if piece:
                    top = text.y - 0.72 * text.size * self.tall / 0.93
                    height = self.tall * text.size
                    words.append(Word(piece, x, top, x + width, top + height, text.page, height))
                x += width + stringWidth(" ", text.font, text.size)
        return words

    def sheet(self) -> Sheet:
        return Sheet.of(self.words(), [PageSize(WIDTH, HEIGHT)] * self.page)

    def pdf(self) -> bytes:
        out = io.BytesIO()
        canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1)
        for page in range(1, self.page + 1):
            for text in self.texts:
                if text.page == page:
                    canvas.setFont(text.font, text.size)
                    canvas.drawString(text.x, HEIGHT - text.y, text.text)
            canvas.showPage()
        canvas.save()
        return out.getvalue()
