"""BR-DEC: amounts have at most two decimals."""

from __future__ import annotations

from collections.abc import Iterator

from .terms import Allowance, Amount, Invoice
from .violation import Violation, Violations

MOST = 2


def check(invoice: Invoice) -> Violations:
    for rule, amount, what, path in _amounts(invoice):
        if amount and amount.decimals > MOST:
            told = f"{what} is written with {amount.decimals} decimals: {amount.raw[:30]}."
            yield Violation(f"BR-DEC-{rule}", told, path)


def _amounts(invoice: Invoice) -> Iterator[tuple[str, Amount | None, str, str]]:
    totals = invoice.totals
    for rule, amount, what in (
        ("09", totals.lines, "The sum of lines"), ("10", totals.allowances, "The sum of allowances"),
        ("11", totals.charges, "The sum of charges"), ("12", totals.net, "The total without VAT"),
        ("14", totals.gross, "The total with VAT"), ("16", totals.prepaid, "What was paid"),
        ("17", totals.rounding, "The rounding"), ("18", totals.payable, "The amount due"),
    ):  # fmt: skip
        yield rule, amount, what, ""
    for tax in totals.taxes:
        yield ("13" if tax.currency in (None, invoice.currency) else "15"), tax, "The VAT total", ""
    for row in invoice.breakdowns:
        yield "19", row.base, "A taxed amount", row.path
        yield "20", row.tax, "A tax amount", row.path
    for one in invoice.allowances:
        yield from _parts(one, *(("05", "06") if one.is_charge else ("01", "02")))
    for line in invoice.lines:
        yield "23", line.net, f"The net amount of line {line.id or '?'}", line.path
        for one in line.allowances:
            yield from _parts(one, *(("27", "28") if one.is_charge else ("24", "25")))


def _parts(one: Allowance, amount: str, base: str) -> Iterator[tuple[str, Amount | None, str, str]]:
    what = "A charge" if one.is_charge else "An allowance"
    yield amount, one.amount, what, one.path
    yield base, one.base, f"{what}'s base", one.path
