# ruff: noqa: E501 - rows of words read better whole
"""The table of an invented invoice: columns in some order, rows of one or two lines, sums carried over pages."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from reportlab.pdfbase.pdfmetrics import stringWidth

from .invoice import Item
from .tongues import WORDS

if TYPE_CHECKING:
    from .layout import Desk

BOTTOM = 740.0
SHARES = {"pos": 18, "article": 50, "description": 170, "quantity": 44, "unit": 34, "price": 66, "discount_column": 40, "rate": 44, "total": 74}  # fmt: skip
ORDERS = (
    ("pos", "description", "quantity", "unit", "price", "total"),
    ("description", "quantity", "price", "total"),
    ("pos", "article", "description", "quantity", "price", "total"),
    ("quantity", "unit", "description", "price", "total"),
    ("article", "description", "quantity", "unit", "price", "rate", "total"),
    ("description", "rate", "quantity", "price", "total"),
    ("pos", "description", "price", "quantity", "total"),
    ("quantity", "description", "price", "total"),
)


class Table:
    """Draws itself and turns pages on its way."""

    def __init__(self, desk: Desk, left: float, right: float, top: float, again: Callable[[], float]) -> None:
        self.desk, self.left, self.right, self.y, self.again = desk, left, right, top, again
        order = list(desk.chance.choice(ORDERS))
        if any(item.discount for item in desk.invoice.items):
            order.insert(-1, "discount_column")
        self.columns = order
        total = sum(SHARES[column] for column in order)
        self.widths = [SHARES[column] * (right - left) / total for column in order]
        self.size = desk.chance.choice((7.5, 8.5)) if right - left > 400 else 7.0
        self.capitals = desk.maybe(0.2)
        self.carries = desk.maybe(0.6)
        self.glued = desk.maybe(0.2) and "unit" not in order  # "12 pcs" in the quantity's column
        self.coded = desk.maybe(0.25)  # prices with their currency

    def draw(self) -> float:
        self._head()
        running = Decimal(0)
        for at, item in enumerate(self.desk.invoice.items, 1):
            if self.y > BOTTOM - 20:
                self._turn(running)
            self._row(at, item)
            running += item.total
        return self.y

    def _head(self) -> None:
        for column, left, right in self._places():
            text = self._heading(column, right - left - 8)
            text = text.upper() if self.capitals else text
            self._put(column, left, right, text, bold=True, size=self.size - (1 if self.capitals else 0))
        self.y += 16

    def _heading(self, column: str, room: float) -> str:
        """The word chosen for the column, or a shorter one where that would run into its neighbour."""
        words = [self.desk.said[column], *sorted(WORDS[self.desk.invoice.habit.language][column], key=len)]
        wide = 1.25 if self.capitals else 1.0
        fitting = (word for word in words if wide * stringWidth(word, "Helvetica-Bold", self.size) < room)
        return next(fitting, words[1])

    def _turn(self, running: Decimal) -> None:
        if self.carries:
            self._carry(running)
        self.desk.paper.page += 1
        self.y = self.again() + 10
        self._head()
        if self.carries:
            self._carry(running)

    def _carry(self, running: Decimal) -> None:
        _, left, _ = next(place for place in self._places() if place[0] == "description")
        self.desk.paper.put(left, self.y, self.desk.said["carry"], size=self.size)
        self.desk.paper.put(self.right, self.y, self.desk.amount(running), size=self.size, align="right")
        self.y += 14

    def _row(self, at: int, item: Item) -> None:
        desk = self.desk
        cells = {
            "pos": str(at),
            "article": item.code,
            "description": item.description,
            "quantity": desk.plain(item.quantity) + (f" {item.unit}" if self.glued else ""),
            "unit": item.unit,
            "price": desk.money(item.price) if self.coded else desk.amount(item.price),
            "discount_column": f"{desk.plain(item.discount)} %" if item.discount else "",
            "rate": f"{desk.plain(item.rate)} %",
            "total": desk.money(item.total) if self.coded else desk.amount(item.total),
        }
        for column, left, right in self._places():
            self._put(column, left, right, cells[column])
        if item.detail:
            _, left, _ = next(place for place in self._places() if place[0] == "description")
            desk.paper.put(left, self.y + 10, item.detail, size=self.size)
            self.y += 10
        self.y += 15

    def _places(self) -> list[tuple[str, float, float]]:
        places, x = [], self.left
        for column, width in zip(self.columns, self.widths, strict=True):
            places.append((column, x, x + width))
            x += width
        return places

    def _put(self, column: str, left: float, right: float, text: str, *, bold: bool = False, size: float = 0) -> None:
        towards = column in ("price", "total", "rate", "discount_column", "quantity") and column != self.columns[0]
        size = size or self.size
        if towards:
            self.desk.paper.put(
                right - (0 if column == "total" else 3), self.y, text, size=size, bold=bold, align="right"
            )
        else:
            self.desk.paper.put(left, self.y, text, size=size, bold=bold)
