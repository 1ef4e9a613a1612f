"""The tools that only look: at the document, the vendor master, the orders, and what was here before."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from agentops.core import blobs
from tools_registry.kinds import Effect, Impact
from tools_registry.results import Empty, ToolFailed, ToolRefused
from tools_registry.tool import Retry, ToolCall, ToolInput, ToolOutput, tool

from .. import queries
from ..duplicates import Twin, find_twins
from ..extraction import Extraction, extraction_of
from ..facts import InvoiceFacts
from ..matching import Match
from ..matching import match_invoice as compare
from ..orders import OrderChoice, choose_order
from ..policy import business_day, tolerances
from ..reading import read_file
from ..vendors import Signs, VendorMatch
from ..vendors import find_vendor as recognise

SHA = "a" * 64
NEVER_CHANGES = timedelta(days=36_500)
TRY_AGAIN = frozenset({"unavailable"})  # the reader's trouble, not the document's


class Document(ToolInput):
    """A stored file, and what a person corrected in its reading."""

    document: str
    name: str | None = None
    media_type: str | None = None
    corrections: dict[str, str | None] = {}


@tool(
    impact=Impact.READ, effect=Effect.READ, timeout=timedelta(seconds=120), max_age=NEVER_CHANGES,
    retry=Retry(attempts=3), examples=[{"document": SHA, "name": "invoice.pdf", "media_type": "application/pdf"}],
)  # fmt: skip
def extract_invoice_data(args: Document, *, call: ToolCall) -> Extraction:
    """Read a stored invoice document into typed values, each with the page and box where it was seen."""
    try:
        data = blobs.read(args.document)
    except blobs.BlobMissing as error:
        raise ToolRefused("document_missing", str(error)) from error
    reading = read_file(data, args.name or "")
    if reading.error:
        kind = ToolFailed if reading.error.code in TRY_AGAIN else ToolRefused
        raise kind(reading.error.code, reading.error.message)
    try:
        return extraction_of(reading, args.corrections, run=str(call.run_id) if call.run_id else None)
    except (ValueError, ArithmeticError) as error:
        raise ToolRefused("invalid_correction", f"A corrected value cannot be used: {error}") from error


class Sender(ToolInput):
    """What the document says about who sent it."""

    name: str | None = None
    vat_id: str | None = None
    account: str | None = None
    order_reference: str | None = None


class FoundVendor(ToolOutput):
    """Who it is; `key` is null when nobody on file is surely meant. `account` is the master's, never the document's."""

    key: str | None = None
    account: str | None = None
    match: VendorMatch


@tool(
    impact=Impact.READ,
    effect=Effect.READ,
    pure=True,
    examples=[{"name": "Nordwind Logistik GmbH", "vat_id": "DE811223344", "account": None, "order_reference": "PO-1"}],
)
def find_vendor(args: Sender, *, call: ToolCall) -> FoundVendor:
    """Find the vendor on file that sent an invoice, by VAT id, account, order and name together."""
    order = queries.named_order(args.order_reference)
    signs = Signs(
        name=args.name, vat_id=args.vat_id, account=args.account, order_vendor=order.vendor if order else None
    )
    match = recognise(signs, queries.vendors_with(signs), tolerances().our_names, queries.vendor_names)
    vendor = match.vendor
    return FoundVendor(key=vendor.key if vendor else None, account=vendor.account if vendor else None, match=match)


class OrderQuestion(ToolInput):
    """Which order an invoice may belong to."""

    reference: str | None = None
    vendor: str | None = None
    currency: str | None = None
    net_total: Decimal | None = None


class FoundOrder(ToolOutput):
    """The order to bill, or why there is none; `number` is null then."""

    number: str | None = None
    choice: OrderChoice


@tool(
    impact=Impact.READ,
    effect=Effect.READ,
    pure=True,
    examples=[{"reference": "PO-72469", "vendor": "V-D001", "currency": "EUR", "net_total": "932.88"}],
)
def query_purchase_orders(args: OrderQuestion, *, call: ToolCall) -> FoundOrder:
    """Find the purchase order that an invoice names, or the only open one of its vendor that fits."""
    named = queries.named_order(args.reference, args.vendor)
    looks = args.vendor is not None and named is None
    choice = choose_order(
        reference=args.reference,
        named=named,
        vendor=args.vendor,
        currency=args.currency,
        net=args.net_total,
        open_orders=queries.open_orders(args.vendor or "") if looks else (),
        tolerances=tolerances(),
    )
    return FoundOrder(number=choice.order.number if choice.order else None, choice=choice)


class Candidate(ToolInput):
    """The invoice that may have been here before."""

    vendor: str | None = None
    number: str | None = None
    issue_date: date | None = None
    currency: str | None = None
    gross_total: Decimal | None = None
    document: str = ""


class Duplicates(ToolOutput):
    """The earlier invoices that this one is or may be."""

    twins: tuple[Twin, ...] = ()


@tool(
    impact=Impact.READ,
    effect=Effect.READ,
    pure=True,
    examples=[
        {
            "vendor": "V-D001",
            "number": "RE-2026-00447",
            "issue_date": "2026-10-29",
            "currency": "EUR",
            "gross_total": "1110.06",
            "document": SHA,
        }
    ],
)
def check_duplicate(args: Candidate, *, call: ToolCall) -> Duplicates:
    """Find invoices that were here before and are, or may be, this one."""
    earlier = queries.earlier_invoices(
        vendor_key=args.vendor,
        number=args.number,
        issue_date=args.issue_date,
        gross=args.gross_total,
        document=args.document,
        not_of_run=call.run_id,
    )
    return Duplicates(
        twins=find_twins(
            vendor=args.vendor,
            number=args.number,
            issue_date=args.issue_date,
            currency=args.currency,
            gross=args.gross_total,
            document=args.document,
            earlier=earlier,
        )
    )


class Comparison(ToolInput):
    """An invoice and the order that it bills."""

    invoice: InvoiceFacts
    order: str | None = None


class Compared(ToolOutput):
    """The match, and what posting would bill of the order; `today` is the business day the dates are judged by."""

    match: Match
    bills: tuple[dict[str, str | int | None], ...] = ()
    order_lines: dict[str, int] = {}
    exceeds: bool = False
    execute_on: date | None = None
    today: date | None = None


@tool(
    impact=Impact.READ,
    effect=Effect.READ,
    pure=True,
    examples=[{"invoice": {"invoice_number": "RE-1", "currency": "EUR", "net_total": "10.00"}, "order": "PO-72469"}],
)
def match_invoice(args: Comparison, *, call: ToolCall) -> Compared | Empty:
    """Compare an invoice with its order line by line, with what was billed before and what was received."""
    today = business_day(call.today)
    pay_on = max(args.invoice.due_date or today, today)
    order = queries.order(args.order) if args.order else None
    if order is None:
        none = {"exceeds": False, "bills": [], "order_lines": {}}
        return Empty({**none, "execute_on": pay_on.isoformat(), "today": today.isoformat()})
    match = compare(args.invoice, order, tolerances())
    paired = [pair for pair in match.pairs if pair.order_line is not None]
    return Compared(
        match=match,
        bills=tuple(
            {"order_line": p.order_line, "quantity": _text(p.quantity), "amount": _text(p.amount)} for p in paired
        ),
        order_lines={str(p.position): p.order_line for p in paired if p.order_line is not None},
        exceeds=match.over,
        execute_on=pay_on,
        today=today,
    )


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)
