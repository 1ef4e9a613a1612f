"""BR-CO-10 to BR-CO-17: the totals come out of one another."""

from __future__ import annotations

from decimal import Decimal

from .terms import Allowance, Breakdown, Invoice
from .violation import CENT, ZERO, Violation, Violations, number, to_cents, unequal, value

HALF = Decimal("0.5")


def check(invoice: Invoice, *, with_lines: bool, full: bool, extended: bool) -> Violations:
    """The extended profile allows a cent for each figure added up."""
    parts = len(invoice.lines) + len(invoice.allowances) + len(invoice.breakdowns)
    slack = CENT * parts
    for found in _all(invoice, with_lines=with_lines, full=full):
        if not extended or found.off is None or found.off > slack:
            yield found


def _all(invoice: Invoice, *, with_lines: bool, full: bool) -> Violations:
    totals = invoice.totals
    if with_lines and totals.lines:
        lines = sum((number(line.net) for line in invoice.lines if line.counts), ZERO)
        yield from unequal(
            "BR-CO-10", totals.lines.value, lines, "The lines add up to {should}, the sum of lines says {said}."
        )
    if full:
        yield from _allowances(invoice)
        net = number(totals.lines) - number(totals.allowances) + number(totals.charges)
        told = "Lines less allowances plus charges come to {should}, the total without VAT says {said}."
        yield from unequal("BR-CO-13", value(totals.net), net, told)
        yield from _tax_total(invoice)
    yield from _gross(invoice, full=full)
    yield from _payable(invoice)
    for one in invoice.breakdowns:
        yield from _tax_of(one)


def _allowances(invoice: Invoice) -> Violations:
    charges = [one for one in invoice.allowances if one.is_charge]
    allowances = [one for one in invoice.allowances if not one.is_charge]
    extra = sum(map(number, invoice.service_charges), ZERO)
    for rule, stated, parts, more, what in (
        ("BR-CO-11", invoice.totals.allowances, allowances, ZERO, "allowances"),
        ("BR-CO-12", invoice.totals.charges, charges, extra, "charges"),
    ):
        total = _sum(parts) + more
        if stated:
            yield from unequal(rule, stated.value, total, f"The {what} add up to {{should}}, their sum says {{said}}.")
        elif parts or more:
            yield Violation(rule, f"There are {what}, and their sum is not stated.", off=abs(total))


def _sum(parts: list[Allowance]) -> Decimal:
    return sum((number(one.amount) for one in parts), ZERO)


def _tax_total(invoice: Invoice) -> Violations:
    said = _tax(invoice)
    if said is not None and invoice.breakdowns:
        tax = sum((number(one.tax) for one in invoice.breakdowns), ZERO)
        yield from unequal("BR-CO-14", said, tax, "The taxes listed add up to {should}, the VAT total says {said}.")


def _tax(invoice: Invoice) -> Decimal | None:
    """The VAT total in the invoice's currency."""
    found = [tax for tax in invoice.totals.taxes if tax.currency in (None, invoice.currency)]
    return found[0].value if found else None


def _gross(invoice: Invoice, *, full: bool) -> Violations:
    net, gross = value(invoice.totals.net), value(invoice.totals.gross)
    if net is None or gross is None or not invoice.currency:
        return
    stated = [tax for tax in invoice.totals.taxes if tax.currency == invoice.currency]
    none_needed = not stated and invoice.language == "xml-cii"  # there a missing VAT total is one of zero
    if len(stated) != 1 and full and not none_needed:
        off = abs(gross - net - (_tax(invoice) or ZERO))
        told = f"The VAT total in {invoice.currency} is stated {len(stated)} times, not once."
        yield Violation("BR-CO-15", told, off=off)
    else:
        told = "Net and VAT come to {should}, the total with VAT says {said}."
        yield from unequal("BR-CO-15", gross, net + (_tax(invoice) or ZERO), told)


def _payable(invoice: Invoice) -> Violations:
    totals = invoice.totals
    if totals.gross and totals.payable:
        due = number(totals.gross) - number(totals.prepaid) + number(totals.rounding)
        told = "The total less what was paid comes to {should}, the amount due says {said}."
        yield from unequal("BR-CO-16", totals.payable.value, due, told)


def _tax_of(one: Breakdown) -> Violations:
    """BR-CO-17; the standard's own test allows a difference below 1."""
    rate, base, tax = (value(amount) for amount in (one.vat.rate, one.base, one.tax))
    rate = rate if one.vat.is_vat else None
    if tax is None or (base is None and rate is not None):
        return
    should = to_cents(abs(base or ZERO) * (rate or ZERO) / 100)
    wrong = abs(tax) >= HALF if not rate else not should - 1 < abs(tax) < should + 1
    if wrong:
        # Of a tax that is no VAT the rate is not known here, so nothing is known to be off.
        off = abs(abs(tax) - should) if one.vat.is_vat else None
        yield Violation("BR-CO-17", f"{rate or 0} % of {base} is {should}, the tax says {tax}.", one.path, off=off)
