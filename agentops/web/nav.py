"""The main navigation: only what this person's roles open."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from agentops.web.access import url_if_open
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
COUNTS: dict[str, Callable[[Any], int | None]] = {}  # entry key -> how many things wait there for this person


def count_for(key: str) -> Callable[[Callable[[Any], int | None]], Callable[[Any], int | None]]:
    """Let the function it decorates, called with the person, give the number beside the entry `key`."""

    def remember(count: Callable[[Any], int | None]) -> Callable[[Any], int | None]:
        COUNTS[key] = count
        return count

    return remember


def entries(request: HttpRequest) -> list[Entry]:
    """The navigation of this person, in order; empty for somebody who is not signed in."""
    if not request.user.is_authenticated:
        return []
    return [
        Entry(key, label, url, _is_current(request, url), count(request.user) if count else None)
        for key, label, name, count in _places()
        if (url := url_if_open(request.user, name))
    ]


def home_of(request: HttpRequest) -> str:
    """Where this person starts; or the page that says that no place is open to them."""
    return home_among(entries(request)) or reverse("nothing")


def home_among(places: list[Entry]) -> str:
    """The first place where things wait for this very person, else the first; empty where there is none."""
    return next((place.url for place in places if place.count is not None), places[0].url if places else "")


def _places() -> Iterator[tuple[str, str, str, Callable[[Any], int | None] | None]]:
    """The house's own, and after the daily ones what the agents bring along."""
    house = [(key, label, name, COUNTS.get(key)) for key, label, name in ENTRIES]
    yield from house[:DAILY]
    yield from ((place.key, place.label, place.url, place.count) for agent in agents for place in agent.places)
    yield from house[DAILY:]


def _is_current(request: HttpRequest, url: str) -> bool:
    return request.path == url or (url != "/" and request.path.startswith(url))
