"""Every read that spans rows, returned as the rules' plain values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from .duplicates import Earlier
from .facts import OrderFacts, VendorFacts
from .lifecycle import NOT_YET_OUT, InvoiceStatus
from .models import Invoice, Payment, PurchaseOrder, Vendor
from .models.orders import OrderStatus
from .names import fold
from .numbers import account_key, near_key, number_key, order_key, vat_key
from .vendors import Signs


def vendor(key: str) -> VendorFacts | None:
    """The vendor of this key, or None."""
    row = Vendor.objects.prefetch_related("accounts").filter(key=key).first()
    return None if row is None else row.as_facts()


def vendors_with(signs: Signs) -> list[VendorFacts]:
    """The vendors that share the name, VAT id, account or order of a document."""
    wanted = Q()
    if signs.name:
        wanted |= Q(folded_names__contains=[fold(signs.name)])
    if vat_key(signs.vat_id):
        wanted |= Q(vat_key=vat_key(signs.vat_id))
    if account_key(signs.account):
        wanted |= Q(accounts__account=account_key(signs.account), accounts__active=True)
    if signs.order_vendor:
        wanted |= Q(key=signs.order_vendor)
    if not wanted:
        return []
    rows = Vendor.objects.filter(wanted).distinct().order_by("key").prefetch_related("accounts")
    return [row.as_facts() for row in rows]


def vendor_names() -> Iterator[tuple[str, str]]:
    """(key, name) for each name and alias of every vendor."""
    for key, name, aliases in Vendor.objects.order_by("key").values_list("key", "name", "aliases"):
        yield key, name
        yield from ((key, alias) for alias in aliases)


def named_order(reference: str | None, vendor_key: str | None = None) -> OrderFacts | None:
    """The order that a reference leads to: by its whole text, else by a word of it; `vendor_key`'s own first."""
    if not reference:
        return None
    keys = [order_key(reference), *(order_key(word) for word in re.split(r"[\s,;]+", reference) if len(word) > 3)]
    rows = {row.number_key: row for row in _orders().filter(number_key__in=[key for key in keys if key])}
    found = [rows[key] for key in keys if key in rows]
    mine = [row for row in found if row.vendor.key == vendor_key]
    return next((row.as_facts() for row in mine or found), None)


def order(number: str) -> OrderFacts | None:
    """The order of exactly this number, or None."""
    row = _orders().filter(number=number).first()
    return None if row is None else row.as_facts()


def open_orders(vendor_key: str) -> list[OrderFacts]:
    """The vendor's open orders, oldest first."""
    rows = _orders().filter(vendor__key=vendor_key, status=OrderStatus.OPEN).order_by("created", "number")
    return [row.as_facts() for row in rows]


def earlier_invoices(
    *,
    vendor_key: str | None,
    number: str | None,
    issue_date: date | None,
    gross: Decimal | None,
    document: str,
    not_of_run: UUID | None,
) -> list[Earlier]:
    """Staged and posted invoices that may be this one."""
    wanted = Q(document=document) if document else Q()
    if vendor_key:
        alike = Q(gross_total=gross, issue_date=issue_date) if gross is not None and issue_date else Q()
        if number and number_key(number):
            alike |= Q(number_key=number_key(number)) | Q(near_key=near_key(number))
        if alike:
            wanted |= Q(vendor__key=vendor_key) & alike
    if not wanted:
        return []
    rows = Invoice.objects.filter(wanted).exclude(status=InvoiceStatus.REJECTED).select_related("vendor")
    if not_of_run is not None:
        rows = rows.exclude(run_id=not_of_run)
    return [row.as_earlier() for row in rows.order_by("created_at")[:20]]


def held_payments(vendor_id: UUID) -> QuerySet[Payment]:
    """The payments to a vendor that have not left the house; they wait while a change of its account is open."""
    rows = Payment.objects.filter(vendor=vendor_id, status__in=sorted(NOT_YET_OUT))
    return rows.select_related("invoice").order_by("execute_on", "pk")


def _orders() -> QuerySet[PurchaseOrder]:
    return PurchaseOrder.objects.select_related("vendor").prefetch_related("lines")
