"""BR-DE: what German public buyers ask for beyond EN 16931."""

from __future__ import annotations

import re

from stdnum import iban

from .terms import Invoice, Party
from .violation import Violation, Violations, number

TYPE_CODES = {"326", "380", "384", "389", "381", "875", "876", "877"}
SEPA, MANDATE = "58", "59"
DISCOUNT = re.compile(r"#SKONTO#TAGE=\d+#PROZENT=\d+\.\d{2}(#BASISBETRAG=-?\d+\.\d{2})?#")


def check(invoice: Invoice) -> Violations:
    if not invoice.payments:
        yield Violation("BR-DE-1", "It does not say how to pay.")
    yield from _seller(invoice.seller)
    yield from _address("BR-DE-8", "BR-DE-9", invoice.buyer, "buyer")
    if invoice.delivery and invoice.delivery.has_address:
        yield from _address("BR-DE-10", "BR-DE-11", invoice.delivery, "place of delivery")
    for row in invoice.breakdowns:
        if not row.vat.rate:
            yield Violation("BR-DE-14", "A row of the VAT breakdown has no rate.", row.path)
    if not invoice.buyer_reference:
        yield Violation("BR-DE-15", "The buyer's reference (Leitweg-ID) is missing.")
    if not (invoice.seller.vat_ids or invoice.seller.tax_numbers or invoice.representative):
        yield Violation("BR-DE-16", "The seller has neither a VAT id nor a tax number.", invoice.seller.path)
    if invoice.type_code not in TYPE_CODES:
        yield Violation("BR-DE-17", f"The type code “{invoice.type_code}” is unusual.", warning=True)
    yield from _discount(invoice)
    for payment in invoice.payments:
        if payment.code == SEPA and any(not iban.is_valid(account) for account in payment.accounts):
            yield Violation("BR-DE-19", "The account for a SEPA transfer is no valid IBAN.", payment.path, warning=True)
    if invoice.type_code == "384" and not invoice.earlier:
        told = "A corrected invoice does not say which invoice it corrects."
        yield Violation("BR-DE-26", told, warning=True)


def _seller(seller: Party) -> Violations:
    if seller.contact is None:
        yield Violation("BR-DE-2", "The seller names nobody to contact.", seller.path)
    yield from _address("BR-DE-3", "BR-DE-4", seller, "seller")
    for rule, found, what in zip(
        ("BR-DE-5", "BR-DE-6", "BR-DE-7"), seller.contact or (), ("name", "telephone", "mail address"), strict=False
    ):
        if not found:
            yield Violation(rule, f"The seller's contact has no {what}.", seller.path)


def _address(city: str, postcode: str, party: Party, who: str) -> Violations:
    if party.has_address and not party.city:
        yield Violation(city, f"The address of the {who} has no city.", party.path)
    if party.has_address and not party.postcode:
        yield Violation(postcode, f"The address of the {who} has no postcode.", party.path)


def _discount(invoice: Invoice) -> Violations:
    terms = invoice.terms or ""
    asked = [part for part in re.findall(r"#SKONTO#\S*", terms) if not DISCOUNT.fullmatch(part)]
    if asked and number(invoice.totals.payable) != 0:
        yield Violation("BR-DE-18", f"A discount is not written as it should be: {asked[0][:60]}")
