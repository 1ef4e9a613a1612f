"""Paper: an A4 canvas measured in millimetres from the top left corner, as a designer thinks of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

WIDTH, HEIGHT = 210.0, 297.0
BLACK, GREY, PALE, WHITE = "#222222", "#6b6b6b", "#d9d9d9", "#ffffff"


@dataclass(frozen=True)
class Face:
    """The three cuts of a type face."""

    plain: str
    bold: str
    italic: str


SANS = Face("Helvetica", "Helvetica-Bold", "Helvetica-Oblique")
SERIF = Face("Times-Roman", "Times-Bold", "Times-Italic")
MONO = Face("Courier", "Courier-Bold", "Courier-Oblique")
VERA = Face("Vera", "VeraBd", "VeraIt")


@cache
def _register_vera() -> None:
    """Vera comes with reportlab and is embedded in the file that uses it."""
    for name in (VERA.plain, VERA.bold, VERA.italic):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))


class Sheet:
    """A document being drawn, page by page."""

    def __init__(self, title: str, author: str, *, pages: int = 1, password: str = "") -> None:
        _register_vera()
        self._buffer = BytesIO()
        lock = StandardEncryption(password, strength=128) if password else None
        # invariant: the same invoice gives the same bytes, so that a demo built again is the same demo.
        self._canvas = Canvas(self._buffer, pagesize=A4, invariant=1, encrypt=lock)
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self.page, self.pages = 1, pages

    def text(
        self, x: float, y: float, words: str, *, font: str = "Helvetica", size: float = 9, ink: str = BLACK,
        align: str = "left", spacing: float = 0,
    ) -> None:  # fmt: skip
        """Write one line with its base line at `y`."""
        self._canvas.setFillColor(HexColor(ink))
        width = pdfmetrics.stringWidth(words, font, size) + spacing * max(0, len(words) - 1)
        start = x * mm - {"left": 0.0, "right": width, "middle": width / 2}[align]
        line = self._canvas.beginText(start, (HEIGHT - y) * mm)
        line.setFont(font, size)
        line.setCharSpace(spacing)
        line.textOut(words)
        self._canvas.drawText(line)

    def stack(
        self, x: float, y: float, lines: Sequence[str], *, leading: float = 4.2, font: str = "Helvetica",
        size: float = 9, ink: str = BLACK, align: str = "left",
    ) -> float:  # fmt: skip
        """Write lines under each other; returns where the next one would stand."""
        for line in lines:
            self.text(x, y, line, font=font, size=size, ink=ink, align=align)
            y += leading
        return y

    def wrap(self, words: str, width: float, *, font: str = "Helvetica", size: float = 9) -> list[str]:
        """Break `words` into lines of at most `width` millimetres."""
        return list(simpleSplit(words, font, size, width * mm))

    def rule(self, x: float, y: float, to: float, *, ink: str = PALE, weight: float = 0.5) -> None:
        self.stroke([(x, y), (to, y)], ink=ink, weight=weight)

    def stroke(self, points: Sequence[tuple[float, float]], *, ink: str, weight: float = 0.5) -> None:
        """Draw a line through the points."""
        self._canvas.setStrokeColor(HexColor(ink))
        self._canvas.setLineWidth(weight)
        self._canvas.drawPath(self._path(points), stroke=1, fill=0)

    def shape(self, points: Sequence[tuple[float, float]], *, fill: str, alpha: float = 1) -> None:
        """Fill the polygon through the points."""
        self._canvas.setFillColor(self._colour(fill, alpha))
        path = self._path(points)
        path.close()
        self._canvas.drawPath(path, stroke=0, fill=1)

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: str = "", ink: str = "",
        weight: float = 0.5, radius: float = 0, alpha: float = 1,
    ) -> None:  # fmt: skip
        """Draw a rectangle, filled, outlined, or both."""
        if fill:
            self._canvas.setFillColor(self._colour(fill, alpha))
        if ink:
            self._canvas.setStrokeColor(HexColor(ink))
            self._canvas.setLineWidth(weight)
        place = (x * mm, (HEIGHT - y - height) * mm, width * mm, height * mm)
        if radius:
            self._canvas.roundRect(*place, radius * mm, stroke=bool(ink), fill=bool(fill))
        else:
            self._canvas.rect(*place, stroke=bool(ink), fill=bool(fill))

    def disc(self, x: float, y: float, radius: float, *, fill: str = "", ink: str = "", weight: float = 0.5) -> None:
        """Draw a circle around (x, y)."""
        if fill:
            self._canvas.setFillColor(HexColor(fill))
        if ink:
            self._canvas.setStrokeColor(HexColor(ink))
            self._canvas.setLineWidth(weight)
        self._canvas.circle(x * mm, (HEIGHT - y) * mm, radius * mm, stroke=bool(ink), fill=bool(fill))

    def slanted(self, x: float, y: float, words: str, *, size: float, ink: str, angle: float) -> None:
        """A stamp across the page."""
        self._canvas.saveState()
        self._canvas.translate(x * mm, (HEIGHT - y) * mm)
        self._canvas.rotate(angle)
        self._canvas.setFillColor(self._colour(ink, 0.28))
        self._canvas.setFont("Helvetica-Bold", size)
        self._canvas.drawCentredString(0, 0, words)
        self._canvas.restoreState()

    def turn(self) -> None:
        """Begin the next page."""
        self._canvas.showPage()
        self.page += 1

    def finish(self) -> bytes:
        """The PDF."""
        self._canvas.showPage()
        self._canvas.save()
        return self._buffer.getvalue()

    def _path(self, points: Sequence[tuple[float, float]]) -> PDFPathObject:
        path = self._canvas.beginPath()
        for at, (x, y) in enumerate(points):
            (path.lineTo if at else path.moveTo)(x * mm, (HEIGHT - y) * mm)
        return path

    def _colour(self, ink: str, alpha: float) -> Color:
        colour = HexColor(ink)
        return Color(colour.red, colour.green, colour.blue, alpha)
