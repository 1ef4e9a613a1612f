"""The tools that compare: with what was here before, and with what was ordered, billed and received."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tools_registry.kinds import Effect, Impact
from tools_registry.results import Empty
from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool

from .. import accounting, queries, world
from ..duplicates import Candidate, Earlier, Twin, find_twins
from ..facts import InvoiceFacts
from ..matching import Match
from ..matching import match_invoice as compare
from ..policy import business_day, tolerances
from .fields import SHA


class MaybeHere(ToolInput):
    """The invoice that may have been here before; `credits` are the numbers of posted invoices that it names."""

    vendor: str | None = None
    number: str | None = None
    issue_date: date | None = None
    currency: str | None = None
    gross_total: Decimal | None = None
    document: str = ""
    credits: tuple[str, ...] | None = None


class Duplicates(ToolOutput):
    """The earlier invoices that this one is or may be, and those it credits; what is posted and paid of exactly this
    one (`invoice`)."""

    twins: tuple[Twin, ...] = ()
    credited: tuple[Earlier, ...] = ()
    invoice: str = ""
    posted: tuple[str, ...] = ()
    payments: tuple[str, ...] = ()


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
def check_duplicate(args: MaybeHere, *, call: ToolCall) -> Duplicates:
    """Find invoices that were here before and are, or may be, this one; and the invoice that a credit note is of."""
    # Before the search: what happens in between is found by the search, and seen to have moved at the end.
    posted = tuple(world.posted_twins(args.vendor, args.number))
    payments = tuple(world.live_payments(args.vendor, args.number))
    one = Candidate(
        vendor=args.vendor, number=args.number, issue_date=args.issue_date, currency=args.currency,
        gross=args.gross_total, document=args.document,
    )  # fmt: skip
    return Duplicates(
        twins=find_twins(one, queries.earlier_invoices(one, call.run_id)),
        credited=tuple(queries.posted_invoices(args.vendor, args.credits or ())),
        invoice=world.invoice_key(args.vendor, args.number),
        posted=posted,
        payments=payments,
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
    books_open: bool = True


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
    books_open = accounting.connect().is_open(today)
    order = queries.order(args.order) if args.order else None
    if order is None:
        none = {"exceeds": False, "bills": [], "order_lines": {}, "books_open": books_open}
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
        books_open=books_open,
    )


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)
