"""Desks: the list with their times, and one desk's settings, which a user administrator changes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods

from agentops.core.audit.trail import Actor
from agentops.core.permissions import Role
from agentops.web.access import access
from agentops.web.people.desk_form import WEEKDAYS, DeskForm
from agentops.web.people.sampling import sampling_of
from agentops.web.request import PersonRequest
from reviews import queries, services
from reviews.lifecycle import ExpiryRule
from reviews.models import Desk
from reviews.services.changing import SETTINGS, version_of
from reviews.services.unassigned import UNASSIGNED

READERS = (Role.USER_ADMIN, Role.AUDITOR, Role.POLICY_ADMIN)


@dataclass(frozen=True)
class DeskRow:
    """One desk in the list."""

    slug: str
    name: str
    people: int
    due: str
    expiry: str
    undo: str
    limit: Decimal | None


def desk_rows() -> list[DeskRow]:
    """Every desk people made, with its rules in words."""
    desks = Desk.objects.exclude(slug=UNASSIGNED).select_related("escalates_to").order_by("name")
    return [
        DeskRow(
            slug=desk.slug,
            name=desk.name,
            people=len(queries.people_at(desk)),
            due=f"{desk.due_hours} {'business hours' if not desk.hours.is_always else 'hours'}, {hours_told(desk)}",
            expiry=_expiry(desk),
            undo=f"{desk.undo_seconds} s" if desk.undo_seconds else "none",
            limit=desk.default_limit,
        )
        for desk in desks
    ]


def hours_told(desk: Desk) -> str:
    """`Mon to Fri 08:00 to 18:00, Europe/Berlin`."""
    days = sorted(desk.weekdays)
    names = [WEEKDAYS[day][:3] for day in days]
    if len(days) == 7:
        told = "every day"
    elif days == list(range(days[0], days[-1] + 1)) and len(days) > 2:
        told = f"{names[0]} to {names[-1]}"
    else:
        told = ", ".join(names)
    clock = f" {desk.opens:%H:%M} to {desk.closes:%H:%M}" if desk.opens and desk.closes else ""
    return f"{told}{clock}" + (f", {desk.zone}" if not desk.hours.is_always else "")


def _expiry(desk: Desk) -> str:
    if desk.expiry_rule == ExpiryRule.ESCALATE and desk.escalates_to:
        return f"hand over to {desk.escalates_to.name} after {desk.expire_hours} h"
    return f"reject after {desk.expire_hours} h"


@require_http_methods(["GET", "POST"])
@access(Role.USER_ADMIN)
def new(request: PersonRequest) -> HttpResponse:
    """A new desk: its name and how addresses call it; its times and rules are set on its page afterwards."""
    name = " ".join(request.POST.get("name", "").split())[:120]
    slug = slugify(request.POST.get("slug", "") or name)[:60]
    said = ""
    if request.method == "POST":
        if not name or not slug:
            said = "Give the desk a name."
        elif Desk.objects.filter(slug=slug).exists():
            said = f"There is a desk {slug} already. Choose another short name."
        else:
            services.create_desk(slug=slug, name=name, by=Actor.of(request.user))
            messages.success(request, f"{name} is made. Say what it takes, and who works there.")
            return HttpResponseRedirect(reverse("people:desk", args=[slug]))
    context = {"name": name, "slug": slug, "said": said}
    return render(request, "people/new_desk.html", context, status=422 if said else 200)


@require_http_methods(["GET", "POST"])
@access(*READERS, write=(Role.USER_ADMIN,))
def desk(request: PersonRequest, slug: str) -> HttpResponse:
    """One desk: its settings as a form, and who works there up to what."""
    found = Desk.objects.filter(slug=slug).exclude(slug=UNASSIGNED).first()
    if found is None:
        raise Http404
    may_change, said = request.user.holds(Role.USER_ADMIN), ""
    form = DeskForm(found, request.POST or None, may_change=may_change)
    if request.method == "POST":
        if form.is_valid():
            try:
                _change(request, found, dict(form.cleaned_data))
                return HttpResponseRedirect(reverse("people:desk", args=[slug]))
            except services.ReviewError as refusal:
                said = str(refusal)
        else:
            said = "Some of this cannot be used; it is marked below. Nothing was changed."
    context = {**_context(found), "form": form, "said": said, "may_change": may_change}
    context["may_sample"] = request.user.holds(Role.POLICY_ADMIN)
    context["may_see_people"] = request.user.holds(Role.USER_ADMIN, Role.AUDITOR)
    return render(request, "people/desk.html", context, status=422 if said else 200)


@transaction.atomic
def _change(request: PersonRequest, desk: Desk, wanted: dict[str, Any]) -> None:
    why, limit, now = wanted.pop("why"), wanted.pop("default_limit"), timezone.now()
    seen = request.POST.get("seen", "")[:64]
    changed = {name: wanted[name] for name in SETTINGS}
    if changed["expiry_rule"] == ExpiryRule.DENY:
        changed["escalates_to"] = None
    services.change_desk(desk=desk, by=request.user, why=why, now=now, seen=seen, **changed)
    wished = services.wish_limit(desk=desk, user=None, amount=limit, by=request.user, why=why, now=now)
    messages.success(request, f"{desk.name} is saved. It holds for what comes from now on.")
    if wished and wished.waits:
        messages.warning(request, "The raised limit waits for another user administrator.")


def _context(desk: Desk) -> dict[str, Any]:
    there = queries.people_at(desk)
    places = {place.user_id: place for place in queries.places_of([person.pk for person in there])
              if place.desk_id == desk.pk}  # fmt: skip
    return {
        "desk": desk,
        "seen": version_of(desk),
        "people": [(person, places.get(person.pk)) for person in there],
        "sampling": sampling_of(desk),
        "waits": queries.waiting_limits(timezone.now()).filter(desk=desk, user=None).first(),
        "zones": sorted(available_timezones()),
        "currency": settings.BASE_CURRENCY,
    }
