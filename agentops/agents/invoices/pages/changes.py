"""A vendor's new bank account, step by step: ask, call back, confirm as the second person, or end it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import authenticate
from django.db.models import Sum
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agentops.core.access import PersonRequest, access
from agentops.core.permissions import Role
from agentops.core.step_up import StepUp
from runs.models import Run, Step

from .. import queries, services
from ..lifecycle import Said
from ..models import AccountChange, Vendor
from ..numbers import account_key
from ..services.accounts import ASKERS, CALLERS, SECONDS, digest_of
from .places import VENDOR_READERS
from .steps import checks_of, second_person_is, step_of, stepper, turn_of
from .vendors import accounts_of


@require_http_methods(["GET", "POST"])
@access(*ASKERS)
def ask(request: PersonRequest, vendor_id: UUID) -> HttpResponse:
    """Ask for another account; from a review, `run` says whose document named it."""
    vendor = get_object_or_404(Vendor, pk=vendor_id)
    run_id = _uuid(request.POST.get("run") or request.GET.get("run"))
    given = {"account": request.POST.get("account", ""), "why": request.POST.get("why", "")}
    error, now = "", timezone.now()
    if request.method == "POST":
        try:
            change = services.ask_account_change(
                vendor_id=vendor.pk,
                account=given["account"],
                why=given["why"],
                by=request.user,
                now=now,
                run_id=run_id,
            )
            messages.success(request, "Asked. Payments to this vendor wait until the change closes.")
            return HttpResponseRedirect(reverse("invoices:change", args=[change.pk]))
        except services.AccountChangeError as refusal:
            error = refusal.message
    elif run_id is not None:
        given = _from_document(run_id)
    context = {"vendor": vendor, "accounts": accounts_of(vendor), "given": given, "run": run_id, "error": error}
    context["held"] = queries.held_payments(vendor.pk)
    return render(request, "invoices/ask_change.html", context, status=422 if error else 200)


@require_safe
@access(*ASKERS)
def ask_from_run(request: PersonRequest, run_id: UUID) -> HttpResponse:
    """From a review: to the vendor that the run found, with the account of its document."""
    found = (_output(run_id, "vendor").get("match") or {}).get("vendor") or {}
    vendor = get_object_or_404(Vendor, key=found.get("key", ""))
    return HttpResponseRedirect(f"{reverse('invoices:ask_change', args=[vendor.pk])}?run={run_id}")


@require_safe
@access(*VENDOR_READERS)
def change(request: PersonRequest, change_id: UUID) -> HttpResponse:
    """The two accounts side by side, what speaks against the new one, whose turn it is, and what waits."""
    return _page(request, change_id)


@require_POST
@access(*CALLERS)
def call_back(request: PersonRequest, change_id: UUID) -> HttpResponse:
    """Write down a call."""
    get_object_or_404(AccountChange, pk=change_id)
    now = timezone.now()
    try:
        changed = services.note_call_back(
            change_id=change_id,
            phone_id=_uuid(request.POST.get("phone")) or UUID(int=0),
            said=_said(request.POST.get("said", "")),
            spoke_to=request.POST.get("who", ""),
            words=request.POST.get("words", ""),
            called_at=_moment(request.POST.get("at", ""), now),
            by=request.user,
            now=now,
        )
    except services.AccountChangeError as refusal:
        return _page(request, change_id, call_error=refusal.message)
    messages.success(request, f"Call-back saved. {step_of(changed).words}.")
    return _to(change_id)


@sensitive_post_parameters("password")
@require_POST
@access(*SECONDS)
def confirm(request: PersonRequest, change_id: UUID) -> HttpResponse:
    """The second person's word, with their password."""
    change = get_object_or_404(AccountChange, pk=change_id)
    now = timezone.now()
    try:
        services.confirm_account_change(
            change_id=change_id, by=request.user, step_up=_step_up(request, change, now), now=now
        )
    except services.AccountChangeError as refusal:
        return _page(request, change_id, confirm_error=refusal.message)
    messages.success(request, "Confirmed. The account cools now and is in force afterwards, unless somebody ends it.")
    return _to(change_id)


@require_POST
@access(*ASKERS)
def end(request: PersonRequest, change_id: UUID) -> HttpResponse:
    """The account on file stands."""
    get_object_or_404(AccountChange, pk=change_id)
    fraud, words = "fraud" in request.POST, request.POST.get("words", "")
    try:
        services.end_account_change(change_id=change_id, fraud=fraud, words=words, by=request.user, now=timezone.now())
        messages.success(request, "Ended. The account on file stands, and its payments go on.")
    except services.AccountChangeError as refusal:
        return _page(request, change_id, end_error=refusal.message)
    return _to(change_id)


def _page(request: PersonRequest, change_id: UUID, **errors: str) -> HttpResponse:
    people = ("vendor", "asked_by", "called_by", "confirmed_by", "closed_by")
    row = get_object_or_404(AccountChange.objects.select_related(*people), pk=change_id)
    accounts = {one["row"].account: one for one in accounts_of(row.vendor)}
    checks = checks_of(row)
    held = queries.held_payments(row.vendor_id)
    run = Run.objects.filter(pk=row.run_id).first() if row.run_id else None
    context: dict[str, Any] = {
        "change": row,
        "vendor": row.vendor,
        "step": step_of(row),
        "steps": stepper(row),
        "old": accounts.get(row.drops),
        "new": accounts.get(row.account),
        "checks": checks,
        "against": sum(check["tone"] == "bad" for check in checks),
        "phones": [
            {"row": phone, "usable": phone.usable_from <= row.asked_at}
            for phone in row.vendor.phones.order_by("added_at")
        ],
        "calls": row.calls.select_related("phone", "called_by").order_by("called_at"),
        "may": turn_of(row, request.user),
        "second": second_person_is(row),
        "held": held,
        "totals": held.order_by("currency").values("currency").annotate(total=Sum("amount")),
        "run": run if request.user.holds(Role.OPERATOR, Role.AUDITOR) else None,
        "said": Said,
        "typed": request.POST,
        "now": timezone.localtime(),
        **errors,
    }
    return render(request, "invoices/change.html", context, status=422 if errors else 200)


def _from_document(run_id: UUID) -> dict[str, str]:
    """What the document of a run says; a suggestion that the person who asks sees and may correct."""
    invoice = _output(run_id, "extract").get("invoice") or {}
    stated = account_key(invoice.get("iban"))
    return {"account": stated, "why": "Named on the document of the invoice." if stated else ""}


def _output(run_id: UUID, step: str) -> dict[str, Any]:
    """The newest output of a step of a run."""
    rows = Step.objects.filter(run_id=run_id, name=step).order_by("-revision", "-seq")
    return rows.values_list("output", flat=True).first() or {}


def _step_up(request: PersonRequest, change: AccountChange, now: datetime) -> StepUp | None:
    """Proof for exactly this change, if the password is right; wrong ones count as failed sign-ins do."""
    password = request.POST.get("password", "")
    proved = authenticate(request, username=request.user.email, password=password) if password else None
    if proved is None or proved.pk != request.user.pk:
        return None
    return StepUp(person_id=proved.pk, digest=digest_of(change), at=now)


def _said(value: str) -> Said:
    try:
        return Said(value)
    except ValueError:
        raise services.AccountChangeError("no_answer", "Choose what they said.") from None


def _moment(value: str, now: datetime) -> datetime:
    """A local time from the form, which knows minutes only; one of this minute is taken as now."""
    try:
        moment = parse_datetime(value)
    except ValueError:
        moment = None
    if moment is None:
        raise services.AccountChangeError("wrong_time", "Write down when the call was.")
    moment = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
    return now if abs((now - moment).total_seconds()) < 60 else moment


def _uuid(value: str | None) -> UUID | None:
    try:
        return UUID(value or "")
    except ValueError:
        return None


def _to(change_id: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("invoices:change", args=[change_id]))
