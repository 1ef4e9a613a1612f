"""A document whose reading is told: a clean invoice over 119 EUR, and whatever a test has changed in it."""

from agentops.agents.invoices.reading import Found, Line, PageSize, Reading, Source

from .conftest import ON_FILE

TRUTH = {
    "supplier_name": "Falkenrath Bürobedarf GmbH", "supplier_vat_id": "DE811223344", "invoice_number": "RE-2026-00447",
    "issue_date": "2026-10-29", "due_date": "2026-11-28", "currency": "EUR", "net_total": "100.00",
    "tax_total": "19.00",
    "gross_total": "119.00", "payable": "119.00", "order_reference": "PO-1", "iban": ON_FILE,
}  # fmt: skip
TONER = {"description": "Toner", "quantity": "10", "unit_price": "10.00", "line_total": "100.00"}


def found(value, n=0):
    source = Source("text", page=1, box=(0.1, 0.1 + n / 50, 0.3, 0.12 + n / 50), words=str(value))
    return Found(value, 0.98, source) if value is not None else Found.nothing()


def reading(lines=(TONER,), findings=(), document_type="invoice", **changes):
    fields = {name: found(value, n) for n, (name, value) in enumerate({**TRUTH, **changes}.items())}
    return Reading(
        name="invoice.pdf", kind="pdf-text", media_type="application/pdf", document_type=document_type,
        pages=(PageSize(595, 842),), fields=fields, findings=tuple(findings),
        lines=tuple(Line(**{name: found(value, 20) for name, value in line.items()}) for line in lines),
    )  # fmt: skip
