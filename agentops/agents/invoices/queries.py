"""Every read that spans rows, returned as the rules' plain values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.forms.models import model_to_dict

from .duplicates import Candidate, Earlier
from .facts import OrderFacts, VendorFacts
from .lessons.noted import Hint
from .lifecycle import NOT_YET_OUT, InvoiceStatus
from .models import Invoice, Lesson, Payment, PurchaseOrder, Vendor
from .models.lessons import IS_IN_FORCE, Outcome
from .models.orders import OrderStatus
from .names import fold
from .numbers import account_key, digits_key, near_key, number_key, order_key, vat_key
from .vendors import Signs
from .wording import day

MOST_EARLIER = 20
MOST_CREDITED = 400
ANCHOR = ("field", "label", "way", "nth", "last", "order")
CONFIRMATIONS = 2  # how often people sign a lesson's value unchanged before it is trusted


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


def earlier_invoices(one: Candidate, not_of_run: UUID | None) -> list[Earlier]:
    """Staged and posted invoices that may be this one; posted ones first."""
    wanted = Q(document=one.document) if one.document else Q()
    number = number_key(one.number or "")
    same_total = Q(gross_total=one.gross, currency=one.currency) if one.gross is not None and one.currency else None
    if one.vendor:
        wanted |= Q(vendor__key=one.vendor) & _alike(one, number, same_total)
    if number and same_total and one.issue_date:
        wanted |= same_total & Q(number_key=number, issue_date=one.issue_date)
    if not wanted:
        return []
    rows = Invoice.objects.filter(wanted).exclude(status=InvoiceStatus.REJECTED).select_related("vendor")
    if not_of_run is not None:
        rows = rows.exclude(run_id=not_of_run)
    # What is surely this one is among them, however many only look like it.
    nearest = Case(When(_surely(one, number), then=Value(0)), default=Value(1))
    return [row.as_earlier() for row in rows.order_by(nearest, "status", "created_at")[:MOST_EARLIER]]


def _surely(one: Candidate, number: str) -> Q:
    same = Q(document=one.document) if one.document else Q(pk=None)
    if number and one.vendor:
        same |= Q(vendor__key=one.vendor) & (Q(number_key=number) | Q(near_key=near_key(one.number or "")))
    return same


def _alike(one: Candidate, number: str, same_total: Q | None) -> Q:
    alike = Q(pk=None)
    if number:
        alike |= Q(number_key=number) | Q(near_key=near_key(one.number or ""))
    if same_total and one.issue_date:
        alike |= same_total & Q(issue_date=one.issue_date)
    last = digits_key(one.number or "").rpartition("-")[2]
    return alike | (same_total & Q(number_key__endswith=last)) if same_total and last else alike


def posted_numbers(vendor_keys: Iterable[str]) -> list[str]:
    """The numbers of these vendors' posted invoices, the newest first: what a credit note can be of."""
    rows = Invoice.objects.filter(vendor__key__in=list(vendor_keys), status=InvoiceStatus.POSTED)
    return list(rows.order_by("-posted_at").values_list("number", flat=True)[:MOST_CREDITED])


def posted_invoices(vendor_key: str | None, numbers: Iterable[str]) -> list[Earlier]:
    """The vendor's posted invoices of these numbers."""
    keys = [number_key(number) for number in numbers]
    if not vendor_key or not keys:
        return []
    rows = Invoice.objects.filter(vendor__key=vendor_key, number_key__in=keys, status=InvoiceStatus.POSTED)
    return [row.as_earlier() for row in rows.select_related("vendor").order_by("posted_at")]


@dataclass(frozen=True)
class KnownLesson:
    """A lesson in force: what the sandbox is told of it, the layout it is for, and whether people saw it right."""

    hint: Hint
    marks: tuple[str, ...]
    is_confirmed: bool


def lessons_of(vendor_keys: Iterable[str]) -> list[KnownLesson]:
    """What these vendors' documents taught and is in force, the oldest first."""
    rows = Lesson.objects.filter(IS_IN_FORCE, layout__vendor__key__in=list(vendor_keys)).select_related("layout")
    seen = rows.annotate(seen=Count("uses", filter=Q(uses__outcome=Outcome.CONFIRMED))).order_by("taught_at")
    return [
        KnownLesson(
            Hint.model_validate({"id": str(row.pk), **model_to_dict(row, ANCHOR)}),
            tuple(row.layout.marks),
            row.seen >= CONFIRMATIONS,
        )
        for row in seen
    ]  # fmt: skip


def lesson_sentences(lessons: Mapping[str, str]) -> list[str]:
    """How each value that a lesson led to was found, from field to lesson id; nothing is asked where there is none."""
    if not lessons:
        return []
    rows = Lesson.objects.filter(pk__in=list(lessons.values())).select_related("taught_by").order_by("field")
    return [
        f"{row.field.replace('_', ' ').capitalize()}: {row.where} \u201c{row.label}\u201d, "
        f"taught by {row.taught_by.name} on {day(row.taught_at.date())}."
        for row in rows
    ]


def held_payments(vendor_id: UUID) -> QuerySet[Payment]:
    """The payments to a vendor that have not left the house; they wait while a change of its account is open."""
    rows = Payment.objects.filter(vendor=vendor_id, status__in=sorted(NOT_YET_OUT))
    return rows.select_related("invoice").order_by("execute_on", "pk")


def _orders() -> QuerySet[PurchaseOrder]:
    return PurchaseOrder.objects.select_related("vendor").prefetch_related("lines")
