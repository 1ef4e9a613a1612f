"""The main navigation: only what this person's roles open."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from agentops.web.access import url_if_open
from reviews.queries import READERS, count_each, remembered_once
from runs.agents import agents


@dataclass(frozen=True)
class Entry:
    """One place in the navigation, as the top bar shows it."""

    key: str
    label: str
    url: str
    current: bool
    count: int | None


ENTRIES = (
    ("queue", "Queue", "queue"),
    ("runs", "Runs", "runs:list"),
    ("intake", "Intake", "intake:problems"),
    ("audit", "Audit", "audit:list"),
    ("ways", "Ways\N{NO-BREAK SPACE}in", "ways:list"),
    ("triage", "Triage", "ways:triage"),
    ("permissions", "Permissions", "permissions:matrix"),
    ("people", "People", "people:list"),
    ("webhooks", "Webhooks", "webhooks:list"),
)
DAILY = 2  # so many of them come before the agents' own
Count = Callable[[Any], "int | QuerySet[Any] | None"]
COUNTS: dict[str, Count] = {}  # entry key -> what waits there for this person, as rows or as their number
QUIET = frozenset({"intake"})  # says nothing where nothing waits


def count_for(key: str) -> Callable[[Count], Count]:
    """Let the function it decorates, called with the person, give the number beside the entry `key`: the rows, which
    are counted for all entries in one query, or how many they are."""

    def remember(count: Count) -> Count:
        COUNTS[key] = count
        return count

    return remember


def entries(request: HttpRequest) -> list[Entry]:
    """The navigation of this person, in order; empty for somebody who is not signed in."""
    if not request.user.is_authenticated:
        return []
    places = [
        (key, label, url, count) for key, label, name, count in _places() if (url := url_if_open(request.user, name))
    ]
    counted = _counted(request.user, {key: count for key, _, _, count in places if count})
    return [Entry(key, label, url, _is_current(request, url), counted.get(key)) for key, label, url, _ in places]


def _counted(user: Any, counts: dict[str, Count]) -> dict[str, int | None]:
    if user.holds(*READERS):
        remembered_once(user)  # what is counted lies at somebody's desks: they are asked for once
    found = {key: count(user) for key, count in counts.items()}
    rows = {key: waiting for key, waiting in found.items() if isinstance(waiting, QuerySet)}
    numbers = {key: waiting for key, waiting in found.items() if not isinstance(waiting, QuerySet)}
    told: dict[str, int | None] = {**numbers, **count_each(rows)}
    return {key: None if key in QUIET and not number else number for key, number in told.items()}


def home_of(request: HttpRequest) -> str:
    """Where this person starts; or the page that says that no place is open to them."""
    return home_among(entries(request)) or reverse("nothing")


def home_among(places: list[Entry]) -> str:
    """The first place where things wait for this very person, else the first; empty where there is none."""
    return next((place.url for place in places if place.count is not None), places[0].url if places else "")


def _places() -> Iterator[tuple[str, str, str, Count | None]]:
    """The house's own, and after the daily ones what the agents bring along."""
    house = [(key, label, name, COUNTS.get(key)) for key, label, name in ENTRIES]
    yield from house[:DAILY]
    yield from ((place.key, place.label, place.url, place.count) for agent in agents for place in agent.places)
    yield from house[DAILY:]


def _is_current(request: HttpRequest, url: str) -> bool:
    return request.path == url or (url != "/" and request.path.startswith(url))
