"""The heading of the invoice lines: which column is what, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from . import labels as label_finder
from . import lexicon
from .labels import Label
from .words import Row, Sheet

NUMERIC = ("position", "quantity", "unit_price", "tax_rate", "tax_amount", "discount", "line_total")


WEIGHTS = {"description": 2.0, "quantity": 1.5, "unit_price": 1.5, "line_total": 1.5, "tax_rate": 0.5, "unit": 0.5,
           "position": 0.5, "article": 0.5, "discount": 0.5, "tax_amount": 0.3}  # fmt: skip


LEAST_HEADER = 3.4


@dataclass(frozen=True)
class Column:
    """One heading of the table."""

    concept: str
    x0: float
    x1: float


@dataclass(frozen=True)
class Header:
    """The row, or pair of rows, that heads the table."""

    columns: tuple[Column, ...]
    row: Row
    rows: int
    score: float

    def has(self, *concepts: str) -> bool:
        return any(column.concept in concepts for column in self.columns)

    def column(self, concept: str) -> Column | None:
        return next((column for column in self.columns if column.concept == concept), None)


def find_header(sheet: Sheet) -> Header | None:
    """The heading that looks most like one of invoice lines; of those repeated on later pages the first."""
    found = [header for row in sheet.rows for header in headers_at(sheet, row)]
    fitting = [one for one in found if one.score >= LEAST_HEADER and _is_of_lines(one)]
    best = max(fitting, key=lambda one: (one.score, -one.row.index), default=None)
    if best is None or not sheet.frames:
        return best
    # OCR may have read a later page's heading better; the lines begin under the first.
    return next(one for one in fitting if same_kind(one, best))


def heading_rows(sheet: Sheet, header: Header | None) -> frozenset[int]:
    """The rows that head the table, on its first page and wherever it is headed again."""
    if header is None:
        return frozenset()
    again = [one for row in sheet.rows for one in headers_at(sheet, row) if same_kind(one, header)]
    return frozenset(one.row.index + more for one in (header, *again) for more in range(one.rows))


def _is_of_lines(header: Header) -> bool:
    return header.has("line_total", "unit_price") and header.has("description", "quantity", "article")


def headers_at(sheet: Sheet, row: Row) -> Iterator[Header]:
    following = [other for other in sheet.below(row, 2) if other.y0 - row.y1 < 1.0 * row.words[0].size]
    yield _header([row], row)
    if following:
        yield _header([row, following[0]], row)


def _header(rows: list[Row], row: Row) -> Header:
    found = [label for one in rows for label in _heads_of(one)]
    covered = sum(label.last - label.first for label in found)
    # What stands left of the first heading, apart from it, belongs to a column beside the table.
    left = min((label.x0 for label in found), default=0.0) - 1
    within = [segment for one in rows for segment in one.segments if segment.x1 > left]
    share = covered / max(1, sum(len(segment.words) for segment in within))
    columns = _settle(found)
    score = sum(WEIGHTS[column.concept] for column in columns) if share >= 0.55 else 0.0
    # A second row must add columns to be worth it.
    return Header(tuple(columns), row, len(rows), score * share**0.5 - 0.6 * (len(rows) - 1))


@lru_cache(maxsize=256)
def _heads_of(row: Row) -> tuple[Label, ...]:
    return tuple(label_finder.find(row, lexicon.columns()))


def _settle(found: list[Label]) -> list[Column]:
    """Each concept once; a heading that may be several things takes what is left, the total the rightmost."""
    by_freedom = sorted(
        found, key=lambda label: (len(label.concepts), -label.x1 if "line_total" in label.concepts else label.x0)
    )
    taken: dict[str, Column] = {}
    for label in by_freedom:
        free = [concept for concept in label.concepts if concept not in taken]
        if free:
            concept = _first_by_side(free, label)
            taken[concept] = Column(concept, label.x0, label.x1)
    return sorted(taken.values(), key=lambda column: column.x0)


def _first_by_side(free: list[str], label: Label) -> str:
    # The left half of a table describes, the right half counts.
    left = label.x0 < 300
    order = (
        ("description", "article", "position", "quantity")
        if left
        else ("line_total", "unit_price", "tax_rate", "quantity")
    )
    return next((concept for concept in order if concept in free), free[0])


def same_kind(one: Header, other: Header) -> bool:
    mine, theirs = ({column.concept for column in header.columns} for header in (one, other))
    return len(mine & theirs) >= 0.75 * len(theirs) and one.score >= 0.8 * other.score


def distance(x0: float, x1: float, column: Column) -> float:
    if (
        x0 <= column.x1
        and x1 >= column.x0
        and min(x1, column.x1) - max(x0, column.x0) > 0.6 * min(x1 - x0, column.x1 - column.x0)
    ):
        return min(5.0, abs(x1 - column.x1), abs(x0 - column.x0))
    return min(abs(x0 - column.x0), abs(x1 - column.x1), abs((x0 + x1) / 2 - (column.x0 + column.x1) / 2))


def description_span(header: Header) -> tuple[float, float]:
    """From the description's left edge to the next column, widened where neighbours leave room."""
    column = header.column("description")
    if column is None:
        numeric = [
            one.x0 for one in header.columns if one.concept in ("quantity", "unit_price", "line_total", "tax_rate")
        ]
        return 0.0, min(numeric, default=10_000.0)
    index = header.columns.index(column)
    before = [one for one in header.columns[:index] if one.concept in ("position", "article", "quantity", "unit")]
    left = max((one.x1 for one in before), default=0.0) - 2
    after = list(header.columns[index + 1 :])
    right = after[0].x0 - 2 if after else 10_000.0
    return min(left, column.x0 - 3), right
