"""The queue: a GET form over what waits, and the way into the next item."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.web.access import access
from agentops.web.formatting import words
from agentops.web.nav import count_for
from agentops.web.queue.rows import grouped
from agentops.web.request import PersonRequest
from agentops.web.reviews.just_now import just_decided
from reviews import queries
from reviews.models import Review
from reviews.queries.waiting import MOST, PAGE, Search, in_view
from runs.agents import UnknownAgent, agents

READERS = (Role.REVIEWER, Role.CONTROLLER, Role.AUDITOR)
TITLES = {
    "mine": "Mine",
    "desks": "My desks",
    "unclaimed": "Unclaimed",
    "second": "2nd signature",
    "overdue": "Overdue",
    "samples": "Samples",
    "done": "Done",
}
AGES = (
    ("", "Any"),
    ("hour", "Under 1 hour"),
    ("day", "Under 1 day"),
    ("days", "1 to 3 days"),
    ("older", "Over 3 days"),
)


@require_safe
@vary_on_headers("HX-Request")
@access(*READERS)
def queue(request: PersonRequest) -> HttpResponse:
    """What waits at this person's desks; to htmx, the rows alone."""
    search, now = Search.of(request.GET), timezone.now()
    desks = list(queries.desks_of(request.user))
    found = queries.waiting(request.user, search, desks, now)
    counted = queries.counts(request.user, desks, now)
    facets = queries.facets(request.user, search, desks, now)
    context = {
        "search": search,
        "tabs": [_tab(view, title, counted[view], search) for view, title in TITLES.items()],
        "groups": grouped(found[:PAGE], request.user, now, done=search.view == "done"),
        "more": _address(request, after=search.after + PAGE) if len(found) > PAGE else "",
        "back": _address(request, after=max(0, search.after - PAGE)) if search.after else "",
        "clear": f"{reverse('queue')}?view={search.view}",
        "desks": [(desk.slug, desk.name, desk.slug in search.desk) for desk in desks],
        "agents": [(name, _label(name), n, name in search.agent) for name, n in facets["agent"]],
        "reasons": [(code, words(code), n, code in search.reason) for code, n in facets["reason"]],
        "ages": [(value, label, value == search.age) for value, label in AGES],
        "just_decided": just_decided(request, now),
    }
    part = "queue/_rows.html" if request.htmx and request.htmx.target == "rows" else "queue/queue.html"
    return render(request, part, context)


@require_safe
@access(*READERS)
def next_review(request: PersonRequest) -> HttpResponse:
    """Go to the next thing this person should look at, or back to the queue."""
    return HttpResponseRedirect(next_address(request))


def next_address(request: PersonRequest, after: Review | None = None, **more: str) -> str:
    """The address of the next review for this person, or of the queue where there is none."""
    desks = queries.desks_of(request.user)
    following = queries.next_for(request.user, desks, timezone.now(), after=after)
    url = reverse("review", args=[following]) if following else reverse("queue")
    return f"{url}?{urlencode(more)}" if more else url


@count_for("queue")
def waiting_for(user: User) -> int | None:
    """How much is open at somebody's desks, for the navigation."""
    if not user.holds(*READERS):
        return None
    return in_view(user, "desks", queries.desks_of(user), timezone.now())[: MOST + 1].count()


def _tab(view: str, title: str, count: int, search: Search) -> dict[str, Any]:
    return {
        "url": f"{reverse('queue')}?view={view}",
        "title": title,
        "count": f"{MOST:,}+" if count > MOST else f"{count:,}",
        "tone": "bad" if view == "overdue" and count else "",
        "current": view == search.view,
    }


def _address(request: PersonRequest, **changed: Any) -> str:
    query = request.GET.copy()
    for name, value in changed.items():
        query[name] = str(value)
    return f"{reverse('queue')}?{query.urlencode()}"


def _label(agent: str) -> str:
    try:
        return agents.get(agent).label
    except UnknownAgent:
        return words(agent)
