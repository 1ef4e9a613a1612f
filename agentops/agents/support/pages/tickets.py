"""The tickets, one ticket with its thread, a ticket entered for a customer, and an answer that came by telephone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agentops.core.access import PersonRequest, access
from agentops.core.ids import uuid7
from runs.models import Run
from runs.services import Message, Received, RequestKeyUsed, deliver_message, start_run

from .. import panel
from ..figures import figures
from ..incoming import LONGEST_SUBJECT, LONGEST_TEXT, address
from ..models import Customer, Ticket
from ..policy import AGENT, SOLVED_BY_THE_FIELD
from .places import ASKERS, READERS, SEE_ALL

PAGE = 50


@require_safe
@access(*READERS)
def ticket_list(request: PersonRequest) -> HttpResponse:
    """The newest tickets that this person may see, and how the agent does."""
    rows = _visible(request).select_related("customer").order_by("-opened_at")
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "figures": figures(now=timezone.now()),
        "field": SOLVED_BY_THE_FIELD,
        "may_ask": request.user.holds(*ASKERS),
    }
    return render(request, "support/tickets.html", context)


@require_http_methods(["GET", "POST"])
@access(*ASKERS)
def new(request: PersonRequest) -> HttpResponse:
    """A ticket on behalf of a customer; whoever enters it does not decide about it."""
    typed = {name: request.POST.get(name, "").strip() for name in ("customer", "from", "subject", "text")}
    key = request.POST.get("request_key", "")[:80] or str(uuid7())
    errors = _wrong(typed) if request.method == "POST" else {}
    if request.method == "POST" and not errors:
        try:
            return HttpResponseRedirect(_started(request, typed, key))
        except RequestKeyUsed:
            errors = {"text": "This form was sent before with another text. Open it anew."}
    context = {"typed": typed, "errors": errors, "request_key": key, "most": LONGEST_TEXT}
    return render(request, "support/new.html", context, status=422 if errors else 200)


@require_safe
@access(*READERS)
def ticket(request: PersonRequest, ticket_id: UUID) -> HttpResponse:
    """One ticket with its thread; 404 for one that this person may not see."""
    found = _one(request, ticket_id)
    context = {
        "ticket": found,
        "subject": panel.subject(found.run_id),
        "may_answer": request.user.holds(*ASKERS) and found.status == "waiting",
        "request_key": uuid7(),
        "most": LONGEST_TEXT,
    }
    return render(request, "support/ticket.html", context)


@require_POST
@access(*ASKERS)
def answer(request: PersonRequest, ticket_id: UUID) -> HttpResponse:
    """What the customer answered otherwise than by mail; it goes on as if they had written."""
    found = _one(request, ticket_id)
    text, key = request.POST.get("text", "").strip()[:LONGEST_TEXT], request.POST.get("request_key", "")[:80]
    if text and key:
        message = Message(id=f"form:{key}", text=text, sender=found.reply_to)
        delivery = deliver_message(thread=found.thread, message=message, by=request.user, now=timezone.now())
        if delivery.received == Received.NOBODY_WAITS:
            messages.warning(request, "Nobody waits for an answer on this ticket now. Enter a new one.")
        else:
            messages.success(request, "Taken in. The run goes on with it.")
    return HttpResponseRedirect(reverse("support:ticket", args=[found.pk]))


def _visible(request: PersonRequest) -> QuerySet[Ticket]:
    rows = Ticket.objects.all()
    return rows if request.user.holds(*SEE_ALL) else rows.filter(run__requester=request.user)


def _one(request: PersonRequest, ticket_id: UUID) -> Ticket:
    found = _visible(request).select_related("customer", "run").filter(pk=ticket_id).first()
    if found is None:
        raise Http404
    return found


def _wrong(typed: dict[str, str]) -> dict[str, str]:
    """What cannot be used, by field."""
    errors: dict[str, str] = {}
    if not typed["text"] or len(typed["text"]) > LONGEST_TEXT:
        errors["text"] = f"Say what the customer asks, in at most {LONGEST_TEXT:,} characters."
    if len(typed["subject"]) > LONGEST_SUBJECT:
        errors["subject"] = f"At most {LONGEST_SUBJECT} characters."
    if typed["customer"] and not Customer.objects.filter(number=typed["customer"]).exists():
        errors["customer"] = "There is no customer with this number."
    if typed["from"] and not address(typed["from"]):
        errors["from"] = "This is no e-mail address."
    if not typed["customer"] and not typed["from"]:
        errors["customer"] = "Name the customer's number, or the address to answer to."
    return errors


def _started(request: PersonRequest, typed: dict[str, str], key: str) -> str:
    told: dict[str, Any] = {name: value for name, value in typed.items() if value}
    run_id = start_run(
        agent=AGENT,
        requester=request.user,
        goal="Answer this ticket.",
        given={"message": {**told, "form": True}},
        request_key=f"ticket:{key}",
        subject=typed["subject"] or typed["text"][:80],
    )
    return reverse("runs:detail", args=[Run.objects.values_list("number", flat=True).get(pk=run_id)])
