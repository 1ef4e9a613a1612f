"""A credit note against the invoice that it credits: which one it is, and that it is never more than that."""

from __future__ import annotations

from collections.abc import Sequence

from tools_registry.facts import Reason

from .duplicates import Earlier
from .facts import InvoiceFacts
from .wording import day, money

CREDIT_NOTE = "credit_note"


def credit_reasons(invoice: InvoiceFacts, credited: Sequence[Earlier]) -> list[Reason]:
    """What a person is told about a credit note; empty for anything else. `credited` are the posted invoices of its
    vendor that it names."""
    if invoice.document_type != CREDIT_NOTE:
        return []
    if not credited:
        told = (
            "Credit note. It names no invoice of this vendor that was posted, so a person says what it is set against."
        )
        return [Reason(CREDIT_NOTE, told, "document_type")]
    if len(credited) > 1:
        numbers = ", ".join(other.number for other in credited)
        told = f"Credit note for several invoices. It names {numbers}; a person divides it among them."
        return [Reason(CREDIT_NOTE, told, "document_type")]
    return [Reason(CREDIT_NOTE, _told(invoice, credited[0]), "document_type"), *_objections(invoice, credited[0])]


def credit_of(invoice: InvoiceFacts) -> str:
    """The amount that is given back, however the document signs it: on paper most print it without a minus."""
    return money(abs(invoice.gross) if invoice.gross is not None else None, invoice.currency)


def _told(invoice: InvoiceFacts, original: Earlier) -> str:
    total = money(original.gross, original.currency)
    dated = f" of {day(original.issue_date)}" if original.issue_date else ""
    return (
        f"Credit note for {original.number}. It gives back {credit_of(invoice)} of the {total} posted as invoice "
        f"{original.number}{dated}. A person decides what it is set against."
    )


def _objections(invoice: InvoiceFacts, original: Earlier) -> list[Reason]:
    if invoice.currency != original.currency:
        told = f"Currency is not the invoice's. It is {invoice.currency}; {original.number} is in {original.currency}."
        return [Reason("currency_mismatch", told, "currency")]
    if invoice.gross is None or original.gross is None or abs(invoice.gross) <= abs(original.gross):
        return []
    told = (
        f"Credit is more than its invoice. It gives back {credit_of(invoice)}; {original.number} was over "
        f"{money(original.gross, original.currency)}."
    )
    return [Reason("credit_above_invoice", told, "gross_total")]
