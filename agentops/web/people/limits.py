"""Where somebody works and up to what: set by a user administrator; a raise waits for another one's answer."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.web.access import access
from agentops.web.formatting import money
from agentops.web.request import PersonRequest
from reviews import services
from reviews.models import Desk
from reviews.services.unassigned import UNASSIGNED


@require_POST
@access(Role.USER_ADMIN)
def places(request: PersonRequest, person_id: UUID) -> HttpResponse:
    """Save the desks and limits of one person: all of it, or with the first refusal nothing."""
    person = User.objects.filter(pk=person_id, kind="person").first()
    if person is None:
        raise Http404
    try:
        waiting = _save(request, person)
    except services.ReviewError as refusal:
        messages.error(request, f"{refusal} Nothing was changed.")
    else:
        messages.success(request, f"Desks and limits of {person.name} are saved.")
        for told in waiting:
            messages.warning(request, told)
    return HttpResponseRedirect(reverse("people:person", args=[person_id]))


@require_POST
@access(Role.USER_ADMIN)
def answer(request: PersonRequest, change_id: UUID) -> HttpResponse:
    """Confirm a raise that another administrator asked for, or drop it."""
    given, now = request.POST.get("answer"), timezone.now()
    try:
        if given == "confirm":
            services.confirm_limit(change_id=change_id, by=request.user, now=now)
            messages.success(request, "Confirmed. The raised limit holds from now on.")
        else:
            services.refuse_limit(change_id=change_id, by=request.user, now=now)
            messages.success(request, "Dropped. The limit stays as it was.")
    except services.ReviewError as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("people:list"))


@transaction.atomic
def _save(request: PersonRequest, person: User) -> list[str]:
    waiting, now, why = [], timezone.now(), request.POST.get("why", "")
    for desk in Desk.objects.exclude(slug=UNASSIGNED).order_by("name"):
        level = request.POST.get(f"at-{desk.slug}")
        if level in set(services.Level):
            services.place_at_desk(person=person, desk=desk, level=services.Level(level), by=request.user)
        if f"limit-{desk.slug}" not in request.POST:
            continue
        amount = _amount(request.POST[f"limit-{desk.slug}"])
        wished = services.wish_limit(desk=desk, user=person, amount=amount, by=request.user, why=why, now=now)
        if wished and wished.waits:
            raised = "no limit of their own" if amount is None else money(amount, "").strip()
            waiting.append(f"{desk.name}: {raised} waits for another user administrator; until then it stays.")
    return waiting


def _amount(text: str) -> Decimal | None:
    given = text.replace(",", "").replace(" ", "").strip()
    if not given:
        return None
    try:
        return Decimal(given).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise services.CannotSetLimit(f"{text[:40]} is no amount. Write it as 5000.00.") from None
