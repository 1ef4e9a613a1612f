"""BR-01 to BR-65: what must be there."""

from __future__ import annotations

from .terms import Allowance, Invoice, Line, Party
from .violation import ZERO, Violation, Violations, value

BY_TRANSFER = {"30", "58"}


def check(invoice: Invoice, *, with_lines: bool, full: bool) -> Violations:
    """`full` is False for the smallest profiles, which leave out addresses and the breakdown on purpose."""
    yield from _header(invoice)
    yield from _parties(invoice, full=full)
    if full:
        yield from _breakdowns(invoice)
        yield from _payments(invoice)
        yield from _documents(invoice)
        for one in invoice.allowances:
            yield from _allowance(one, *(("36", "37", "38") if one.is_charge else ("31", "32", "33")))
    if with_lines:
        if not invoice.lines:
            yield Violation("BR-16", "There is no invoice line.")
        for line in invoice.lines:
            yield from _line(line)


def _header(invoice: Invoice) -> Violations:
    totals = invoice.totals
    for rule, found, name in (
        ("BR-01", invoice.guideline, "specification that it follows"),
        ("BR-02", invoice.number, "invoice number"),
        ("BR-03", invoice.issued, "issue date"),
        ("BR-04", invoice.type_code, "type code"),
        ("BR-05", invoice.currency, "currency"),
        ("BR-06", invoice.seller.name, "seller's name"),
        ("BR-07", invoice.buyer.name, "buyer's name"),
        ("BR-13", totals.net, "total without VAT"),
        ("BR-14", totals.gross, "total with VAT"),
        ("BR-15", totals.payable, "amount due"),
    ):
        if not found:
            yield Violation(rule, f"It does not state its {name}.")


def _parties(invoice: Invoice, *, full: bool) -> Violations:
    seller, buyer, agent = invoice.seller, invoice.buyer, invoice.representative
    if not seller.has_address:
        yield Violation("BR-08", "The seller has no postal address.", seller.path)
    elif not seller.country:
        yield Violation("BR-09", "The seller's address has no country.", seller.path)
    if full:
        yield from _of_the_buyer(buyer)
        if not invoice.totals.lines:
            yield Violation("BR-12", "It does not state the sum of its lines.")
    if invoice.payee and _is_nobody_else(invoice.payee, seller):
        yield Violation("BR-17", "The payee has no name, or is the seller.", invoice.payee.path)
    if agent:
        yield from _of_the_representative(agent)
    for rule, party, who in (("BR-62", seller, "seller"), ("BR-63", buyer, "buyer")):
        if party.endpoint and party.endpoint[1] is None:
            yield Violation(rule, f"The {who}'s electronic address does not say of which kind it is.", party.path)
    if invoice.delivery and invoice.delivery.has_address and not invoice.delivery.country:
        yield Violation("BR-57", "The place of delivery has no country.", invoice.delivery.path)


def _is_nobody_else(payee: Party, seller: Party) -> bool:
    known = {one for one, _ in seller.ids}
    return not payee.name or payee.name == seller.name or any(one in known for one, _ in payee.ids)


def _of_the_buyer(buyer: Party) -> Violations:
    if not buyer.has_address:
        yield Violation("BR-10", "The buyer has no postal address.", buyer.path)
    elif not buyer.country:
        yield Violation("BR-11", "The buyer's address has no country.", buyer.path)


def _of_the_representative(agent: Party) -> Violations:
    for rule, found, what in (
        ("BR-18", agent.name, "name"),
        ("BR-19", agent.has_address, "postal address"),
        ("BR-20", agent.country or not agent.has_address, "country"),
        ("BR-56", agent.vat_ids, "VAT id"),
    ):
        if not found:
            yield Violation(rule, f"The seller's tax representative has no {what}.", agent.path)


def _breakdowns(invoice: Invoice) -> Violations:
    for one in invoice.breakdowns:
        is_vat = one.vat.is_vat or invoice.language == "xml-cii"
        for rule, found, what in (
            ("BR-45", one.base, "amount that is taxed"),
            ("BR-46", one.tax, "tax amount"),
            ("BR-47", is_vat and one.vat.code, "VAT category"),
            ("BR-48", (is_vat and one.vat.rate) or one.vat.code == "O", "VAT rate"),
        ):
            if not found:
                yield Violation(rule, f"A row of the VAT breakdown has no {what}.", one.path)
    tax_currency = invoice.tax_currency
    if tax_currency and tax_currency not in {tax.currency for tax in invoice.totals.taxes}:
        yield Violation("BR-53", f"The VAT total in {tax_currency}, the currency it is accounted in, is missing.")


def _payments(invoice: Invoice) -> Violations:
    for one in invoice.payments:
        if not one.code:
            yield Violation("BR-49", "A payment instruction does not say how to pay.", one.path)
        if one.code in BY_TRANSFER and one.names_account and not one.accounts:
            yield Violation("BR-50", "The account to transfer to is left empty.", one.path)
        if one.code in BY_TRANSFER and not one.accounts:
            yield Violation("BR-61", "It asks for a bank transfer and names no account.", one.path)
        if one.card and len(one.card) > 10:
            told = "A card number is shown in full; only the first six and last four digits may be."
            yield Violation("BR-51", told, one.path, warning=True)


def _documents(invoice: Invoice) -> Violations:
    for one in invoice.attached:
        if not one.id:
            yield Violation("BR-52", "A supporting document has no reference.", one.path)
    if not all(invoice.earlier):
        yield Violation("BR-55", "An earlier invoice is referred to without its number.")
    for period, rule in ((invoice.period, "BR-29"), *((line.period, "BR-30") for line in invoice.lines)):
        if period and period.start and period.end and period.end < period.start:
            yield Violation(rule, f"A period ends on {period.end}, before it starts on {period.start}.", period.path)


def _allowance(one: Allowance, amount: str, category: str, reason: str) -> Violations:
    what = "charge" if one.is_charge else "allowance"
    if not one.amount:
        yield Violation(f"BR-{amount}", f"A {what} has no amount.", one.path)
    if not one.vat.category:
        yield Violation(f"BR-{category}", f"A {what} has no VAT category.", one.path)
    if not one.reason and not one.reason_code:
        yield Violation(f"BR-{reason}", f"A {what} has no reason.", one.path)
        yield Violation("BR-CO-22" if one.is_charge else "BR-CO-21", f"A {what} has no reason.", one.path)


def _line(line: Line) -> Violations:
    name = f"Line {line.id}" if line.id else "A line"
    for rule, found, what in (
        ("BR-21", line.id, "identifier"),
        ("BR-22", line.quantity or not line.counts, "quantity"),
        ("BR-23", line.unit is not None or not line.counts, "unit"),
        ("BR-24", line.net or not line.counts, "net amount"),
        ("BR-25", line.name, "name of what was sold"),
        ("BR-26", line.price or not line.counts, "price"),
    ):
        if not found:
            yield Violation(rule, f"{name} has no {what}.", line.path)
    if (value(line.price) or ZERO) < 0 or (not line.price and line.counts):
        yield Violation("BR-27", f"{name} has a price below zero, or none.", line.path)
    if (value(line.gross_price) or ZERO) < 0:
        yield Violation("BR-28", f"{name} has a list price below zero.", line.path)
    if not all(name and value for name, value in line.attributes):
        yield Violation("BR-54", f"{name} has an attribute without name or value.", line.path)
    if line.standard_id and line.standard_id[1] is None:
        yield Violation("BR-64", f"{name}: the item number does not say of which kind it is.", line.path)
    if any(scheme is None for _, scheme in line.classes):
        yield Violation("BR-65", f"{name}: the item class does not say of which kind it is.", line.path)
    for one in line.allowances:
        amount, reason, code = ("43", "44", "24") if one.is_charge else ("41", "42", "23")
        what = "charge" if one.is_charge else "allowance"
        if not one.amount:
            yield Violation(f"BR-{amount}", f"{name} has a {what} without an amount.", one.path)
        if not one.reason and not one.reason_code:
            yield Violation(f"BR-{reason}", f"{name} has a {what} without a reason.", one.path)
            yield Violation(f"BR-CO-{code}", f"{name} has a {what} without a reason.", one.path)
