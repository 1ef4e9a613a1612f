"""The vendor list, one vendor with everything on file, and another number to call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from agentops.core.access import PersonRequest, access
from agentops.core.permissions import Role
from runs.models import Run

from .. import services
from ..lifecycle import IS_OPEN_CHANGE
from ..models import AccountChange, Invoice, Lesson, Payment, Vendor
from ..models.lessons import IS_IN_FORCE
from ..numbers import account_key, vat_key
from ..services.accounts import ASKERS
from . import waiting
from .places import VENDOR_READERS
from .steps import step_of

PAGE = 50
SHOWN = 25  # of a vendor's invoices and payments
LEFT_THE_HOUSE = ("released", "confirmed")


@require_safe
@access(*VENDOR_READERS)
def vendor_list(request: PersonRequest) -> HttpResponse:
    """Every vendor, found by name, number, VAT id or account; what waits for somebody's word stands above."""
    query = request.GET.get("q", "").strip()[:100]
    open_changes = AccountChange.objects.filter(IS_OPEN_CHANGE)
    rows = _matching(query).annotate(
        changing=Exists(open_changes.filter(vendor=OuterRef("pk"))),
        invoiced=Count("invoices", filter=Q(invoices__status="posted"), distinct=True),
    )
    page = Paginator(rows.order_by("name", "key").prefetch_related("accounts"), PAGE).get_page(request.GET.get("page"))
    mine = set(waiting.changes_for(request.user).values_list("pk", flat=True))
    people = ("vendor", "asked_by", "called_by", "confirmed_by")
    context = {
        "page": page,
        "query": query,
        "changes": [
            {"change": change, "step": step_of(change), "mine": change.pk in mine}
            for change in open_changes.select_related(*people).order_by("asked_at")[:50]
        ],
        "loads": waiting.loads_for(request.user),
    }
    return render(request, "invoices/vendors.html", context)


@require_safe
@access(*VENDOR_READERS)
def vendor(request: PersonRequest, vendor_id: UUID) -> HttpResponse:
    """One vendor: accounts and how they were used, numbers, changes, invoices, payments."""
    row = get_object_or_404(Vendor, pk=vendor_id)
    changes = row.account_changes.select_related("asked_by", "called_by", "confirmed_by", "closed_by")
    invoices = list(row.invoices.order_by("-issue_date", "-created_at")[:SHOWN])
    numbers = _run_numbers(invoices) if request.user.holds(Role.OPERATOR, Role.AUDITOR) else {}
    context = {
        "vendor": row,
        "accounts": accounts_of(row),
        "phones": row.phones.select_related("added_by").order_by("added_at"),
        "changes": [{"change": change, "step": step_of(change)} for change in changes.order_by("-asked_at")[:SHOWN]],
        "changing": any(change.is_open for change in changes),
        "invoices": [{"row": invoice, "run": numbers.get(invoice.run_id)} for invoice in invoices],
        "payments": row.payments.select_related("invoice").order_by("-execute_on", "-created_at")[:SHOWN],
        "learned": Lesson.objects.filter(IS_IN_FORCE, layout__vendor=row).count(),
        "may_ask": request.user.holds(*ASKERS),
        "may_add": request.user.holds(Role.VENDOR_MANAGER),
        "now": timezone.now(),
    }
    return render(request, "invoices/vendor.html", context)


@require_POST
@access(Role.VENDOR_MANAGER)
def add_phone(request: PersonRequest, vendor_id: UUID) -> HttpResponse:
    """A number on file; it serves for call-backs once the cooling days are over."""
    get_object_or_404(Vendor, pk=vendor_id)
    given = {name: request.POST.get(name, "") for name in ("number", "name", "source")}
    try:
        phone = services.add_phone(vendor_id=vendor_id, by=request.user, now=timezone.now(), **given)
        messages.success(request, f"{phone.number} is on file. It serves for call-backs after the cooling days.")
    except services.AccountChangeError as refusal:
        messages.error(request, refusal.message)
    return HttpResponseRedirect(reverse("invoices:vendor", args=[vendor_id]))


def accounts_of(vendor: Vendor) -> list[dict[str, Any]]:
    """The accounts on file, the one that is paid first, with what went there."""
    used = _use_of(vendor)
    rows = vendor.accounts.order_by("-primary", "-active", "account")
    return [{"row": row, **used.get(row.account, {"times": 0, "sums": [], "last": None})} for row in rows]


def _use_of(vendor: Vendor) -> dict[str, dict[str, Any]]:
    gone = Payment.objects.filter(vendor=vendor, status__in=LEFT_THE_HOUSE)
    used: dict[str, dict[str, Any]] = {}
    sums = gone.values("account", "currency").annotate(times=Count("pk"), total=Sum("amount"), last=Max("released_at"))
    for one in sums.order_by("account", "currency"):
        use = used.setdefault(one["account"], {"times": 0, "sums": [], "last": one["last"]})
        use["times"] += one["times"]
        use["sums"].append((one["total"], one["currency"]))
        use["last"] = max(use["last"], one["last"])
    return used


def _matching(query: str) -> QuerySet[Vendor]:
    if not query:
        return Vendor.objects.all()
    wanted = Q(name__icontains=query) | Q(key__icontains=query) | Q(aliases__icontains=query)
    if vat_key(query):
        wanted |= Q(vat_key=vat_key(query)) | Q(accounts__account=account_key(query))
    return Vendor.objects.filter(pk__in=Vendor.objects.filter(wanted).values("pk"))


def _run_numbers(invoices: list[Invoice]) -> dict[UUID, int]:
    return dict(Run.objects.filter(pk__in=[row.run_id for row in invoices]).values_list("pk", "number"))
