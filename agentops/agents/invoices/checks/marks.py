"""Reasons that are no comparison: what the reader found odd, and what is worth saying beside others."""

from __future__ import annotations

from collections.abc import Iterable

from tools_registry.facts import Reason

from ..orders import OrderChoice

# What a reading found that always parks. Wording that addresses the agent is not among them: it is shown beside
# whatever else parks the invoice, because ordinary letters say "please pay at once" too.
PARKING = frozenset(
    {
        "active_content", "einvoice_invalid", "hidden_text", "low_quality", "methods_disagree", "multiple_invoices",
        "not_an_invoice", "read_by_model", "tax_mismatch", "totals_inconsistent", "xml_page_mismatch",
    }
)  # fmt: skip


def order_mark(order: OrderChoice, others: bool) -> list[Reason]:
    """That the document names no order is no fault where exactly one fits, but worth saying beside `others`."""
    if order.verdict != "only_one_fits" or not others:
        return []
    return [Reason("no_po_reference", order.sentence, "order_reference")]


def reading_marks(findings: Iterable[Reason], others: bool) -> list[Reason]:
    """What the reader found, as marks; wording that addresses the agent only beside `others` that park anyway."""
    found = {reason.code: reason for reason in reversed(list(findings))}
    parking = [reason for code, reason in found.items() if code in PARKING]
    wording = found.get("prompt_injection")
    return parking + ([wording] if wording is not None and (others or parking) else [])
