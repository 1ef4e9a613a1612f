"""BR-S, BR-Z, BR-E, BR-AE, BR-IC, BR-G, BR-O, BR-AF, BR-AG, BR-B: each VAT category has its conditions.

The families have the same ten rules, so they are one table: what the seller and buyer must name, what the rate may
be, whether a reason for not taxing is wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from .terms import Invoice, Vat
from .violation import ZERO, Violation, Violations, number, to_cents, value


@dataclass(frozen=True, slots=True)
class Family:
    """The conditions of one VAT category."""

    prefix: str
    category: str
    name: str
    rate: str  # "above", "any", "zero" or "none"
    ids: str  # whose tax numbers are wanted: "seller", "vat", "both", "vat-both" or "none"

    @property
    def taxed(self) -> bool:
        return self.rate in ("above", "any")

    @property
    def once(self) -> bool:
        """One row of the breakdown holds all of it; taxed ones have a row for each rate."""
        return not self.taxed

    @property
    def wants_reason(self) -> bool:
        return not self.taxed and self.category != "Z"


FAMILIES = (
    Family("BR-S", "S", "standard rated", "above", "seller"),
    Family("BR-Z", "Z", "zero rated", "zero", "seller"),
    Family("BR-E", "E", "exempt from VAT", "zero", "seller"),
    Family("BR-AE", "AE", "reverse charge", "zero", "both"),
    Family("BR-IC", "K", "intra-community supply", "zero", "vat-both"),
    Family("BR-G", "G", "export", "zero", "vat"),
    Family("BR-O", "O", "not subject to VAT", "none", "none"),
    Family("BR-AF", "L", "IGIC", "any", "seller"),
    Family("BR-AG", "M", "IPSI", "any", "seller"),
)
_IDS: dict[str, tuple[str, Callable[[Invoice], bool]]] = {
    "seller": ("the seller's VAT id or tax number", lambda invoice: _seller_has_number(invoice)),
    "vat": ("the seller's VAT id", lambda invoice: _seller_has_vat_id(invoice)),
    "both": (
        "the seller's VAT id or tax number and the buyer's VAT id or registration",
        lambda invoice: _seller_has_number(invoice) and bool(invoice.buyer.vat_ids or invoice.buyer.legal_id),
    ),
    "vat-both": (
        "the VAT ids of seller and buyer",
        lambda invoice: _seller_has_vat_id(invoice) and bool(invoice.buyer.vat_ids),
    ),
    "none": ("no VAT ids", lambda invoice: not _seller_has_vat_id(invoice) and not invoice.buyer.vat_ids),
}


def check(invoice: Invoice, *, with_lines: bool) -> Violations:
    for family in FAMILIES:
        yield from _in_breakdown(family, invoice, with_lines=with_lines)
        yield from _numbers_named(family, invoice)
        yield from _rates(family, invoice)
        yield from _rows(family, invoice, with_lines=with_lines)
    yield from _supply_within_the_union(invoice)
    yield from _nothing_beside_untaxed(invoice)
    yield from _split_payment(invoice)


Taxed = tuple[Vat, Decimal]  # a category, and the amount that it is named for


def _places(invoice: Invoice) -> tuple[tuple[str, str, list[Taxed]], ...]:
    """Where a category is named: the number of the rule about the ids it asks for, what it is called, its values."""
    return (
        ("2", "A line", [(line.vat, number(line.net)) for line in invoice.lines]),
        ("3", "An allowance", [(one.vat, number(one.amount)) for one in invoice.allowances if not one.is_charge]),
        ("4", "A charge", [(one.vat, number(one.amount)) for one in invoice.allowances if one.is_charge]),
    )


def _in_breakdown(family: Family, invoice: Invoice, *, with_lines: bool) -> Violations:
    used = any(vat.category == family.category for _, _, every in _places(invoice) for vat, _ in every)
    rows = sum(one.vat.category == family.category for one in invoice.breakdowns)
    if used and (not rows or (family.once and rows > 1)):
        told = f"Something is {family.name}, and the VAT breakdown has {rows or 'no'} rows for it."
        yield Violation(f"{family.prefix}-01", told)
    elif rows and not used and with_lines and (family.taxed or rows > 1):
        yield Violation(
            f"{family.prefix}-01", f"The VAT breakdown has {rows} rows as {family.name}, and nothing else is."
        )


def _numbers_named(family: Family, invoice: Invoice) -> Violations:
    what, holds = _IDS[family.ids]
    for digit, where, every in _places(invoice):
        if any(vat.category == family.category for vat, _ in every) and not holds(invoice):
            yield Violation(f"{family.prefix}-0{digit}", f"{where} is {family.name}, which asks for {what}.")


def _seller_has_number(invoice: Invoice) -> bool:
    return bool(invoice.seller.tax_numbers) or _seller_has_vat_id(invoice)


def _seller_has_vat_id(invoice: Invoice) -> bool:
    agent = invoice.representative
    return bool(invoice.seller.vat_ids or (agent and agent.vat_ids))


def _rates(family: Family, invoice: Invoice) -> Violations:
    for digit, where, every in _places(invoice):
        for vat, amount in every:
            if vat.category == family.category and not _rate_fits(family, vat):
                rate = f"{vat.rate.raw[:20]} %" if vat.rate else "no rate"
                told = f"{where} is {family.name} and has {rate}."
                yield Violation(f"{family.prefix}-0{int(digit) + 3}", told, off=abs(amount))


def _rate_fits(family: Family, vat: Vat) -> bool:
    rate = value(vat.rate)
    if family.rate == "none":
        return vat.rate is None
    if rate is None:
        return False
    return rate > 0 if family.rate == "above" else rate >= 0 if family.rate == "any" else rate == 0


def _rows(family: Family, invoice: Invoice, *, with_lines: bool) -> Violations:
    for row in invoice.breakdowns:
        if row.vat.category != family.category:
            continue
        if with_lines and row.base:
            yield from _base(family, invoice, row.vat, value(row.base) or ZERO, row.path)
        tax, rate = number(row.tax), value(row.vat.rate)
        if family.taxed and rate is not None:
            should = to_cents(abs(number(row.base)) * rate / 100)
            if not should - 1 < abs(tax) < should + 1:
                told = f"{rate} % of {number(row.base)} is {should}, the tax says {tax}."
                yield Violation(f"{family.prefix}-09", told, row.path, off=abs(abs(tax) - should))
        elif not family.taxed and tax != 0:
            told = f"It is {family.name}, and tax of {tax} is charged on it."
            yield Violation(f"{family.prefix}-09", told, row.path, off=abs(tax))
        has_reason = bool(row.reason or row.reason_code)
        if has_reason != family.wants_reason:
            told = f"It is {family.name}, and a reason for not taxing is {'given' if has_reason else 'missing'}."
            yield Violation(f"{family.prefix}-10", told, row.path)


def _base(family: Family, invoice: Invoice, vat: Vat, said: Decimal, path: str) -> Violations:
    def belongs(one: Vat) -> bool:
        return one.code == family.category and (family.once or value(one.rate) == value(vat.rate))

    total = sum((number(line.net) for line in invoice.lines if line.counts and belongs(line.vat)), ZERO)
    for one in invoice.allowances:
        if belongs(one.vat):
            total += number(one.amount) if one.is_charge else -number(one.amount)
    if invoice.service_charges:  # their category is not told here
        return
    wrong = not said - 1 < total < said + 1 if family.taxed else to_cents(total) != said
    if wrong:
        told = f"What is {family.name} adds up to {total}, the VAT breakdown says {said}."
        yield Violation(f"{family.prefix}-08", told, path, off=abs(total - said))


def _supply_within_the_union(invoice: Invoice) -> Violations:
    if not any(row.vat.category == "K" for row in invoice.breakdowns):
        return
    period = invoice.period
    if not invoice.delivered and not (period and (period.start or period.end or period.code)):
        yield Violation("BR-IC-11", "An intra-community supply needs its day of delivery or its period.")
    if not invoice.delivery or not invoice.delivery.country:
        yield Violation("BR-IC-12", "An intra-community supply needs the country it went to.")


def _nothing_beside_untaxed(invoice: Invoice) -> Violations:
    categories = [row.vat.category for row in invoice.breakdowns]
    if "O" not in categories:
        return
    if any(category not in (None, "O") for category in categories):
        yield Violation("BR-O-11", "Beside “not subject to VAT” the VAT breakdown has other categories.")
    for digit, where, every in _places(invoice):
        if any(vat.category not in (None, "O") for vat, _ in every):
            told = f"The VAT breakdown says “not subject to VAT”; {where.lower()} says otherwise."
            yield Violation(f"BR-O-1{digit}", told)


def _split_payment(invoice: Invoice) -> Violations:
    used = {vat.category for _, _, every in _places(invoice) for vat, _ in every}
    used |= {row.vat.category for row in invoice.breakdowns}
    if "B" not in used:
        return
    countries = {party.country for party in (invoice.seller, invoice.buyer) if party.country}
    if countries != {"IT"}:
        yield Violation("BR-B-01", "Split payment is for invoices within Italy only.")
    if "S" in used:
        yield Violation("BR-B-02", "Split payment and the standard rate do not go together.")
