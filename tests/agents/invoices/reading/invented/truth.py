# ruff: noqa: E501 - rows of words read better whole
"""What an invented page says, in the form of the shared data's truth."""

from typing import Any

from .invoice import Invoice


def truth_of(invoice: Invoice) -> dict[str, Any]:
    return {
        "supplier_name": invoice.supplier,
        "supplier_vat_id": invoice.vat_id or None,
        "invoice_number": invoice.number,
        "issue_date": invoice.issued.isoformat(),
        "due_date": invoice.due.isoformat() if invoice.due else None,
        "currency": invoice.habit.currency,
        "net_total": str(invoice.net),
        "tax_total": str(invoice.tax),
        "gross_total": str(invoice.gross),
        "payable": str(invoice.payable),
        "order_reference": invoice.order or None,
        "iban": invoice.iban or None,
        "lines": [
            {"description": item.description, "quantity": str(item.quantity), "unit_price": str(item.price), "line_total": str(item.total)}
            for item in invoice.items
        ],
    }  # fmt: skip
