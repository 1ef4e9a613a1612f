"""BR-CO-03 to BR-CO-26 that are no sums: what goes together, and what does not."""

from __future__ import annotations

from .codes import VAT_PREFIXES
from .terms import Invoice, Period
from .violation import Violation, Violations, value


def check(invoice: Invoice, *, with_lines: bool, full: bool) -> Violations:
    if invoice.tax_point and invoice.tax_point_code:
        yield Violation("BR-CO-03", "The day on which VAT is due is given both as a date and as a code.")
    if with_lines:
        for line in invoice.lines:
            if not line.vat.category and line.counts:
                yield Violation("BR-CO-04", f"Line {line.id or '?'} has no VAT category.", line.path)
    for party in (invoice.seller, invoice.buyer, invoice.representative):
        for number in party.vat_ids if party else ():
            if number[:2] not in VAT_PREFIXES:
                yield Violation("BR-CO-09", f"The VAT id {number[:20]} does not begin with a country.")
    if full:
        yield from _periods(invoice)
        if not invoice.breakdowns:
            yield Violation("BR-CO-18", "There is no VAT breakdown.")
        if (value(invoice.totals.payable) or 0) > 0 and not invoice.due and not invoice.terms:
            told = "There is an amount to pay, and neither a due date nor terms of payment."
            yield Violation("BR-CO-25", told, warning=True)
    seller = invoice.seller
    if not (seller.ids or seller.legal_id or seller.vat_ids):
        yield Violation("BR-CO-26", "The seller has no identifier, registration or VAT id.", seller.path)


def _periods(invoice: Invoice) -> Violations:
    if invoice.period and _is_empty(invoice.period) and not invoice.period.code:
        yield Violation("BR-CO-19", "The period that is billed has neither start nor end.", invoice.period.path)
    for line in invoice.lines:
        if line.period and _is_empty(line.period):
            yield Violation("BR-CO-20", "A line's period has neither start nor end.", line.period.path)


def _is_empty(period: Period) -> bool:
    return not period.start and not period.end
