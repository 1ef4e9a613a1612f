"""Why nothing sensible can be proposed for a document."""

from __future__ import annotations

from collections.abc import Sequence

from agentops.core.currencies import MINOR_DIGITS
from tools_registry.facts import Reason

from ..credits import credit_reasons
from ..duplicates import Earlier
from ..facts import InvoiceFacts
from ..numbers import number_key
from ..vendors import VendorMatch
from ..wording import money

LONGEST_NUMBER = 120
REQUIRED = {
    "invoice_number": "Invoice number",
    "issue_date": "Invoice date",
    "currency": "Currency",
    "gross_total": "Total with tax",
    "net_total": "Total without tax",
}
TYPES = {
    "quotation": ("not_an_invoice", "Not an invoice. This is a quotation."),
    "delivery_note": ("not_an_invoice", "Not an invoice. This is a delivery note."),
    "reminder": ("not_an_invoice", "Not an invoice. This is a payment reminder."),
    "proforma": ("not_an_invoice", "Not an invoice. On a proforma nothing is owed yet."),
    "statement": ("not_an_invoice", "Not an invoice. This is a statement of account."),
    "order": ("not_an_invoice", "Not an invoice. This is an order."),
}


def obstacles(invoice: InvoiceFacts, vendor: VendorMatch | None, credited: Sequence[Earlier] = ()) -> list[Reason]:
    """Why nothing sensible can be proposed: not an invoice, a credit (of `credited`), something missing, no vendor."""
    found = credit_reasons(invoice, credited)
    if invoice.document_type in TYPES:
        code, sentence = TYPES[invoice.document_type]
        found.append(Reason(code, sentence, "document_type"))
    found += missing(invoice)
    if invoice.gross == 0:
        found.append(Reason("zero_total", "Total is zero. There is nothing to post or pay.", "gross_total"))
    if invoice.gross is not None and invoice.gross < 0:
        numbers = {"gross_total": str(invoice.gross)}
        found.append(Reason("negative_total", f"Total is negative. It says {money(invoice.gross, invoice.currency)}.",
                            "gross_total", numbers))  # fmt: skip
    if vendor is not None and vendor.code is not None and (vendor.vendor is None):
        found.append(Reason(vendor.code, vendor.sentence, "supplier_name"))
    return found


def missing(invoice: InvoiceFacts) -> list[Reason]:
    """One reason for each thing an invoice cannot do without."""
    values = {
        "invoice_number": invoice.invoice_number if _is_a_number(invoice.invoice_number or "") else None,
        "issue_date": invoice.issue_date,
        "currency": invoice.currency if invoice.currency in MINOR_DIGITS else None,
        "gross_total": invoice.gross,
        "net_total": invoice.net,
    }
    return [
        Reason("missing_field", f"{label} is missing. It could not be found on the document.", field)
        for field, label in REQUIRED.items()
        if values[field] is None
    ]


def _is_a_number(text: str) -> bool:
    # What is longer is a paragraph that somebody put there, and no ledger would take it.
    return len(text) <= LONGEST_NUMBER and 0 < len(number_key(text)) <= LONGEST_NUMBER
