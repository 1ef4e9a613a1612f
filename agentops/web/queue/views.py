"""The queue: a GET form over what waits, and the way into the next item."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.web.access import access
from agentops.web.formatting import words
from agentops.web.nav import count_for
from agentops.web.queue.putting_off import choices
from agentops.web.queue.rows import grouped
from agentops.web.queue.saved import is_current, query_of
from agentops.web.request import PersonRequest
from agentops.web.reviews.just_now import just_decided
from reviews import queries
from reviews.models import Review, SavedView
from reviews.queries.search import Search
from reviews.queries.waiting import MOST, in_view
from reviews.standing import DECIDE
from runs.agents import UnknownAgent, agents

READERS = queries.READERS
TITLES = {
    "mine": "Mine",
    "desks": "My desks",
    "unclaimed": "Unclaimed",
    "second": "2nd signature",
    "overdue": "Overdue",
    "snoozed": "Snoozed",
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
SURES = (("", "Any"), ("low", "Below 0.85"), ("middle", "0.85 to 0.95"), ("high", "0.95 and above"))
SORTS = (("order", "Due and risk"), ("amount", "Amount"), ("age", "Oldest"), ("confidence", "Least sure"))


@require_safe
@vary_on_headers("HX-Request")
@access(*READERS)
def queue(request: PersonRequest) -> HttpResponse:
    """What waits at this person's desks; to htmx, the rows alone."""
    search, now = Search.of(request.GET), timezone.now()
    desks = list(queries.desks_of(request.user))
    page = queries.waiting(request.user, search, desks, now)
    own, shared = queries.views_of(request.user, desks)
    counted = queries.counts(request.user, desks, now)
    facets = queries.facets(request.user, search, desks, now)
    context = {
        "search": search,
        "tabs": [_tab(view, title, counted[view], search) for view, title in TITLES.items()],
        "groups": grouped(page.rows, request.user, now, done=search.view == "done", by_due=search.sort == "order"),
        "more": _address(request, after=page.next) if page.next else "",
        "first": _address(request, after="") if search.after else "",
        "query": query_of(request.GET),
        "sorts": [(key, label, _address(request, sort=key, after="")) for key, label in SORTS],
        "views": {"own": [_saved(view, search) for view in own], "shared": [_saved(view, search) for view in shared]},
        "since": now.isoformat(),
        "may_decide": request.user.holds(Role.REVIEWER, Role.CONTROLLER),
        "snooze_choices": choices(now),
        "clear": f"{reverse('queue')}?view={search.view}",
        "desks": [(desk.slug, desk.name, desk.slug in search.desk) for desk in desks],
        "agents": [(name, _label(name), n, name in search.agent) for name, n in facets["agent"]],
        "reasons": [(code, words(code), n, code in search.reason) for code, n in facets["reason"]],
        "holders": _holders(page.rows, search, request.user, now),
        "sures": [(value, label, value == search.sure) for value, label in SURES],
        "ages": [(value, label, value == search.age) for value, label in AGES],
        "just_decided": just_decided(request, now),
    }
    part = "queue/_rows.html" if request.htmx and request.htmx.target == "rows" else "queue/queue.html"
    return render(request, part, context)


@require_safe
@access(*READERS)
def arrived(request: PersonRequest) -> HttpResponse:
    """How many have come in since the page was loaded; nothing moves until the person asks for it."""
    try:
        since = parse_datetime(request.GET.get("since", ""))
    except ValueError:
        since = None
    if since is None or since.tzinfo is None:
        raise Http404
    found = queries.arrived(request.user, Search.of(request.GET), queries.desks_of(request.user), timezone.now(), since)
    context = {"arrived": found, "since": since.isoformat(), "query": query_of(request.GET)}
    return render(request, "queue/_new_items.html", context)


@require_safe
@access(*READERS)
def next_review(request: PersonRequest) -> HttpResponse:
    """Go to the next thing this person should look at, or back to the queue."""
    return HttpResponseRedirect(next_address(request))


def next_address(request: PersonRequest, after: Review | None = None, **more: str) -> str:
    """The address of the next review for this person, or of the queue where there is none."""
    desks = queries.desks_of(request.user, DECIDE)
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


def _holders(rows: list[Review], search: Search, user: User, now: datetime) -> list[tuple[str, str, bool]]:
    """Who holds what is shown, without the person who looks."""
    held = (row for row in rows if row.claimed_by and row.claimed_until and row.claimed_until > now)
    found = {str(row.claimed_by.pk): row.claimed_by.name for row in held if row.claimed_by and row.claimed_by != user}
    return [(key, name, key in search.claim) for key, name in sorted(found.items(), key=lambda pair: pair[1])]


def _saved(view: SavedView, search: Search) -> dict[str, Any]:
    return {
        "id": view.id,
        "name": view.name,
        "url": f"{reverse('queue')}?{view.query}",
        "current": is_current(view.query, search),
        "owner": view.owner.name,
        "desk": view.desk.name if view.desk else "",
    }


def _address(request: PersonRequest, **changed: Any) -> str:
    query = request.GET.copy()
    for name, value in changed.items():
        query.pop(name, None)
        if value:
            query[name] = str(value)
    return f"{reverse('queue')}?{query.urlencode()}"


def _label(agent: str) -> str:
    try:
        return agents.get(agent).label
    except UnknownAgent:
        return words(agent)
