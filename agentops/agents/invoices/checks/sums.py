"""Whether a document's figures and dates agree with themselves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tools_registry.facts import Check

from ..facts import InvoiceFacts, LineFacts
from ..matching import Match
from ..numbers import vat_key
from ..vendors import VendorMatch
from ..wording import day, money, price, quantity
from .wording import CENT, compared

# The highest rate a country charges, in percent; a tax above it is wrong whatever it is made of.
HIGHEST_TAX = {
    "AT": 20, "BE": 21, "BG": 20, "CH": 8.1, "CY": 19, "CZ": 21, "DE": 19, "DK": 25, "EE": 24, "EL": 24, "ES": 21,
    "FI": 25.5, "FR": 20, "GB": 20, "HR": 25, "HU": 27, "IE": 23, "IT": 22, "LT": 21, "LU": 17, "LV": 21, "MT": 18,
    "NL": 21, "PL": 23, "PT": 23, "RO": 21, "SE": 25, "SI": 22, "SK": 23,
}  # fmt: skip


def sum_checks(invoice: InvoiceFacts, vendor: VendorMatch, match: Match | None) -> list[Check]:
    """Totals, lines and tax."""
    ordered = {pair.position: pair.order_amount for pair in (match.pairs if match else ())}
    lines = (_line_sum(position, line, ordered.get(position)) for position, line in enumerate(invoice.lines, 1))
    found = [_total(invoice), *lines, _tax_rate(invoice, _highest_tax(invoice, vendor))]
    return [check for check in found if check is not None]


def date_checks(invoice: InvoiceFacts, today: date) -> list[Check]:
    """Not from the future, and not due before it was issued."""
    issued, due = invoice.issue_date, invoice.due_date
    if issued is None:
        return []
    told = f"Invoice date is in the future. It is dated {day(issued)}, today is {day(today)}."
    found = [
        compared(
            "invoice date", "issue_date", expected=f"not after {day(today)}", found=day(issued), ok=issued <= today,
            code="future_date", told=told,
        )
    ]  # fmt: skip
    if due is not None:
        told = f"Due before it was issued. Due on {day(due)}, issued on {day(issued)}."
        found.append(
            compared(
                "due date", "due_date", expected=f"not before {day(issued)}", found=day(due), ok=due >= issued,
                code="due_before_issue", told=told,
            )
        )  # fmt: skip
    return found


def _total(invoice: InvoiceFacts) -> Check | None:
    net, tax, gross = invoice.net_total, invoice.tax_total, invoice.gross_total
    if net is None or tax is None or gross is None:
        return None
    # It blocks: the entry would not balance, so nobody can wave this through.
    return compared(
        "sum of net and tax", "gross_total", expected=money(net + tax, invoice.currency),
        found=money(gross, invoice.currency), ok=abs(net + tax - gross) <= CENT * 2, code="totals_inconsistent",
        told=f"Net and tax do not make the total. {price(net)} and {price(tax)} are {price(net + tax)}, "
        f"the document says {price(gross)}.", blocks=True,
    )  # fmt: skip


def _line_sum(position: int, line: LineFacts, ordered: Decimal | None) -> Check | None:
    """A failed check where a line's total is neither quantity times price nor what the order says."""
    count, each, total = line.quantity, line.unit_price, line.line_total
    if not count or not each or not total:
        return None
    expected = (count * each).quantize(CENT)
    slack = max(CENT * 2, abs(count) * Decimal("0.006"), abs(expected) / 1000)
    # A price may be per 10, 100 or 1000 pieces; a discount that the order has too is agreed.
    if ordered == total or any(abs(expected / base - total) <= slack for base in (1, 10, 100, 1000)):
        return None
    told = (
        f"Line {position} does not add up. {quantity(count)} × {price(each)} is {price(expected)}, "
        f"the line says {price(total)}."
    )
    return compared(
        f"line {position} sum", f"line{position}", expected=price(expected), found=price(total), ok=False,
        code="totals_inconsistent", told=told,
    )  # fmt: skip


def _tax_rate(invoice: InvoiceFacts, highest: Decimal | None) -> Check | None:
    if highest is None or not invoice.net or invoice.tax is None:
        return None
    rate = invoice.tax / invoice.net * 100
    slack = CENT * 2 / abs(invoice.net) * 100 + Decimal("0.05")
    told = f"Tax {rate:.1f} % > {highest} %. That is more than the country of the VAT id charges at most."
    return compared(
        "tax rate", "tax_total", expected=f"at most {highest} %", found=f"{rate:.2f} %", ok=rate <= highest + slack,
        code="tax_mismatch", told=told,
    )  # fmt: skip


def _highest_tax(invoice: InvoiceFacts, match: VendorMatch) -> Decimal | None:
    vat_id = vat_key(invoice.supplier_vat_id) or vat_key(match.vendor.vat_id if match.vendor else None)
    rate = (
        HIGHEST_TAX.get(vat_id[:2])
        if vat_id[2:].strip("U").isalnum() and any(c.isdigit() for c in vat_id[2:])
        else None
    )
    return None if rate is None else Decimal(str(rate))
