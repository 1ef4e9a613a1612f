"""Invoices as the house holds them: staged while they are worked on, posted once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from agentops.core.ids import uuid7
from agentops.core.transitions import IllegalTransition

from ..duplicates import Earlier
from ..lifecycle import INVOICE_MOVES, IS_POSTED, InvoiceStatus
from . import columns
from .orders import OrderLine, PurchaseOrder
from .vendors import Vendor

__all__ = ["IllegalTransition", "Invoice", "InvoiceLine"]


class Invoice(models.Model):
    """One supplier invoice that was understood; `number_key` is the number by which it is posted once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    status = models.CharField(max_length=10, choices=InvoiceStatus, default=InvoiceStatus.STAGED)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="invoices")
    number = models.CharField(max_length=120)
    number_key = models.CharField(max_length=160)
    near_key = models.CharField(max_length=160)
    issue_date = models.DateField()
    due_date = models.DateField(null=True)
    currency = columns.currency()
    net_total = columns.amount()
    tax_total = columns.amount()
    gross_total = columns.amount()
    payable = columns.amount()
    order = models.ForeignKey(PurchaseOrder, models.PROTECT, null=True, related_name="invoices")
    run_id = models.UUIDField()
    document = models.CharField(max_length=64)  # the SHA-256 of the file it was read from
    posted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="invoice_is_posted_once_per_vendor_and_number",
                fields=["vendor", "number_key"],
                condition=IS_POSTED,
            ),
            models.UniqueConstraint(name="invoice_is_staged_once_per_run", fields=["run_id"]),
            models.CheckConstraint(
                name="invoice_posted_at_is_set_exactly_when_posted",
                condition=(IS_POSTED & Q(posted_at__isnull=False)) | (~IS_POSTED & Q(posted_at=None)),
            ),
            models.CheckConstraint(name="invoice_has_a_number", condition=~Q(number_key="")),
            models.CheckConstraint(name="invoice_status_is_known", condition=Q(status__in=InvoiceStatus.values)),
            models.CheckConstraint(name="invoice_currency_is_three_capital_letters", condition=columns.is_a_currency()),
        ]
        indexes = [
            models.Index(name="invoice_vendor_number", fields=["vendor", "number_key"]),
            models.Index(name="invoice_number_of_anybody", fields=["number_key"]),
            models.Index(name="invoice_vendor_near_number", fields=["vendor", "near_key"]),
            models.Index(name="invoice_vendor_content", fields=["vendor", "gross_total", "issue_date"]),
            models.Index(name="invoice_document", fields=["document"]),
        ]

    def __str__(self) -> str:
        return self.number

    def move_to(self, status: InvoiceStatus) -> None:
        """Change status along the table, unsaved; raises `IllegalTransition`."""
        INVOICE_MOVES.check(self.status, status)
        self.status = status

    def as_earlier(self) -> Earlier:
        """This invoice as the duplicate search sees it."""
        return Earlier(
            id=str(self.pk),
            vendor=self.vendor.key,
            number=self.number,
            issue_date=self.issue_date,
            currency=self.currency,
            gross=self.gross_total,
            document=self.document,
            posted=self.status == InvoiceStatus.POSTED,
            run=str(self.run_id),
        )


class InvoiceLine(models.Model):
    """One line as the document states it, and the order line it bills."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines")
    position = models.SmallIntegerField()
    description = models.CharField(max_length=500, blank=True, default="")
    quantity = columns.quantity(null=True)
    unit_price = columns.price(null=True)
    line_total = columns.amount(null=True)
    order_line = models.ForeignKey(OrderLine, models.PROTECT, null=True, related_name="invoice_lines")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="invoice_line_position_is_used_once", fields=["invoice", "position"])
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} line {self.position}"
