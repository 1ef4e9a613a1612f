"""Stage an understood invoice, post a decided one, close what came to nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from agentops.core.money import Money, convert

from .. import accounting
from ..facts import InvoiceFacts
from ..lifecycle import InvoiceStatus
from ..models import Invoice, InvoiceLine, OrderLine, PurchaseOrder, Vendor
from ..numbers import near_key, number_key


class PostingImpossible(Exception):
    """This invoice cannot be posted as things are; `code` is a reason code."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


class InvoiceGone(PostingImpossible):
    """The staged invoice of this run is not there, or is no longer staged."""


@transaction.atomic
def stage_invoice(
    *,
    facts: InvoiceFacts,
    vendor: str,
    order: str | None,
    run_id: UUID,
    document: str,
    order_lines: Mapping[int, int],
) -> Invoice:
    """Write down what a run understood, again if it understands it differently now; raises `InvoiceGone` once
    the invoice was posted. `order_lines` says which order line an invoice line bills, by position."""
    invoice = Invoice.objects.select_for_update().filter(run_id=run_id).first() or Invoice(run_id=run_id)
    if invoice.status == InvoiceStatus.POSTED:
        raise InvoiceGone("already_posted", "This invoice was posted already.")
    invoice.status = InvoiceStatus.STAGED
    invoice.vendor = Vendor.objects.get(key=vendor)
    invoice.order = PurchaseOrder.objects.get(number=order) if order else None
    invoice.document = document
    _fill(invoice, facts)
    invoice.save()
    invoice.lines.all().delete()
    billed = {line.position: line for line in invoice.order.lines.all()} if invoice.order else {}
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice,
            position=position,
            description=line.description[:500],
            quantity=line.quantity,
            unit_price=line.unit_price,
            line_total=line.line_total,
            order_line=billed.get(order_lines.get(position, -1)),
        )
        for position, line in enumerate(facts.lines, 1)
    )
    return invoice


@transaction.atomic
def post_invoice(
    *,
    run_id: UUID,
    facts: InvoiceFacts,
    vendor: str,
    order: str | None,
    bills: Sequence[tuple[int, Decimal | None, Decimal | None]],
    exceeds: bool,
    posted_on: date,
    now: datetime,
    pairing: Mapping[int, int | None] | None = None,
) -> tuple[Invoice, accounting.Posted]:
    """Post the staged invoice of a run and bill its order; raises `PostingImpossible` and `InvoiceGone`.

    `bills` are (order line, quantity, amount). `exceeds` says that people approved billing more than the order
    allows; without it the order's ceilings stand. `pairing`: which order line each line bills, where a person said so.
    """
    # Lock order: order before invoice before books, as wherever these are locked together.
    ordered = _lock_order(order)
    invoice = Invoice.objects.select_for_update().select_related("vendor").filter(run_id=run_id).first()
    if invoice is None or invoice.status != InvoiceStatus.STAGED:
        raise InvoiceGone("not_staged", "This invoice is not staged.")
    invoice.vendor = Vendor.objects.get(key=vendor)
    invoice.order = ordered
    _fill(invoice, facts)
    if _posted_twin(invoice):
        raise PostingImpossible("duplicate", f"Invoice {invoice.number} of {vendor} was posted already.")
    if ordered is not None:
        _bill(ordered, facts, bills, exceeds=exceeds, on=posted_on)
    if pairing is not None:
        _pair_again(invoice, pairing)
    try:
        posted = accounting.connect().post(_as_bill(invoice, posted_on), key=posting_key(vendor, invoice.number))
    except accounting.PostingRefused as refused:
        raise PostingImpossible(refused.code, refused.message) from refused
    invoice.move_to(InvoiceStatus.POSTED)
    invoice.posted_at = now
    invoice.save()
    return invoice, posted


@transaction.atomic
def close_staging(*, run_id: UUID) -> bool:
    """Reject the staged invoice of a run that ended without posting it; False when there is none."""
    invoice = Invoice.objects.select_for_update().filter(run_id=run_id, status=InvoiceStatus.STAGED).first()
    if invoice is None:
        return False
    invoice.move_to(InvoiceStatus.REJECTED)
    invoice.save(update_fields=["status"])
    return True


def posting_key(vendor: str, number: str) -> str:
    """What posting an invoice is about in the world; there is one posting per key, ever."""
    return f"invoice:{vendor}:{number_key(number)}"


def _fill(invoice: Invoice, facts: InvoiceFacts) -> None:
    number, gross = facts.invoice_number or "", facts.gross or Decimal(0)
    invoice.number, invoice.number_key, invoice.near_key = number, number_key(number), near_key(number)
    if facts.issue_date is not None:
        invoice.issue_date = facts.issue_date
    invoice.due_date = facts.due_date
    invoice.currency = facts.currency or ""
    invoice.net_total, invoice.gross_total = facts.net or Decimal(0), gross
    invoice.tax_total = facts.tax or Decimal(0)
    invoice.payable = gross if facts.due is None else facts.due


def _posted_twin(invoice: Invoice) -> bool:
    twins = Invoice.objects.filter(vendor=invoice.vendor, number_key=invoice.number_key, status=InvoiceStatus.POSTED)
    return twins.exclude(pk=invoice.pk).exists()


def _lock_order(number: str | None) -> PurchaseOrder | None:
    if number is None:
        return None
    return PurchaseOrder.objects.select_for_update(of=("self",), no_key=True).get(number=number)


def _bill(
    order: PurchaseOrder,
    facts: InvoiceFacts,
    bills: Sequence[tuple[int, Decimal | None, Decimal | None]],
    *,
    exceeds: bool,
    on: date,
) -> None:
    factor = _factor(facts.currency or "", order.currency, on)
    order.billed += (facts.net or Decimal(0)) * factor
    if order.billed > order.billable:
        if not exceeds:
            raise PostingImpossible("over_invoiced", f"Order {order.number} has no room for this invoice any more.")
        order.billable = order.billed
    order.save(update_fields=["billed", "billable"])
    lines = {line.position: line for line in OrderLine.objects.select_for_update().filter(order=order)}
    for position, quantity, amount in bills:
        _bill_line(lines[position], quantity, amount, factor, exceeds=exceeds)


def _bill_line(
    line: OrderLine, quantity: Decimal | None, amount: Decimal | None, factor: Decimal, *, exceeds: bool
) -> None:
    line.billed_quantity += quantity or Decimal(0)
    line.billed_amount += (amount or Decimal(0)) * factor
    if abs(line.billed_amount) > abs(line.billable_amount):
        _check_may_exceed(exceeds, line)
        line.billable_amount = line.billed_amount
    if line.billable_quantity is not None and abs(line.billed_quantity) > abs(line.billable_quantity):
        _check_may_exceed(exceeds, line)
        line.billable_quantity = line.billed_quantity
    line.save(update_fields=["billed_quantity", "billed_amount", "billable_quantity", "billable_amount"])


def _check_may_exceed(exceeds: bool, line: OrderLine) -> None:
    if not exceeds:
        raise PostingImpossible("over_invoiced", f"Line {line.position} of the order has no room for this any more.")


def _pair_again(invoice: Invoice, pairing: Mapping[int, int | None]) -> None:
    there = {line.position: line for line in invoice.order.lines.all()} if invoice.order else {}
    for line in invoice.lines.all():
        line.order_line = there.get(pairing.get(line.position) or 0)
        line.save(update_fields=["order_line"])


def _factor(currency: str, order_currency: str, on: date) -> Decimal:
    """What one unit of the invoice's currency is on the order; only people let the two differ."""
    if currency == order_currency:
        return Decimal(1)
    thousand = convert(Money(Decimal(1000), currency), order_currency, on)
    if thousand is None:
        raise PostingImpossible("no_exchange_rate", f"There is no rate from {currency} to {order_currency}.")
    return thousand.amount / 1000


def _as_bill(invoice: Invoice, posted_on: date) -> accounting.Bill:
    assert invoice.issue_date is not None  # noqa: S101 - the column is not null
    return accounting.Bill(
        vendor=invoice.vendor.key,
        number=invoice.number,
        issue_date=invoice.issue_date,
        posted_on=posted_on,
        currency=invoice.currency,
        net=invoice.net_total,
        tax=invoice.tax_total,
        gross=invoice.gross_total,
        memo=f"Invoice {invoice.number} of {invoice.vendor.name}",
        order=invoice.order.number if invoice.order else None,
        document=invoice.document,
        run_id=invoice.run_id,
    )
