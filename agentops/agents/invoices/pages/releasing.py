"""Releasing payments: first a page with what would leave and its totals, then the release, one by one."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet, Sum
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from agentops.core.access import PersonRequest, access
from agentops.core.permissions import Role
from agentops.core.transitions import IllegalTransition

from .. import bank, services
from ..lifecycle import PaymentStatus
from ..models import Payment
from . import waiting

AT_ONCE = 200


@require_http_methods(["GET", "POST"])
@access(Role.PAYMENT_RELEASER)
def release(request: PersonRequest) -> HttpResponse:
    """GET shows what would be released (`payment=…`, or all that is `due`); POST releases it."""
    if request.method == "POST":
        return _released(request, request.POST.getlist("payment"))
    chosen = waiting.due_payments() if "due" in request.GET else _named(request.GET.getlist("payment"))
    rows = list(chosen.select_related("vendor", "invoice").order_by("execute_on", "vendor__name", "pk")[:AT_ONCE])
    if not rows:
        messages.warning(request, "Choose at least one payment that may be released.")
        return HttpResponseRedirect(reverse("invoices:payments"))
    totals = Payment.objects.filter(pk__in=[row.pk for row in rows]).order_by("currency").values("currency")
    context = {"rows": rows, "totals": totals.annotate(total=Sum("amount"))}
    return render(request, "invoices/release.html", context)


def _released(request: PersonRequest, chosen: Iterable[str]) -> HttpResponse:
    """Each payment is a release of its own: what one is refused for keeps no other back."""
    done = 0
    for payment_id in _ids(chosen)[:AT_ONCE]:
        payment = Payment.objects.select_related("invoice").filter(pk=payment_id).first()
        if payment is None:
            continue
        try:
            services.release_payment(payment_id=payment_id, by=request.user, now=timezone.now())
            done += 1
        except (services.PaymentImpossible, IllegalTransition, bank.BankRefused) as refusal:
            messages.error(request, f"{payment.invoice.number} was not released: {refusal}")
        except OSError:
            # Its release is committed; the bank's answer is missing, and the page offers to ask again.
            messages.error(request, f"{payment.invoice.number}: the bank does not answer. Release it again later.")
    if done:
        messages.success(request, f"{done} payment{'' if done == 1 else 's'} released to the bank.")
    return HttpResponseRedirect(f"{reverse('invoices:payments')}?state={'released' if done else 'open'}")


def _named(chosen: Iterable[str]) -> QuerySet[Payment]:
    named = Payment.objects.filter(pk__in=_ids(chosen))
    unanswered = named.filter(status=PaymentStatus.RELEASED, bank_reference="")
    return named.filter(pk__in=waiting.releasable().values("pk")) | unanswered


def _ids(chosen: Iterable[str]) -> list[UUID]:
    found = []
    for one in chosen:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return list(dict.fromkeys(found))
