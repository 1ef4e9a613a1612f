"""What a document's type, gaps and free text give a person to know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from . import injection
from .model import Finding, Found

REQUIRED = ("supplier_name", "invoice_number", "issue_date", "currency", "gross_total")
_NAMES = {
    "supplier_name": "the supplier's name",
    "invoice_number": "an invoice number",
    "issue_date": "an invoice date",
    "currency": "a currency",
    "gross_total": "a total",
}
_SENTENCES = {
    "quotation": "This is a quotation, not an invoice.",
    "delivery_note": "This is a delivery note, not an invoice.",
    "reminder": "This is a payment reminder, not an invoice.",
    "proforma": "This is a proforma invoice, not an invoice.",
    "statement": "This is a statement of account, not an invoice.",
    "order": "This is an order, not an invoice.",
}


def missing_fields(fields: Mapping[str, Found]) -> list[Finding]:
    """One finding for each field that no invoice can do without."""
    return [
        Finding("missing_field", f"The document does not show {_NAMES[name]}{_because(fields.get(name))}.", name)
        for name in REQUIRED
        if not fields.get(name)
    ]


def no_such_values(fields: Mapping[str, Found]) -> list[Finding]:
    """What an e-invoice puts where a number or a date belongs, and which is none: it is not simply left out."""
    return [
        Finding("einvoice_invalid", f"The e-invoice's {name.replace('_', ' ')} is {found.reason}.", name)
        for name, found in fields.items()
        if found.reason and found.reason.startswith("not a ")
    ]


def _because(found: Found | None) -> str:
    return f" ({found.reason})" if found is not None and found.reason and "OCR" in found.reason else ""


def dates_in_order(fields: Mapping[str, Found]) -> list[Finding]:
    issued, due = fields.get("issue_date"), fields.get("due_date")
    if not issued or not due or issued.value is None or due.value is None or due.value >= issued.value:
        return []
    sentence = f"Payment is due on {due.value}, before the invoice's own date {issued.value}."
    return [Finding("due_before_issue", sentence, "due_date", due.source)]


def of_document_type(document_type: str) -> list[Finding]:
    if document_type == "credit_note":
        return [Finding("credit_note", "This is a credit note.")]
    if sentence := _SENTENCES.get(document_type):
        return [Finding("not_an_invoice", sentence)]
    return []


def suspicious_text(texts: Iterable[Found]) -> list[Finding]:
    """Text addressed to a program rather than to a person: marked, and read as nothing but text."""
    found = []
    for text in texts:
        if text.value is not None and injection.sounds_like_one(text.value):
            quote = text.value[:160]
            found.append(Finding("prompt_injection", f"Text addressed to a program: “{quote}”", source=text.source))
    return found[:5]
