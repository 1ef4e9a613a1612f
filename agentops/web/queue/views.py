"""The queue: a GET form over what waits, and the way into the next item."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
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
from agentops.web.nav import count_for
from agentops.web.queue.facets import MENUS, menus_of, runs_to_name, shown_facets, told
from agentops.web.queue.putting_off import choices
from agentops.web.queue.rows import grouped, headlines_of
from agentops.web.queue.saved import is_current, query_of
from agentops.web.request import PersonRequest
from agentops.web.reviews.just_now import just_decided
from reviews import queries
from reviews.models import Desk, Review, SavedView
from reviews.queries.search import Search
from reviews.queries.waiting import MOST, in_view
from reviews.standing import DECIDE

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
COUNTED = "_queue_counted"  # on the person of one request, so that the navigation need not count again
SORTS = {"order": "Due and risk", "age": "Oldest", "amount": "Amount", "confidence": "Least sure"}


@require_safe
@vary_on_headers("HX-Request")
@access(*READERS)
def queue(request: PersonRequest) -> HttpResponse:
    """What waits at this person's desks; to htmx, the rows alone."""
    search, now, user = Search.of(request.GET), timezone.now(), request.user
    desks = queries.remember_desks(user)
    page = queries.waiting(user, search, desks, now)
    found = queries.facets(user, search, desks, now) if "filters" in request.GET else None
    named = headlines_of([*((row.agent, row.run_id) for row in page.rows), *(runs_to_name(found) if found else ())])
    may_decide = user.holds(Role.REVIEWER, Role.CONTROLLER)
    context = {
        "search": search,
        "tabs": _tabs(search, queries.counts(user, desks, now), user),
        "groups": grouped(
            page.rows,
            user,
            now,
            named,
            done=search.view == "done",
            may_decide=may_decide,
            by_due=search.sort == "order",
        ),
        "more": _address(request, after=page.next) if page.next else "",
        "first": _address(request, after="") if search.after else "",
        "query": query_of(request.GET),
        "sorts": [(key, label, _address(request, sort=key, after="")) for key, label in SORTS.items()],
        "sort_links": {key: _address(request, sort=key, after="") for key in SORTS},
        "views": _views(user, desks, search),
        "since": now.isoformat(),
        "may_decide": may_decide,
        "snooze_choices": choices(now),
        "clear": f"{reverse('queue')}?view={search.view}",
        "all_desks": [(desk.slug, desk.name) for desk in desks],
        "menus": menus_of(search, desks),
        "is_open": found is not None,
        "opened": request.GET.get("filters", ""),
        **(shown_facets(found, search, user, desks, named) if found else {}),
        "just_decided": just_decided(request, now),
    }
    part = "queue/_rows.html" if request.htmx and request.htmx.target == "rows" else "queue/queue.html"
    return render(request, part, context)


@require_safe
@access(*READERS)
def facet(request: PersonRequest, name: str) -> HttpResponse:
    """What can be chosen in one menu, each with how many it would show: fetched when the menu is opened."""
    if name not in MENUS:
        raise Http404
    search, user = Search.of(request.GET), request.user
    desks = queries.remember_desks(user)
    found = queries.facets(user, search, desks, timezone.now())
    named = headlines_of(runs_to_name(found)) if name == "party" else {}
    context = {"name": name, "search": search, **shown_facets(found, search, user, desks, named)}
    return render(request, "queue/_facet.html", context)


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
    if str(found) == request.GET.get("known", "0"):
        return HttpResponse(status=204)  # said already: nothing changes, and a screen reader is not told it again
    context = {"arrived": found, "query": query_of(request.GET)}
    return render(request, "queue/_new_items.html", context)


@require_safe
@access(*READERS)
def next_review(request: PersonRequest) -> HttpResponse:
    """Go to the next thing this person should look at, behind `after` where that is said, or back to the queue."""
    queries.remember_desks(request.user)
    named = uuid_or_none(request.GET.get("after", ""))
    seen = Review.objects.filter(queries.in_remembered_sight_of(request.user))
    after = seen.filter(id=named).first() if named else None
    return HttpResponseRedirect(next_address(request, after=after))


def next_address(request: PersonRequest, after: Review | None = None, **more: str) -> str:
    """The address of the next review for this person, or of the queue where there is none."""
    return address_of(next_id(request, after), **more)


def next_id(request: PersonRequest, after: Review | None = None) -> UUID | None:
    """The next review for this person."""
    return queries.next_for(request.user, queries.remembered_desks(request.user, DECIDE), timezone.now(), after=after)


def address_of(following: UUID | None, **more: str) -> str:
    """The address of this review, of the queue where there is none."""
    url = reverse("review", args=[following]) if following else reverse("queue")
    return f"{url}?{urlencode(more)}" if more else url


def uuid_or_none(text: str) -> UUID | None:
    """Read from an address."""
    try:
        return UUID(text)
    except ValueError:
        return None


@count_for("queue")
def waiting_for(user: User) -> QuerySet[Review] | int | None:
    """What is open at somebody's desks, for the navigation."""
    if not user.holds(*READERS):
        return None
    if COUNTED in user.__dict__:
        return int(user.__dict__[COUNTED])
    return in_view(user, "desks", queries.remembered_desks(user), timezone.now())[: MOST + 1]


def _tabs(search: Search, counted: Mapping[str, int], user: User) -> list[dict[str, Any]]:
    """The inboxes with how much is in each. The template adds what was refused at the door, as the navigation counts
    it; the navigation takes the queue's count from here."""
    user.__dict__[COUNTED] = counted["desks"]
    tabs = [_tab(f"{reverse('queue')}?view={view}", title, counted[view]) for view, title in TITLES.items()]
    for view, tab in zip(TITLES, tabs, strict=True):
        tab["current"] = view == search.view
        tab["tone"] = "bad" if view == "overdue" and counted[view] else ""
    return tabs


def _tab(url: str, title: str, count: int, **more: Any) -> dict[str, Any]:
    return {"url": url, "title": title, "count": told(count), "tone": "", "current": False, **more}


def _views(user: User, desks: list[Desk], search: Search) -> dict[str, Any]:
    own, shared = queries.views_of(user, desks)
    return {"own": [_saved(view, search) for view in own], "shared": [_saved(view, search) for view in shared]}


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
