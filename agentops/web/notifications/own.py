"""What a person wants to hear, how and when."""

from datetime import time
from typing import Any
from zoneinfo import available_timezones

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_time
from django.views.decorators.http import require_http_methods

from agentops.notifications import queries, services
from agentops.notifications.errors import NewsError
from agentops.notifications.kinds import kinds_for
from agentops.web.access import signed_in
from agentops.web.notifications import offers
from agentops.web.request import PersonRequest

ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
FIELDS = ("quiet_from", "quiet_until", "digest_hour", "zone")


@require_http_methods(["GET", "POST"])
@signed_in
def settings(request: PersonRequest) -> HttpResponse:
    """By kind: bell, mail at once, mail in the digest, or nothing; and when mails may come."""
    said = ""
    if request.method == "POST":
        try:
            _save(request)
            messages.success(request, "Saved. It holds from the next thing that happens.")
            return HttpResponseRedirect(reverse("notifications:settings"))
        except NewsError as refusal:
            said = str(refusal)
    chosen = offers.hows_of(request.POST) if said else queries.choices_of(request.user)
    page = {
        "rows": offers.rows(kinds_for(request.user.roles), chosen),
        "manner": _given(request) if said else _kept(request),
        "hours": range(24),
        "zones": ZONES,
        "said": said,
        "trouble": queries.trouble_of(request.user),
    }
    return render(request, "notifications/settings.html", page, status=422 if said else 200)


def _save(request: PersonRequest) -> None:
    given = _given(request)
    services.set_manner(
        person=request.user,
        quiet_from=_time(given["quiet_from"]),
        quiet_until=_time(given["quiet_until"]),
        quiet_holds_urgent=given["quiet_holds_urgent"],
        digest_hour=int(given["digest_hour"]) if given["digest_hour"].isdecimal() else -1,
        zone=given["zone"],
    )
    services.choose(person=request.user, hows=offers.hows_of(request.POST))


def _given(request: PersonRequest) -> dict[str, Any]:
    given: dict[str, Any] = {name: request.POST.get(name, "").strip()[:60] for name in FIELDS}
    return {**given, "quiet_holds_urgent": "quiet_holds_urgent" in request.POST}


def _kept(request: PersonRequest) -> dict[str, Any]:
    manner = queries.manner_of(request.user)
    return {
        "quiet_from": f"{manner.quiet_from:%H:%M}" if manner.quiet_from else "",
        "quiet_until": f"{manner.quiet_until:%H:%M}" if manner.quiet_until else "",
        "quiet_holds_urgent": manner.quiet_holds_urgent,
        "digest_hour": str(manner.digest_hour),
        "zone": manner.zone,
    }


def _time(text: str) -> time | None:
    try:
        found = parse_time(text) if text else None
    except ValueError:
        found = None
    if text and found is None:
        raise NewsError("Write quiet hours as times of day, such as 19:00.")
    return found
