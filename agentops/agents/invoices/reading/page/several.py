"""More than one invoice in one file: different numbers behind the invoice label on different pages."""

from __future__ import annotations

from ..model import Finding
from .fields import references
from .labels import Labels
from .numbers import Style
from .words import Sheet


def several_invoices(sheet: Sheet, labels: Labels, style: Style) -> list[Finding]:
    if len(sheet.pages) < 2:
        return []
    best: dict[int, tuple[float, str]] = {}
    for one in references(labels, "invoice_number", style):
        page = one.words[0].page
        if one.score >= 0.8 and one.score > best.get(page, (0.0, ""))[0]:
            best[page] = (one.score, one.value)
    numbers = list(dict.fromkeys(value for _, value in best.values()))
    if len(numbers) < 2:
        return []
    return [Finding("multiple_invoices", f"The file holds {len(numbers)} invoices: {', '.join(numbers[:5])}.")]
