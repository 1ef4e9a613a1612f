"""Snooze and wake, one review or several: each its own, with its own answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from agentops.core.permissions import Role
from agentops.web.access import access
from agentops.web.request import PersonRequest
from reviews import queries, services
from reviews.models import Review

DECIDERS = (Role.REVIEWER, Role.CONTROLLER)
MOST = 50


@dataclass(frozen=True)
class Choice:
    """One time to put something off to, as the dialog offers it."""

    value: str
    label: str
    told: str
    key: str


def choices(now: datetime) -> list[Choice]:
    """What the dialog offers at this time of the day."""
    soon, afternoon, tomorrow = (timezone.localtime(at) for at in _times(now))
    found = [Choice("hour", "In one hour", f"{soon:%H:%M}", "1")]
    if afternoon > timezone.localtime(now):
        found.append(Choice("afternoon", "This afternoon", f"{afternoon:%H:%M}", "2"))
    found.append(Choice("tomorrow", "Tomorrow morning", f"{tomorrow:%a %H:%M}", "3"))
    found.append(Choice("change", "When something changes", "an answer or a comment", "4"))
    return found


@require_POST
@access(*DECIDERS)
def snooze(request: PersonRequest) -> HttpResponse:
    """Put off what was chosen; what cannot be put off says why, and the rest is."""
    now = timezone.now()
    asked = request.POST.get("until", "")
    until = _until(asked, request.POST.get("at", ""), now)
    if until is None and asked != "change":
        messages.warning(request, "Choose a time that lies ahead.")
        return _back(request)
    done, longest = 0, now
    for review in _chosen(request):
        try:
            put_off = services.snooze(review_id=review.id, person=request.user, until=until, now=now)
            longest = max(longest, put_off.snoozed_until or now)
            done += 1
        except services.ReviewError as refusal:
            messages.warning(request, f"Review {review.number}: {refusal}")
    if done:
        when = f"until {timezone.localtime(longest):%a %H:%M}" if until else "until something changes"
        messages.success(
            request, f"{done} put off {when}, or sooner if it gets late." if done > 1 else f"Put off {when}."
        )
    return _back(request)


@require_POST
@access(*DECIDERS)
def wake(request: PersonRequest) -> HttpResponse:
    """Bring back what was put off."""
    for review in _chosen(request):
        try:
            services.wake(review_id=review.id, person=request.user, now=timezone.now())
        except services.ReviewError as refusal:
            messages.warning(request, f"Review {review.number}: {refusal}")
    return _back(request)


def chosen_ids(request: PersonRequest) -> list[UUID]:
    """The ids of the form that are ids, each once, `MOST` of them at most."""
    found: dict[UUID, None] = {}
    for text in request.POST.getlist("ids")[: MOST * 2]:
        try:
            found[UUID(text)] = None
        except ValueError:
            continue
    return list(found)[:MOST]


def _chosen(request: PersonRequest) -> Iterator[Review]:
    """Those of them that this person may see; the others are not there."""
    for review in Review.objects.select_related("desk").filter(id__in=chosen_ids(request)):
        if queries.may_see(request.user, review):
            yield review


def _until(asked: str, at: str, now: datetime) -> datetime | None:
    soon, afternoon, tomorrow = _times(now)
    named = {"hour": soon, "afternoon": afternoon, "tomorrow": tomorrow}
    found = named.get(asked)
    if asked == "at":
        try:
            found = parse_datetime(at)
        except ValueError:
            return None
        if found is not None and found.tzinfo is None:
            found = timezone.make_aware(found)
    return found if found is not None and found > now else None


def _times(now: datetime) -> tuple[datetime, datetime, datetime]:
    today = timezone.localdate(now)
    return (
        now + timedelta(hours=1),
        timezone.make_aware(datetime.combine(today, time(14))),
        timezone.make_aware(datetime.combine(today + timedelta(days=1), time(8))),
    )


def _back(request: PersonRequest) -> HttpResponse:
    return HttpResponseRedirect(back_to_queue(request))


def back_to_queue(request: PersonRequest) -> str:
    """The queue with the filters the form came from; only ever the queue."""
    query = request.POST.get("query", "")[:1000]
    return f"{reverse('queue')}?{query}" if query else reverse("queue")
