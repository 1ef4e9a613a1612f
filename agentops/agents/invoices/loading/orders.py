"""`load_purchase_orders`: {po_number, vendor_id, currency, status, created, lines, other_charges, net_total,
already_invoiced}; a line is {line, description, quantity, unit_price, price_base_quantity, line_total, received}.

An order's `net_total` is the sum of its lines plus `other_charges`; `lines: null` is an order by total only.
`receipt_needed: true` asks for a receipt before an invoice is paid; `received` says how much of a line has arrived.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from agentops.core.audit import trail
from agentops.core.audit.trail import Actor

from ..facts import Fact, OrderFacts, OrderLineFacts, Tolerances
from ..models import OrderLine, PurchaseOrder, Receipt, Vendor
from ..numbers import order_key
from ..policy import tolerances
from .files import BadFile, Mistake, Row, rows_of

FIELDS = (
    "po_number", "vendor_id", "vendor_name", "currency", "status", "created", "lines", "other_charges", "net_total",
    "already_invoiced", "receipt_needed", "set",
)  # fmt: skip
LINE_FIELDS = (
    "line", "description", "quantity", "unit", "unit_price", "price_base_quantity", "line_total", "received",
)  # fmt: skip
STATUSES = ("open", "closed", "cancelled")
COIN = Decimal("0.05")


class NewOrder(Fact):
    """One order as a file has it."""

    created: date
    facts: OrderFacts


def load(path: str) -> int:
    """How many orders were loaded; raises `BadFile`, and then none was."""
    orders = read(path)
    mistakes: list[Mistake] = []
    with transaction.atomic():
        vendors = {vendor.key: vendor for vendor in Vendor.objects.all()}
        limits = tolerances()
        for line, order in orders:
            if order.facts.vendor not in vendors:
                told = f"There is no vendor {order.facts.vendor}. Load the vendors first."
                mistakes.append(Mistake(line, "vendor_id", told))
            elif not _save(order, vendors[order.facts.vendor], limits):
                told = "This order was invoiced already and cannot be replaced. Take it out of the file."
                mistakes.append(Mistake(line, "po_number", told))
        if mistakes:
            raise BadFile(mistakes)
        event = trail.Event(
            action="orders.loaded", actor=Actor.system("load_purchase_orders"), data={"orders": len(orders)}
        )
        trail.append("orders", event)
    return len(orders)


def read(path: str) -> list[tuple[int, NewOrder]]:
    """The orders of a file with their line numbers; raises `BadFile` with every mistake in it."""
    mistakes: list[Mistake] = []
    orders, seen = [], dict[str, int]()
    for number, row in rows_of(path, mistakes):
        order = _order(row)
        if order is None:
            continue
        if order.facts.number in seen:
            row.wrong("po_number", f"{order.facts.number} is on line {seen[order.facts.number]} already. Keep one.")
        seen.setdefault(order.facts.number, number)
        orders.append((number, order))
    if mistakes:
        raise BadFile(mistakes)
    return orders


def _order(row: Row) -> NewOrder | None:
    row.only(*FIELDS)
    before = len(row.mistakes)
    number, vendor = row.text("po_number", longest=120), row.text("vendor_id", longest=40)
    currency, created = row.currency(), row.day("created")
    net, charges = row.number("net_total"), row.number("other_charges", needed=False) or Decimal(0)
    billed = row.number("already_invoiced", needed=False, low=Decimal(0)) or Decimal(0)
    status, receipt_needed = row.choice("status", "open", STATUSES), row.flag("receipt_needed", False)
    lines = _lines(row)
    if number is not None and not order_key(number):
        row.wrong("po_number", "An order number has letters or digits.")
    if net is not None and lines and abs(sum(line.line_total for line in lines) + charges - net) > COIN:
        told = f"The lines and other_charges add up to {sum(line.line_total for line in lines) + charges}, not {net}."
        row.wrong("net_total", told)
    if (
        len(row.mistakes) > before
        or number is None
        or vendor is None
        or currency is None
        or created is None
        or net is None
    ):
        return None
    facts = OrderFacts(
        number=number, vendor=vendor, currency=currency, status=status, receipt_needed=receipt_needed, net_total=net,
        other_charges=charges, billed=billed, lines=lines,
    )  # fmt: skip
    return NewOrder(created=created, facts=facts)


def _lines(row: Row) -> tuple[OrderLineFacts, ...]:
    lines, seen = [], set[int]()
    for position, item in enumerate(row.rows("lines"), 1):
        item.only(*LINE_FIELDS)
        named = item.number("line", needed=False, low=Decimal(1))
        place = int(named) if named is not None else position
        if place in seen:
            item.wrong("line", f"Line {place} is there already.")
        seen.add(place)
        total, base = item.number("line_total"), item.number("price_base_quantity", needed=False) or Decimal(1)
        quantity, price = item.number("quantity", needed=False), item.number("unit_price", needed=False)
        received = item.number("received", needed=False) or Decimal(0)
        description = item.text("description", longest=500, needed=False) or ""
        if base <= 0:
            item.wrong("price_base_quantity", "It must be above zero.")
        elif total is not None:
            agreed: dict[str, Any] = {
                "description": description,
                "quantity": quantity,
                "unit_price": price,
                "price_base": base,
            }
            lines.append(OrderLineFacts(position=place, line_total=total, received=received, **agreed))
    return tuple(lines)


def _save(new: NewOrder, vendor: Vendor, limits: Tolerances) -> bool:
    """Write one order anew; False if invoices were staged or posted against another one of this number."""
    facts = new.facts
    old = PurchaseOrder.objects.select_for_update().filter(number=facts.number).first()
    if old is not None:
        if old.invoices.exists():
            return _keep(old, facts)
        Receipt.objects.filter(line__order=old).delete()
        old.delete()
    order = PurchaseOrder.objects.create(
        number=facts.number, number_key=order_key(facts.number), vendor=vendor, currency=facts.currency,
        status=facts.status, receipt_needed=facts.receipt_needed, created=new.created, net_total=facts.net_total,
        other_charges=facts.other_charges, billed=facts.billed,
        billable=max(limits.order_ceiling(facts.net_total), facts.billed),
    )  # fmt: skip
    rows = OrderLine.objects.bulk_create(_line(order, line, limits) for line in facts.lines)
    _receive(rows, facts.lines, new.created)
    return True


def _keep(old: PurchaseOrder, facts: OrderFacts) -> bool:
    """An order that is in use stays as it is; only its status may be another."""
    there = old.as_facts()
    if _agreed(there) != _agreed(facts):
        return False
    PurchaseOrder.objects.filter(pk=old.pk).update(status=facts.status)
    return True


def _agreed(order: OrderFacts) -> list[object]:
    """What was agreed, apart from what became of it."""
    lines = [(x.position, x.description, x.quantity, x.unit_price, x.price_base, x.line_total) for x in order.lines]
    return [order.vendor, order.currency, order.net_total, order.other_charges, sorted(lines)]


def _line(order: PurchaseOrder, line: OrderLineFacts, limits: Tolerances) -> OrderLine:
    return OrderLine(
        order=order, position=line.position, description=line.description, quantity=line.quantity,
        unit_price=line.unit_price, price_base=line.price_base, line_total=line.line_total,
        billable_quantity=None if line.quantity is None else limits.quantity_ceiling(line.quantity),
        billable_amount=limits.line_ceiling(line.line_total),
    )  # fmt: skip


def _receive(rows: Sequence[OrderLine], lines: Sequence[OrderLineFacts], on: date) -> None:
    Receipt.objects.bulk_create(
        Receipt(line=row, quantity=line.received, received_on=on, note="loaded with the order")
        for row, line in zip(rows, lines, strict=True)
        if line.received
    )
