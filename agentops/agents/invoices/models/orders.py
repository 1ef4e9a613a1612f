"""Purchase orders, how much of each line is billed, and what has arrived."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Abs
from django.db.models.lookups import LessThanOrEqual

from agentops.core.ids import uuid7

from ..facts import OrderFacts, OrderLineFacts
from . import columns
from .vendors import Vendor


class OrderStatus(models.TextChoices):
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class PurchaseOrder(models.Model):
    """What was ordered for how much; `billable` is the most that may be billed, tolerance included.

    Posting raises `billed`. Only a posting that people approved as exceeding raises `billable` with it, so an
    invoice that nobody approved cannot bill more than the order, whoever writes to the table.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=120, unique=True)
    number_key = models.CharField(max_length=120, db_index=True)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="orders")
    currency = columns.currency()
    status = models.CharField(max_length=10, choices=OrderStatus, default=OrderStatus.OPEN)
    receipt_needed = models.BooleanField(default=False)
    created = models.DateField()
    net_total = columns.amount()
    other_charges = columns.amount(default=Decimal(0))
    billed = columns.amount(default=Decimal(0))
    billable = columns.amount()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="order_is_billed_within_what_was_ordered", condition=Q(billed__lte=F("billable"))
            ),
            models.CheckConstraint(name="order_billable_covers_its_total", condition=Q(billable__gte=F("net_total"))),
            models.CheckConstraint(name="order_currency_is_three_capital_letters", condition=columns.is_a_currency()),
            models.CheckConstraint(name="order_status_is_known", condition=Q(status__in=OrderStatus.values)),
        ]

    def __str__(self) -> str:
        return self.number

    def as_facts(self) -> OrderFacts:
        """The order as the rules see it."""
        arrived = _arrived(self) if self.receipt_needed else {}
        return OrderFacts(
            number=self.number,
            vendor=self.vendor.key,
            currency=self.currency,
            status=self.status,
            receipt_needed=self.receipt_needed,
            net_total=self.net_total,
            other_charges=self.other_charges,
            billed=self.billed,
            billable=self.billable,
            lines=tuple(
                line.as_facts(arrived.get(line.pk, Decimal(0))) for line in sorted(self.lines.all(), key=_position)
            ),
        )


class OrderLine(models.Model):
    """One line of an order; quantity is null where only a total was agreed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(PurchaseOrder, models.CASCADE, related_name="lines")
    position = models.SmallIntegerField()
    description = models.CharField(max_length=500, blank=True, default="")
    quantity = columns.quantity(null=True)
    unit_price = columns.price(null=True)
    price_base = columns.quantity(default=Decimal(1))
    line_total = columns.amount()
    billed_quantity = columns.quantity(default=Decimal(0))
    billable_quantity = columns.quantity(null=True)
    billed_amount = columns.amount(default=Decimal(0))
    billable_amount = columns.amount()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="order_line_position_is_used_once", fields=["order", "position"]),
            models.CheckConstraint(
                name="order_line_quantity_is_billed_within_what_was_ordered",
                condition=Q(billable_quantity=None)
                | Q(LessThanOrEqual(Abs(F("billed_quantity")), Abs(F("billable_quantity")))),
            ),
            models.CheckConstraint(
                name="order_line_amount_is_billed_within_what_was_ordered",
                condition=LessThanOrEqual(Abs(F("billed_amount")), Abs(F("billable_amount"))),
            ),
            models.CheckConstraint(name="order_line_price_base_is_above_zero", condition=Q(price_base__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} line {self.position}"

    def as_facts(self, received: Decimal = Decimal(0)) -> OrderLineFacts:
        return OrderLineFacts(
            position=self.position,
            description=self.description,
            quantity=self.quantity,
            unit_price=self.unit_price,
            price_base=self.price_base,
            line_total=self.line_total,
            billed_quantity=self.billed_quantity,
            billed_amount=self.billed_amount,
            billable_quantity=self.billable_quantity,
            billable_amount=self.billable_amount,
            received=received,
        )


class Receipt(models.Model):
    """Goods of one order line that arrived; a negative quantity went back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="receipts")
    quantity = columns.quantity()
    received_on = models.DateField()
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [models.CheckConstraint(name="receipt_is_of_something", condition=~Q(quantity=0))]

    def __str__(self) -> str:
        return f"{self.quantity} on {self.received_on}"


def _arrived(order: PurchaseOrder) -> dict[object, Decimal]:
    rows = Receipt.objects.filter(line__order=order).values("line").annotate(total=Sum("quantity"))
    return {row["line"]: row["total"] for row in rows}


def _position(line: OrderLine) -> int:
    return line.position
