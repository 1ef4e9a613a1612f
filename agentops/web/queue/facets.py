"""The facets of the queue as its template takes them: each value with how many, and whether it is chosen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from agentops.core.models import User
from agentops.web.formatting import words
from reviews.models import Desk
from reviews.queries.counting import EDGES, Counted, Facets
from reviews.queries.search import ME, NOBODY, Search
from runs.agents import Headline, UnknownAgent, agents

AGES = {"": "Any", "hour": "Under 1 hour", "day": "Under 1 day", "days": "1 to 3 days", "older": "Over 3 days"}
SURES = {"": "Any", "low": "Below 0.85", "middle": "0.85 to 0.95", "high": "0.95 and above"}
MENUS = {
    "desk": "Desk",
    "agent": "Agent",
    "tool": "Tool",
    "reason": "Reason",
    "party": "Vendor",
    "amount": "Amount",
    "sure": "Confidence",
    "age": "Age",
    "claim": "Claimed by",
}
WIDE = frozenset({"sure", "age", "claim"})  # no room for them on a phone
MOST = 1000
BAR, GAP, TALL = 18, 20, 36  # of the histogram, in its own units


@dataclass(frozen=True)
class Value:
    """One value that can be chosen."""

    value: str
    label: str
    told: str
    on: bool


@dataclass(frozen=True)
class Bar:
    """One bar of the amounts: 12 of them, 20 wide, up to 36 tall."""

    x: int
    y: int
    height: int
    within: bool


@dataclass(frozen=True)
class Menu:
    """One facet as it stands in the toolbar: what is chosen of it, as inputs, and in a word or a number."""

    name: str
    label: str
    chosen: list[tuple[str, str]]
    told: str
    is_wide: bool


def menus_of(search: Search, desks: Collection[Desk]) -> list[Menu]:
    """The facets in their order; the desk only for who has several."""
    amounts = {"amount_from": search.amount_from, "amount_to": search.amount_to}
    chosen: dict[str, list[tuple[str, str]]] = {
        "desk": [("desk", one) for one in search.desk],
        "agent": [("agent", one) for one in search.agent],
        "tool": [("tool", one) for one in search.tool],
        "reason": [("reason", one) for one in search.reason],
        "party": [*(("party", one) for one in search.party), *([("vendor", search.vendor)] if search.vendor else [])],
        "amount": [(name, str(value)) for name, value in amounts.items() if value is not None],
        "sure": [("sure", search.sure)] if search.sure else [],
        "age": [("age", search.age)] if search.age else [],
        "claim": [("claim", one) for one in search.claim],
    }
    return [
        Menu(name, MENUS[name], pairs, _told_in_menu(name, pairs), name in WIDE)
        for name, pairs in chosen.items()
        if name != "desk" or len(desks) > 1
    ]


def _told_in_menu(name: str, pairs: list[tuple[str, str]]) -> str:
    if not pairs or name in ("amount", "sure", "age"):
        return ""
    return pairs[0][1] if pairs[0][0] == "vendor" else str(len(pairs))


def shown_facets(
    found: Facets, search: Search, user: User, desks: Iterable[Desk], named: Mapping[UUID, Headline]
) -> dict[str, Any]:
    """Every facet by its name; what is chosen is there even where nothing of it waits."""

    def values(facet: str, chosen: Collection[str], label: Callable[[Counted], str]) -> list[Value]:
        counted = found.values[facet]
        there = {one.value for one in counted}
        none = [Counted(value, value, 0, False) for value in chosen if value not in there]
        return [
            Value(one.value, label(one), told(one.n, one.is_least), one.value in chosen) for one in (*counted, *none)
        ]

    desk_names = {desk.slug: desk.name for desk in desks}
    return {
        "desks": values("desk", search.desk, lambda one: desk_names.get(one.value, one.value)),
        "agents": values("agent", search.agent, lambda one: label_of(one.value)),
        "tools": values("tool", search.tool, lambda one: words(one.value)),
        "reasons": values("reason", search.reason, lambda one: words(one.value)),
        "parties": values("party", search.party, lambda one: _party(one, named)),
        "holders": _holders(found, search, user),
        "ages": _radio(found, "age", AGES, search.age),
        "sures": _radio(found, "sure", SURES, search.sure),
        "bars": _bars(found, search),
        "found": told(found.found, found.is_least),
    }


def runs_to_name(found: Facets) -> list[tuple[str, UUID]]:
    """Agent and run of one review of each party, whose agent knows what it is called."""
    return [(one.label, one.run) for one in found.values["party"] if one.run]


def label_of(agent: str) -> str:
    """What people call an agent."""
    try:
        return agents.get(agent).label
    except UnknownAgent:
        return words(agent)


def told(n: int, is_least: bool = False) -> str:
    """`12`, `1,000+`; a least number has a plus too."""
    return f"{MOST:,}+" if n > MOST else f"{n:,}{'+' if is_least and n else ''}"


def _party(one: Counted, named: Mapping[UUID, Headline]) -> str:
    headline = named.get(one.run) if one.run else None
    return headline.party if headline and headline.party else one.value.partition(":")[2] or one.value


def _holders(found: Facets, search: Search, user: User) -> list[Value]:
    counted = {(ME if one.value == str(user.pk) else one.value): one for one in found.values["claim"]}
    fixed = [(NOBODY, "Nobody"), (ME, "Me")]
    others = [(value, one.label) for value, one in counted.items() if value not in (NOBODY, ME)]
    lost = [(value, "Somebody else") for value in search.claim if value not in counted and value not in (NOBODY, ME)]
    return [
        Value(value, label, told(counted[value].n, counted[value].is_least) if value in counted else "0",
              value in search.claim)
        for value, label in (*fixed, *others, *lost)
    ]  # fmt: skip


def _radio(found: Facets, facet: str, labels: Mapping[str, str], chosen: str) -> list[Value]:
    counted = {one.value: one for one in found.values[facet]}
    return [
        Value(value, label, told(counted[value].n, counted[value].is_least) if value in counted else "",
              value == chosen)
        for value, label in labels.items()
    ]  # fmt: skip


def _bars(found: Facets, search: Search) -> list[Bar]:
    most = max(found.amounts, default=0)
    if not most:
        return []
    low, high = search.amount_from, search.amount_to
    bars = []
    for place, n in enumerate(found.amounts):
        begins = EDGES[place - 1] if place else Decimal(0)
        ends = EDGES[place] if place < len(EDGES) else None
        within = (low is None or ends is None or ends > low) and (high is None or begins <= high)
        height = max(2, round(TALL * n / most)) if n else 0
        bars.append(Bar(1 + place * GAP, TALL + 4 - height, height, within))
    return bars
