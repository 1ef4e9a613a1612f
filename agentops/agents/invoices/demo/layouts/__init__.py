"""Eight ways an invoice can look, each the paper of another kind of company; chosen by `Vendor.layout`."""

from collections.abc import Callable

from agentops.agents.invoices.demo.invoice import Invoice
from agentops.agents.invoices.demo.layouts import (
    cards,
    form,
    harbour,
    ledger,
    letterhead,
    maison,
    sidebar,
    slip,
    workshop,
)
from agentops.agents.invoices.demo.layouts.sheet import Sheet
from agentops.agents.invoices.demo.printed import Printed

LAYOUTS: dict[str, Callable[[Sheet, Printed], None]] = {
    "harbour": harbour.draw,
    "ledger": ledger.draw,
    "workshop": workshop.draw,
    "maison": maison.draw,
    "letterhead": letterhead.draw,
    "sidebar": sidebar.draw,
    "slip": slip.draw,
    "cards": cards.draw,
    "form": form.draw,
}


def draw(invoice: Invoice, *, password: str = "") -> bytes:
    """The invoice as a PDF in its vendor's layout; raises `KeyError` for a layout that does not exist."""
    sheet = _drawn(invoice, pages=1, password=password)
    if sheet.page > 1:  # how many pages there are is known only now, and each page says it
        sheet = _drawn(invoice, pages=sheet.page, password=password)
    return sheet.finish()


def _drawn(invoice: Invoice, *, pages: int, password: str) -> Sheet:
    printed = Printed(invoice)
    sheet = Sheet(f"{printed.title} {invoice.number}", invoice.vendor.name, pages=pages, password=password)
    LAYOUTS[invoice.vendor.layout](sheet, printed)
    if invoice.copy:
        sheet.slanted(105, 165, printed["copy"], size=58, ink="#b3202a", angle=38)
    if invoice.hidden:
        sheet.text(24, 286, invoice.hidden, size=2, ink="#ffffff")
    return sheet
