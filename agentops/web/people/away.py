"""Out of office: one's own days, and who stands in; a user administrator sets them for others."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_POST

from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.web.access import access
from agentops.web.request import PersonRequest
from reviews import queries, services
from reviews.standing import DECIDE

DECIDERS = (Role.REVIEWER, Role.CONTROLLER)
WHO = (*DECIDERS, Role.USER_ADMIN)


@require_http_methods(["GET", "POST"])
@access(*WHO)
def away(request: PersonRequest) -> HttpResponse:
    """The days, and the form for more."""
    now, person = timezone.now(), _person(request)
    if request.method == "POST":
        try:
            services.be_away(
                person=person,
                begins_at=_time(request.POST.get("begins", "")),
                ends_at=_time(request.POST.get("ends", "")),
                stand_in=_stand_in(request.POST.get("stand_in", "")),
                by=request.user,
                now=now,
            )
        except services.ReviewError as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, "Kept. What is given to them meanwhile goes to who stands in.")
        return HttpResponseRedirect(_address(request, person))
    context = {
        "person": person,
        "is_own": person.pk == request.user.pk,
        "absences": queries.absences_of(person, now),
        "people": _who_could(person),
        "others": queries.away_now(now).exclude(person=person),
    }
    return render(request, "people/away.html", context)


@require_POST
@access(*WHO)
def back(request: PersonRequest, absence_id: UUID) -> HttpResponse:
    """End an absence, or take it back before it begins."""
    try:
        services.come_back(absence_id=absence_id, by=request.user, now=timezone.now())
    except services.ReviewError as refusal:
        messages.warning(request, str(refusal))
    return HttpResponseRedirect(_address(request, _person(request)))


def _person(request: PersonRequest) -> User:
    """Whose days: one's own, or for a user administrator those of the person in the address."""
    asked = request.POST.get("person") or request.GET.get("person")
    if not asked or asked == str(request.user.pk):
        if not request.user.holds(*DECIDERS):
            raise Http404
        return request.user
    try:
        found = User.objects.filter(pk=UUID(asked), kind="person").first()
    except ValueError:
        found = None
    if found is None or not request.user.holds(Role.USER_ADMIN):
        raise Http404
    return found


def _who_could(person: User) -> list[User]:
    """Who decides at one of this person's desks."""
    found = {one.pk: one for desk in queries.desks_of(person, DECIDE) for one in queries.people_at(desk)}
    found.pop(person.pk, None)
    return sorted(found.values(), key=lambda one: one.name)


def _stand_in(text: str) -> User | None:
    try:
        return User.objects.get(pk=UUID(text)) if text else None
    except (ValueError, User.DoesNotExist) as error:
        raise services.CannotBeAway("Choose another person, who is active.") from error


def _time(text: str) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise services.CannotBeAway("Give both days with their times.")
    return found if found.tzinfo else timezone.make_aware(found)


def _address(request: PersonRequest, person: User) -> str:
    here = reverse("people_away")
    return here if person.pk == request.user.pk else f"{here}?person={person.pk}"
