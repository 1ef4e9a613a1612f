"""The tool that posts an invoice to the ledger and bills its order."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone
from pydantic import ValidationInfo, field_validator

from agentops.core.money import Money
from tools_registry.kinds import Impact
from tools_registry.results import ToolRefused
from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool

from .. import accounting, services, world
from ..facts import InvoiceFacts
from ..policy import business_day
from ..services.invoices import posting_key
from .fields import RUN, Amount, Currency, Number, VendorKey

LEDGER = accounting.connect()
EXAMPLE = {
    "vendor": "V-D001", "number": "RE-2026-00447", "issue_date": "2026-10-29", "due_date": "2026-11-28",
    "currency": "EUR", "net_total": "932.82", "tax_total": "177.24", "gross_total": "1110.06", "payable": "1110.06",
    "order": "PO-72595",
}  # fmt: skip


class BilledLine(ToolInput):
    """How much of one order line an invoice bills."""

    order_line: int
    quantity: Decimal | None = None
    amount: Decimal | None = None


class Posting(ToolInput):
    """A staged invoice as it is to be posted. `exceeds`: it bills more than the order allows, which takes approval;
    `pairing`: which order line each line bills, by position, where a person said so; `seen`: the world as it was when
    it was judged."""

    run: UUID
    vendor: VendorKey
    number: Number
    issue_date: date
    due_date: date | None = None
    currency: Currency
    net_total: Amount
    tax_total: Amount
    gross_total: Amount
    payable: Amount
    order: str | None = None
    bills: tuple[BilledLine, ...] = ()
    exceeds: bool = False
    pairing: dict[int, int | None] | None = None
    seen: dict[str, Any] = {}

    @field_validator("seen")
    @classmethod
    def _is_about_this(cls, seen: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """What was seen of another invoice or order, before an edit named this one, says nothing here."""
        given = info.data
        about = (world.invoice_key(given.get("vendor"), given.get("number")), given.get("order"))
        return seen if seen and (seen.get("invoice"), (seen.get("order") or {}).get("number")) == about else {}


class PostedInvoice(ToolOutput):
    """What the books say."""

    invoice: str
    entry: str
    posted_on: date


def _posting_basis(args: Posting, *, lock: bool) -> dict[str, Any]:
    """The order's terms and balance, a twin posted meanwhile, and whether the books are open; the shape of `seen`."""
    order = world.order_now(args.order, lock=lock)
    return {
        "invoice": world.invoice_key(args.vendor, args.number),
        "order": order,
        "posted": world.posted_twins(args.vendor, args.number),
        "books_open": LEDGER.is_open(business_day(None)),
    }


@tool(
    impact=Impact.WRITE, effect=LEDGER.effect, connector=LEDGER.version, basis=_posting_basis,
    reference=lambda args: posting_key(args.vendor, args.number), timeout=timedelta(seconds=10),
    counterparty=lambda args: f"vendor:{args.vendor}", order=lambda args: args.order,
    amount=lambda args: Money(args.gross_total, args.currency),
    examples=[{**EXAMPLE, "run": RUN, "exceeds": False,
               "bills": [{"order_line": 1, "quantity": "8", "amount": "659.44"}]}],
)  # fmt: skip
def post_to_accounting(args: Posting, *, call: ToolCall) -> PostedInvoice:
    """Post a staged invoice to the ledger and bill its order. Each invoice of a vendor is posted once."""
    facts = InvoiceFacts(
        invoice_number=args.number,
        issue_date=args.issue_date,
        due_date=args.due_date,
        currency=args.currency,
        net_total=args.net_total,
        tax_total=args.tax_total,
        gross_total=args.gross_total,
        payable=args.payable,
    )
    try:
        invoice, posted = services.post_invoice(
            run_id=args.run,
            facts=facts,
            vendor=args.vendor,
            order=args.order,
            bills=[(line.order_line, line.quantity, line.amount) for line in args.bills],
            exceeds=args.exceeds,
            pairing=args.pairing,
            posted_on=business_day(call.today),
            now=call.now or timezone.now(),
        )
    except services.PostingImpossible as error:
        raise ToolRefused(error.code, error.message) from error
    return PostedInvoice(invoice=str(invoice.pk), entry=posted.entry, posted_on=posted.posted_on)
