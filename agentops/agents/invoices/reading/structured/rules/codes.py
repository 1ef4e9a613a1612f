"""BR-CL: codes are taken from the lists of EN 16931.

`code_lists.txt` holds those lists (UNTDID, ISO 4217 and 3166, ISO 6523, UN/ECE Recommendations 20 and 21, CEF's EAS
and VATEX) as the standard's validation artefacts have them; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from .terms import Invoice, Party
from .violation import Violation, Violations


def _read() -> dict[str, frozenset[str]]:
    blocks = Path(__file__).with_name("code_lists.txt").read_text().split("\n\n")
    named = (block.strip().partition("\n") for block in blocks if block.strip())
    return {name: frozenset(codes.split()) for name, _, codes in named}


LISTS = _read()
VAT_PREFIXES = LISTS["country"] | {"EL"}
MEDIA_TYPES = frozenset(
    {
        "application/pdf", "image/png", "image/jpeg", "text/csv", "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)  # fmt: skip


def check(invoice: Invoice) -> Violations:
    yield from _type(invoice)
    for currency in invoice.currencies:
        yield from _listed("03", "currency", currency, "The currency of an amount")
    yield from _listed("04", "currency", invoice.currency, "The invoice currency")
    yield from _listed("05", "currency", invoice.tax_currency, "The currency for VAT")
    yield from _listed("06", "tax_point", _tax_point(invoice), "The code of the day on which VAT is due")
    for code in invoice.note_codes:
        yield from _listed("08", "note", code, "The subject of a note")
    yield from _parties(invoice)
    for payment in invoice.payments:
        yield from _listed("16", "payment", payment.code, "The way to pay")
    for one in invoice.attached:
        if one.is_object or invoice.language == "xml-cii":
            yield from _listed("07", "object", one.scheme, "The kind of the billed object's identifier")
        if one.media_type is not None and one.media_type not in MEDIA_TYPES:
            yield Violation("BR-CL-24", f"An attachment is of the type {one.media_type[:60]}, which is not allowed.")
    yield from _categories(invoice)
    yield from _reasons(invoice)
    yield from _lines(invoice)


def _listed(rule: str, name: str, code: str | None, what: str) -> Violations:
    if code is not None and code not in LISTS[name]:
        yield Violation(f"BR-CL-{rule}", f"{what} is “{code[:30]}”, which is on no list of such codes.")


def _type(invoice: Invoice) -> Violations:
    names = {"xml-cii": ("type_invoice", "type_credit_note"), "xml-ubl": ("type_invoice",)}[invoice.language]
    if invoice.language == "xml-ubl" and invoice.is_credit_note:
        names = ("type_credit_note",)
    if invoice.type_code and not any(invoice.type_code in LISTS[name] for name in names):
        yield Violation("BR-CL-01", f"The type code “{invoice.type_code[:20]}” is none for such a document.")


def _tax_point(invoice: Invoice) -> str | None:
    code = invoice.tax_point_code
    # CII has its own numbers for the same three days.
    return {"5": "3", "29": "35", "72": "432"}.get(code or "", code) if invoice.language == "xml-cii" else code


def _parties(invoice: Invoice) -> Violations:
    parties = (invoice.seller, invoice.buyer, invoice.payee, invoice.representative)
    for party in filter(None, parties):
        for _, scheme in party.ids:
            if scheme != "SEPA":
                yield from _listed("10", "organisation", scheme, "The kind of a party's identifier")
        if party.legal_id:
            yield from _listed("11", "organisation", party.legal_id[1], "The kind of a party's registration")
        if party.endpoint:
            yield from _listed("25", "endpoint", party.endpoint[1], "The kind of a party's electronic address")
    for _, scheme in invoice.delivery.ids if invoice.delivery else ():
        yield from _listed("26", "organisation", scheme, "The kind of the place's identifier")
    for place in _with_country((*parties, invoice.delivery)):
        yield from _listed("14", "country", place.country, "The country of an address")


def _with_country(parties: Iterable[Party | None]) -> list[Party]:
    return [party for party in parties if party and party.country]


def _categories(invoice: Invoice) -> Violations:
    for vat in (*(row.vat for row in invoice.breakdowns), *(one.vat for one in invoice.allowances)):
        yield from _listed("17", "vat_category", vat.code, "A VAT category")
    for line in invoice.lines:
        yield from _listed("18", "vat_category", line.vat.code, "A line's VAT category")
    for row in invoice.breakdowns:
        code = row.reason_code
        yield from _listed("22", "exemption", code.upper() if code else None, "The code of a reason for not taxing")


def _reasons(invoice: Invoice) -> Violations:
    for one in (*invoice.allowances, *(part for line in invoice.lines for part in line.allowances)):
        if one.is_charge:
            yield from _listed("20", "charge", one.reason_code, "The reason code of a charge")
        else:
            yield from _listed("19", "allowance", one.reason_code, "The reason code of an allowance")


def _lines(invoice: Invoice) -> Violations:
    for line in invoice.lines:
        yield from _listed("23", "unit", line.unit, f"The unit of line {line.id or '?'}")
        if line.standard_id:
            yield from _listed("21", "organisation", line.standard_id[1], "The kind of an item number")
        for _, scheme in line.classes:
            yield from _listed("13", "item_class", scheme, "The kind of an item class")
        yield from _listed("15", "country", line.origin, "The country of origin")
