"""A vendor file that a command loaded after people took over the master: what it would change, and the answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from agentops.core.access import PersonRequest, access
from agentops.core.permissions import Role

from .. import services
from ..facts import VendorEntry
from ..models import Vendor, VendorChange
from .places import VENDOR_READERS

SHOWN = 500
FIELDS = {"name": "Name", "vat_id": "VAT id", "aliases": "Other names", "currency": "Currency", "active": "Active"}


@require_http_methods(["GET", "POST"])
@access(*VENDOR_READERS, write=(Role.VENDOR_MANAGER,))
def load(request: PersonRequest, load_id: UUID) -> HttpResponse:
    """The differences, vendor by vendor; a vendor manager confirms or refuses them together."""
    waiting = get_object_or_404(VendorChange.objects.select_related("decided_by"), pk=load_id)
    if request.method == "POST":
        return _answer(request, waiting)
    told = _differences(waiting)
    context = {
        "load": waiting,
        "rows": told[:SHOWN],
        "more": max(0, len(told) - SHOWN),
        "same": len(waiting.vendors) - len(told),
        "accounts": sum(bool(row["accounts"]) and not row["is_new"] for row in told),
        "may_answer": waiting.status == "waiting" and request.user.holds(Role.VENDOR_MANAGER),
    }
    return render(request, "invoices/load.html", context)


def _answer(request: PersonRequest, waiting: VendorChange) -> HttpResponse:
    answer: dict[str, Any] = {"change_id": waiting.pk, "by": request.user, "now": timezone.now()}
    try:
        if request.POST.get("answer") == "confirm":
            asked = services.confirm_vendor_change(**answer)
            calls = f" {len(asked)} new bank accounts wait for call-back." if asked else ""
            messages.success(request, f"Confirmed. The vendors are on file.{calls}")
        else:
            services.refuse_vendor_change(**answer)
            messages.success(request, "Refused. Nothing was changed.")
    except VendorChange.DoesNotExist:
        messages.error(request, "This file was answered already.")
    except services.AccountChangeError as refusal:
        messages.error(request, f"Nothing was changed. {refusal.message}")
        return HttpResponseRedirect(reverse("invoices:load", args=[waiting.pk]))
    return HttpResponseRedirect(reverse("invoices:vendors"))


def _differences(waiting: VendorChange) -> list[dict[str, Any]]:
    entries = [VendorEntry.model_validate(vendor) for vendor in waiting.vendors]
    rows = Vendor.objects.filter(key__in=[entry.key for entry in entries]).prefetch_related("accounts")
    on_file = {row.key: row for row in rows}
    told = [_difference(entry, on_file.get(entry.key)) for entry in entries]
    return [row for row in told if row["is_new"] or row["fields"] or row["accounts"]]


def _difference(entry: VendorEntry, row: Vendor | None) -> dict[str, Any]:
    known = row.as_facts() if row else None
    fields = [
        {"label": label, "old": _said(getattr(known, name)), "new": _said(getattr(entry, name))}
        for name, label in FIELDS.items()
        if known and getattr(known, name) != getattr(entry, name)
    ]
    accounts = [
        a for a in entry.accounts if known is None or not known.has(a.account) or _is_promoted(a, known.account)
    ]
    return {
        "entry": entry,
        "is_new": row is None,
        "fields": fields,
        "accounts": accounts,
        "id": row.pk if row else None,
    }


def _is_promoted(account: Any, paid: str | None) -> bool:
    return bool(account.primary) and account.account != paid


def _said(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return {True: "yes", False: "no", None: "none"}.get(value, str(value)) if not isinstance(value, str) else value
