"""The pages about people: the list, and one person's roles."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from agentops.core import services
from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.web.access import access
from agentops.web.people import reading
from agentops.web.request import PersonRequest

READERS = (Role.USER_ADMIN, Role.AUDITOR)


@require_safe
@access(*READERS)
def people(request: PersonRequest) -> HttpResponse:
    """Everybody, and the duties nobody holds together."""
    return render(request, "people/list.html", _context(request))


@require_http_methods(["GET", "POST"])
@access(*READERS, write=(Role.USER_ADMIN,))
def person(request: PersonRequest, person_id: UUID) -> HttpResponse:
    """One person opened; a user administrator changes roles and blocks or opens sign-in."""
    if not User.objects.filter(pk=person_id).exists():
        raise Http404
    if request.method == "POST":
        try:
            _change(request, person_id)
        except (services.UserError, services.RoleConflict) as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("people:person", args=[person_id]))
    return render(request, "people/list.html", _context(request, str(person_id)))


def _context(request: PersonRequest, show: str = "") -> dict[str, Any]:
    page = reading.people_page(request.user, timezone.now(), show=show)
    return {"page": page, "may_add": request.user.holds(Role.USER_ADMIN), "currency": settings.BASE_CURRENCY}


@transaction.atomic
def _change(request: PersonRequest, person_id: UUID) -> None:
    user = User.objects.get(pk=person_id)
    now, by = timezone.now(), request.user
    if "active" in request.POST:
        change = services.reactivate if request.POST["active"] == "1" else services.deactivate
        change(user=user, by=by, now=now)
        messages.success(request, f"{user.name} {'may sign in again' if user.is_active else 'can no longer sign in'}.")
        return
    wanted = {role for role in reading.MEANINGS if role.value in request.POST.getlist("role")}
    held = user.roles
    # Takes away first: a change of duty is two steps, and never both duties at once.
    for role in sorted((held & set(reading.MEANINGS)) - wanted):
        services.revoke_role(user=user, role=role, by=by, now=now)
    for role in sorted(wanted - held):
        services.grant_role(user=user, role=role, by=by, now=now)
    messages.success(request, f"Roles of {user.name} saved. They hold from the next click on.")
