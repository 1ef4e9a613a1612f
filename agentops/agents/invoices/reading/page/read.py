"""From a sheet of words to fields and lines: find candidates, then choose what fits together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from ..figures import Figures, judge, plain
from ..findings import dates_in_order, missing_fields, of_document_type, suspicious_text
from ..model import EXTRA_FIELDS, FIELDS, Finding, Found, Line, Reading
from . import header, header_fields, hints, proof, sums, table, tokens
from .days import days
from .doctype import document_type
from .items import Item
from .receipt import is_receipt, of_receipt
from .scene import Scene, scene_of
from .several import several_invoices
from .words import Sheet

MOST_ROWS = 1000  # about twelve dense pages: more would take longer than anybody waits


def read_sheet(sheet: Sheet, facts: Reading) -> Reading:
    """Fields, lines and findings of a page's words; of a very long document without its lines."""
    whole, sheet = sheet, sheet.shortened(MOST_ROWS)
    scene = scene_of(sheet)
    head = header.find_header(sheet)
    headings = header.heading_rows(sheet, head)
    items = table.find_items(sheet, head, scene.labels, scene.style)
    chosen = sums.choose(sheet, scene.labels, scene.style, [item.total.value for item in items], headings)
    items = _fitting_items(items, chosen.printed)
    chosen = sums.choose(sheet, scene.labels, scene.style, [item.total.value for item in items], headings)
    found = {name: Found.nothing() for name in (*FIELDS, *EXTRA_FIELDS)}
    found |= header_fields.parties(scene) | header_fields.references(scene)
    found |= days(scene, found["invoice_number"])
    found |= header_fields.totals(scene, chosen) | header_fields.currency(scene)
    if sheet.frames:
        items = [proof.line(item) for item in items]
    if is_receipt(sheet):
        found, chosen = of_receipt(scene, found), replace(chosen, prepaid=None)  # what was handed over is no deposit
    lines = tuple(_line(scene, item) for item in items) if sheet is whole else ()
    kind = document_type(sheet, bool(found["invoice_number"]))
    return replace(
        facts,
        document_type=kind,
        fields=found,
        lines=lines,
        findings=(
            *_findings(scene, found, lines, chosen, kind),
            *suspicious_text(_paragraphs(whole)),
            *(() if sheet is whole else (_shortened(whole, sheet),)),
        ),
        noted=hints.answer(scene),
    )


def _fitting_items(items: list[Item], printed: frozenset[Decimal]) -> list[Item]:
    """Leave out remarks with an amount (a gross price, "incl. levy") if that is what makes the lines add up."""
    whole = [item for item in items if not item.may_be_part]
    priced = [item for item in items if item.quantity is not None and item.price is not None]
    for choice in (items, whole, priced):
        if choice and sum((item.total.value for item in choice), Decimal(0)) in printed:
            return choice
    return items


def _line(scene: Scene, item: Item) -> Line:
    sure = 0.93 if item.confirmed else 0.7

    def number(token: tokens.Amount | None, places: int) -> Found:
        return Found.nothing() if token is None else scene.seen(plain(token.value, places), token.words, sure)

    text = " ".join(word.text for word in item.description)
    price = number(item.price, 2)
    return Line(
        description=scene.seen(text[:500], item.description, 0.85) if item.description else Found.nothing(),
        quantity=number(item.quantity, 0),
        unit=scene.seen(item.unit[0].text, item.unit, 0.7) if item.unit else Found.nothing(),
        unit_price=replace(price, reason="discounted") if item.discounted else price,
        line_total=number(item.total, 2),
        tax_rate=Found.nothing() if item.rate is None else scene.seen(plain(item.rate.value, 0), item.rate.words, 0.8),
    )


def _findings(
    scene: Scene, found: dict[str, Found], lines: tuple[Line, ...], chosen: sums.Chosen, kind: str
) -> list[Finding]:
    gross, net = chosen.gross, chosen.net
    total = sum((Decimal(line.line_total.value or 0) for line in lines), Decimal(0))
    as_gross = (
        bool(gross and lines) and gross is not None and total == gross.value and (net is None or net.value != total)
    )
    figures = Figures(
        line_sum=total if lines and total in chosen.printed and not as_gross else None,
        allowances=total - net.value if net and lines and chosen.explains(total - net.value) else None,
        tax_rows=chosen.rates,
        lines_are_gross=as_gross,
        prepaid=abs(chosen.prepaid.value) if chosen.prepaid else None,
    )
    problems = judge(found, lines, figures)
    return [
        *of_document_type(kind),
        *(missing_fields(found) if kind in ("invoice", "credit_note", "unknown") else []),
        *dates_in_order(found),
        *problems,
        *several_invoices(scene.sheet, scene.labels, scene.style),
        *_ambiguous(found),
    ]


def _shortened(whole: Sheet, sheet: Sheet) -> Finding:
    read, pages = len(sheet.by_page), len(whole.pages)
    return Finding("low_quality", f"Only {read} of {pages} pages were read, and no lines: it is too long.", "lines")


def _ambiguous(found: dict[str, Found]) -> list[Finding]:
    return [
        Finding(
            "low_quality",
            f"The date may be {one.value} or {one.ambiguous}: the document does not show which.",
            name,
            one.source,
        )
        for name in ("issue_date", "due_date")
        if (one := found[name]).ambiguous
    ]


def _paragraphs(sheet: Sheet) -> Iterable[Found]:
    """Neighbouring rows joined, so that a sentence broken over two lines is seen whole."""
    for row in sheet.rows:
        joined = [*row.words, *(word for other in sheet.below(row, 2) for word in other.words)]
        text = re.sub(r"\s+", " ", " ".join(word.text for word in joined))
        yield Found(text, 1.0, sheet.source(row.words))
