"""Billed lines that a model points at: each in a row of the page, read by the rules, and believed if they add up.

The words of a line must stand together: its figures beside its description, below the line before. A line of which the
total stands nowhere in its row is refused. What is left takes the place of the rules' lines only where it adds up to
the net or the gross total, and a person compares it with the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from ..reading import Finding, Found, Reading, Source
from ..reading.figures import CENT, plain
from ..reading.model import Line
from .overlay import ALONE, REFUSED
from .pointing import CONFIDENCE, METHOD, Place, Words, amount_of, places_on

if TYPE_CHECKING:
    from .prompt import Printed, PrintedLine

LINES = "lines"
NEAR = 0.4  # heights of its words that a figure may stand above or below its description


def with_lines(reading: Reading, pointed: Sequence[PrintedLine], words: Words) -> Reading:
    """The reading with these lines in place of its own, if they stand on the page and add up; otherwise as it was."""
    lines = tuple(_grounded(pointed, words))
    refused = len(pointed) - len(lines)
    total = sum((Decimal(line.line_total.value or 0) for line in lines), Decimal(0))
    if not lines or refused or not _adds_up(total, len(lines), reading):
        return reading.with_findings(_left_out(len(pointed), refused, total)) if pointed else reading
    told = f"Read by a model alone. Lines: {len(lines)}, together {plain(total)}. Compare them with the page."
    kept = tuple(one for one in reading.findings if one.field != LINES)  # what was odd about lines that are gone
    found = Finding(ALONE, told, LINES, lines[0].description.source)
    return replace(reading, lines=lines, findings=(*kept, found))


def _left_out(pointed: int, refused: int, total: Decimal) -> Iterator[Finding]:
    if refused:
        yield Finding(
            REFUSED, f"A model's words are not on the page. {refused} of {pointed} lines were left out.", LINES
        )
        return
    told = f"A model's lines do not add up. They come to {plain(total)}, and were left out."
    yield Finding(REFUSED, told, LINES, numbers={"found": plain(total)})


def _adds_up(total: Decimal, count: int, reading: Reading) -> bool:
    slack = CENT * 2 + CENT * count / 2
    sums = (reading.amount(name) for name in ("net_total", "gross_total"))
    return any(one is not None and abs(one - total) <= slack for one in sums)


def _grounded(pointed: Sequence[PrintedLine], words: Words) -> Iterator[Line]:
    """Each line that stands on the page, below the one before."""
    page, top = 0, 0.0
    for one in pointed:
        for place in places_on(one.description.words, one.description.page, words):
            if (place.page, place.box[1]) < (page, top):
                continue
            if line := _line(one, place, words):
                page, top = place.page, place.box[3]
                yield line
                break


def _line(one: PrintedLine, place: Place, words: Words) -> Line | None:
    """The line whose description stands here, if its total and whatever else it names stand in the same row."""
    figures = {name: _figure(getattr(one, name), place, words) for name in ("quantity", "unit_price", "line_total")}
    if any(figures[name] is None and getattr(one, name) is not None for name in figures):
        return None
    said = {name: found or Found.nothing() for name, found in figures.items()}
    return Line(
        description=_found(place.words, place),
        quantity=said["quantity"],
        unit_price=said["unit_price"],
        line_total=said["line_total"],
    )


def _figure(printed: Printed | None, beside: Place, words: Words) -> Found | None:
    if printed is None or printed.page != beside.page:
        return None
    near = [one for one in places_on(printed.words, beside.page, words) if _is_beside(one, beside)]
    for place in sorted(near, key=lambda one: abs(_middle(one) - _middle(beside))):
        value = amount_of(place.words, printed.value)
        if value is not None:
            return _found(value, place)
    return None


def _is_beside(one: Place, other: Place) -> bool:
    """In a row of the description, and never over the description itself."""
    height = min(one.box[3] - one.box[1], other.box[3] - other.box[1])
    apart = max(other.box[1] - one.box[3], one.box[1] - other.box[3], 0.0)
    over = one.box[0] < other.box[2] and one.box[2] > other.box[0] and apart == 0.0
    return not over and apart <= NEAR * height


def _middle(place: Place) -> float:
    return (place.box[1] + place.box[3]) / 2


def _found(value: str, place: Place) -> Found:
    return Found(value, CONFIDENCE, Source(METHOD, place.page, place.box, place.words))
