"""The table of lines, drawn in a layout's look and carried over to further pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from agentops.agents.invoices.demo.layouts.sheet import BLACK, PALE, SANS, Face, Sheet
from agentops.agents.invoices.demo.printed import Printed, Row


@dataclass(frozen=True)
class Column:
    """A column: which value, from where to where, and on which side it stands."""

    key: str
    left: float
    right: float
    align: str = "left"
    head: str = ""  # instead of the usual word

    @property
    def at(self) -> float:
        return {"left": self.left, "right": self.right, "middle": (self.left + self.right) / 2}[self.align]


@dataclass(frozen=True)
class Look:
    """How a table is dressed."""

    face: Face = SANS
    size: float = 8.5
    ink: str = BLACK
    head_ink: str = BLACK
    head_fill: str = ""
    head_rule: str = ""
    head_capitals: bool = False
    zebra: str = ""
    rule: str = PALE
    grid: str = ""
    row: float = 6.4
    pad: float = 1.5
    carry: bool = False
    bare: bool = False  # no currency over the prices
    bold: frozenset[str] = field(default_factory=frozenset)


NewPage = Callable[[], float]


def draw_table(
    sheet: Sheet, printed: Printed, columns: Sequence[Column], look: Look, *, top: float, bottom: float,
    new_page: NewPage,
) -> float:  # fmt: skip
    """Draw all lines and return where they end; `new_page` turns the page and says where to go on."""
    y = start = _head(sheet, printed, columns, look, top)
    running = Decimal("0")
    for at, row in enumerate(printed.rows):
        lines = _description(sheet, columns, look, row)
        height = look.row + (len(lines) - 1) * _leading(look)
        if y + height > bottom:
            _close(sheet, columns, look, start, y)
            if look.carry:
                _carry(sheet, printed, columns, look, y, running)
            y = start = _head(sheet, printed, columns, look, new_page())
            if look.carry:
                y = _carry(sheet, printed, columns, look, y, running)
        _row(sheet, columns, look, row, lines, y, height, shaded=at % 2 == 1)
        running += printed.invoice.items[at].total
        y += height
    _close(sheet, columns, look, start, y)
    return y


def _leading(look: Look) -> float:
    return look.size * 0.43


def _head(sheet: Sheet, printed: Printed, columns: Sequence[Column], look: Look, top: float) -> float:
    left, right = columns[0].left, columns[-1].right
    if look.head_fill:
        sheet.box(left, top, right - left, look.row + 0.8, fill=look.head_fill)
    for column in columns:
        words = column.head or _heading(printed, column.key, bare=look.bare)
        words = words.upper() if look.head_capitals else words
        size = look.size - (1.5 if look.head_capitals else 0.3)
        sheet.text(
            _inset(column, look), top + look.row * 0.68, words, font=look.face.bold, size=size,
            ink=look.head_ink,
            align=column.align,
        )  # fmt: skip
    if look.head_rule:
        sheet.rule(left, top + look.row + 0.8, right, ink=look.head_rule, weight=0.9)
    return top + look.row + 0.8


def _heading(printed: Printed, key: str, *, bare: bool) -> str:
    if key == "total" or (key == "price" and not bare):
        return f"{printed[key]} {printed.invoice.currency}"
    return printed[key]


def _inset(column: Column, look: Look) -> float:
    return column.at + {"left": look.pad, "right": -look.pad, "middle": 0.0}[column.align]


def _description(sheet: Sheet, columns: Sequence[Column], look: Look, row: Row) -> list[str]:
    column = next(column for column in columns if column.key == "description")
    return sheet.wrap(
        row["description"], column.right - column.left - 2 * look.pad, font=look.face.plain, size=look.size
    )


def _row(
    sheet: Sheet, columns: Sequence[Column], look: Look, row: Row, lines: list[str], y: float, height: float,
    *,
    shaded: bool,
) -> None:  # fmt: skip
    left, right = columns[0].left, columns[-1].right
    if shaded and look.zebra:
        sheet.box(left, y, right - left, height, fill=look.zebra)
    base = y + look.row * 0.66
    for column in columns:
        font = look.face.bold if column.key in look.bold else look.face.plain
        values = lines if column.key == "description" else [row[column.key]]
        sheet.stack(
            _inset(column, look), base, values, leading=_leading(look), font=font, size=look.size,
            ink=look.ink,
            align=column.align,
        )  # fmt: skip
    if look.rule and not look.grid:
        sheet.rule(left, y + height, right, ink=look.rule, weight=0.4)
    if look.grid:
        sheet.rule(left, y + height, right, ink=look.grid, weight=0.4)


def _carry(sheet: Sheet, printed: Printed, columns: Sequence[Column], look: Look, y: float, running: Decimal) -> float:
    base = y + look.row * 0.66
    text = columns[1]
    sheet.text(_inset(text, look), base, printed["carry"], font=look.face.italic, size=look.size, ink=look.ink)
    sheet.text(
        columns[-1].right - look.pad, base, printed.amount(running), font=look.face.italic, size=look.size,
        ink=look.ink, align="right",
    )  # fmt: skip
    return y + look.row


def _close(sheet: Sheet, columns: Sequence[Column], look: Look, top: float, bottom: float) -> None:
    """The upright lines of a grid, once its height is known."""
    if not look.grid:
        return
    head = top - look.row - 0.8
    for x in (*(column.left for column in columns), columns[-1].right):
        sheet.stroke([(x, head), (x, bottom)], ink=look.grid, weight=0.4)
    sheet.rule(columns[0].left, head, columns[-1].right, ink=look.grid, weight=0.4)
    sheet.rule(columns[0].left, top, columns[-1].right, ink=look.grid, weight=0.4)


def draw_sums(
    sheet: Sheet, printed: Printed, *, left: float, right: float, top: float, face: Face = SANS,
    size: float = 9,
    leading: float = 5.6, ink: str = BLACK, fill: str = "", fill_ink: str = "#ffffff", rule: str = "",
) -> float:  # fmt: skip
    """Net, taxes and the amount due in two columns, the last one stressed; returns their end."""
    y = top
    *sums, (label, total) = printed.sums
    for word, amount in sums:
        sheet.text(left, y, word, font=face.plain, size=size, ink=ink)
        sheet.text(right, y, amount, font=face.plain, size=size, ink=ink, align="right")
        y += leading
    if fill:
        sheet.box(left - 3, y - leading * 0.55, right - left + 6, leading * 1.6, fill=fill)
        y += leading * 0.45
    elif rule:
        sheet.rule(left, y - leading * 0.62, right, ink=rule, weight=0.9)
        y += leading * 0.25
    colour = fill_ink if fill else ink
    sheet.text(left, y, label, font=face.bold, size=size + 1.5, ink=colour)
    sheet.text(right, y, total, font=face.bold, size=size + 1.5, ink=colour, align="right")
    return y + leading
