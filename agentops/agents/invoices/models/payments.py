"""Payments of posted invoices, from the proposal to the bank's answer."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from agentops.core.ids import uuid7

from ..lifecycle import IS_LIVE, PAYMENT_MOVES, PaymentStatus
from . import columns
from .invoices import Invoice
from .vendors import Vendor


class Payment(models.Model):
    """Money to one vendor for one invoice. (vendor, account) must be a row of the vendor's accounts (foreign key)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=300)  # payment:<vendor>:<number>
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="payments")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="payments")
    account = models.CharField(max_length=64)
    amount = columns.amount()
    currency = columns.currency()
    execute_on = models.DateField()
    status = models.CharField(max_length=10, choices=PaymentStatus, default=PaymentStatus.PROPOSED)
    run_id = models.UUIDField(null=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    bank_reference = models.CharField(max_length=200, default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="payment_only_one_live_per_invoice", fields=["invoice"], condition=IS_LIVE),
            models.CheckConstraint(name="payment_is_above_zero", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="payment_currency_is_three_capital_letters", condition=columns.is_a_currency()),
            models.CheckConstraint(name="payment_status_is_known", condition=Q(status__in=PaymentStatus.values)),
            models.CheckConstraint(
                name="payment_released_says_who_and_when",
                condition=~Q(status__in=["released", "confirmed", "returned"])
                | Q(released_by__isnull=False, released_at__isnull=False),
            ),
        ]
        indexes = [models.Index(name="payment_due", fields=["execute_on"], condition=Q(status="scheduled"))]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} for {self.key}"

    def move_to(self, status: PaymentStatus) -> None:
        """Change status along the table, unsaved; raises `IllegalTransition`."""
        PAYMENT_MOVES.check(self.status, status)
        self.status = status
