"""Payments by where they stand, with totals; cancelled until they are released, and what the bank answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from agentops.core.access import PersonRequest, access
from agentops.core.permissions import Role
from agentops.core.transitions import IllegalTransition

from .. import bank, services
from ..lifecycle import PaymentStatus
from ..models import Payment
from ..policy import business_day
from ..services.payments import bank_key
from . import waiting
from .places import PAYMENT_READERS

PAGE = 100
TABS = {
    "open": ("To release", ("proposed", "approved", "scheduled")),
    "released": ("Released", ("released",)),
    "confirmed": ("Confirmed", ("confirmed",)),
    "returned": ("Returned", ("returned",)),
    "cancelled": ("Cancelled", ("cancelled",)),
}
ANSWERS: dict[str, tuple[Callable[..., Payment], str]] = {
    "cancel": (services.cancel_payment, "Cancelled. Nothing was paid."),
    "confirmed": (services.confirm_payment, "Marked as paid by the bank."),
    "returned": (services.return_payment, "Marked as returned. The invoice may be paid again."),
}


@require_safe
@access(*PAYMENT_READERS)
def payment_list(request: PersonRequest) -> HttpResponse:
    """One tab per state; what is held says why."""
    tab = request.GET.get("state", "open")
    tab = tab if tab in TABS else "open"
    query = request.GET.get("q", "").strip()[:100]
    found = _matching(Payment.objects.filter(status__in=TABS[tab][1]), query)
    order = ("execute_on", "vendor__name") if tab == "open" else ("-released_at", "-execute_on")
    rows = found.select_related("vendor", "invoice", "released_by").annotate(held=waiting.OPEN_CHANGE)
    page = Paginator(rows.order_by(*order, "pk"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "query": query,
        "tab": tab,
        "tabs": _tabs(tab, query),
        "totals": found.order_by("currency").values("currency").annotate(total=Sum("amount"), count=Count("pk")),
        "today": business_day(None),
        "due": waiting.due_payments().count() if tab == "open" else 0,
        "may": request.user.holds(Role.PAYMENT_RELEASER),
    }
    return render(request, "invoices/payments.html", context)


@require_POST
@access(Role.PAYMENT_RELEASER)
def answer(request: PersonRequest, payment_id: UUID) -> HttpResponse:
    """Cancel one payment, or write down what the bank did with it."""
    payment = get_object_or_404(Payment, pk=payment_id)
    if request.POST.get("answer") not in ANSWERS:
        raise Http404
    act, said = ANSWERS[request.POST["answer"]]
    try:
        act(payment_id=payment_id, by=request.user, now=timezone.now())
        messages.success(request, f"{payment.invoice.number}: {said}")
    except (services.PaymentImpossible, IllegalTransition) as refusal:
        messages.error(request, f"{payment.invoice.number}: {refusal}")
    return HttpResponseRedirect(f"{reverse('invoices:payments')}?state={_tab_of(payment)}")


@require_safe
@access(Role.PAYMENT_RELEASER)
def bank_file(request: PersonRequest, payment_id: UUID) -> HttpResponse:
    """The file of a released payment, to be taken to the bank's portal; 404 where the bank is reached otherwise."""
    payment = get_object_or_404(Payment, pk=payment_id)
    file = bank.connect().file_of(bank_key(payment)) if payment.bank_reference else None
    if file is None:
        raise Http404
    name, contents = file
    answer = HttpResponse(contents, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _matching(rows: QuerySet[Payment], query: str) -> QuerySet[Payment]:
    if not query:
        return rows
    return rows.filter(
        Q(vendor__name__icontains=query) | Q(vendor__key__iexact=query) | Q(invoice__number__icontains=query)
    )


def _tabs(current: str, query: str) -> list[dict[str, Any]]:
    counts = dict(_matching(Payment.objects.all(), query).values_list("status").annotate(Count("pk")).order_by())
    kept = f"&q={query}" if query else ""
    return [
        {
            "label": label,
            "url": f"{reverse('invoices:payments')}?state={name}{kept}",
            "count": sum(counts.get(status, 0) for status in statuses),
            "current": name == current,
        }
        for name, (label, statuses) in TABS.items()
    ]


def _tab_of(payment: Payment) -> str:
    status = PaymentStatus(payment.status)
    return next(name for name, (_, statuses) in TABS.items() if status in statuses)
