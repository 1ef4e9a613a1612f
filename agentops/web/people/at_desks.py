"""The desks of one person: what they are there, up to what, and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from agentops.core.models import User
from reviews import queries
from reviews.models import Desk, LimitChange
from reviews.services import Level
from reviews.services.placing import MAY
from reviews.services.unassigned import UNASSIGNED


@dataclass(frozen=True)
class AtDesk:
    """One desk as the open person has it; `waits` is a raise that nobody has answered."""

    slug: str
    name: str
    level: str
    by_group: bool
    own_limit: str
    holds: str
    waits: LimitChange | None


def limit_told(limit: Decimal | None) -> str:
    """`5,000`, or `none`."""
    return "none" if limit is None else f"{limit:,.0f}" if limit == limit.to_integral() else f"{limit:,.2f}"


def at_desks(user: User, places: list[queries.Place], waiting: list[LimitChange]) -> list[AtDesk]:
    """Every desk, with what this person is there."""
    there = {place.desk_id: place for place in places}
    asked = {change.desk_id: change for change in waiting if change.user_id == user.pk}
    found = []
    for desk in Desk.objects.exclude(slug=UNASSIGNED).order_by("name"):
        place = there.get(desk.pk)
        own = place.own if place else frozenset()
        found.append(
            AtDesk(
                slug=desk.slug,
                name=desk.name,
                level=next((level.value for level, may in reversed(MAY.items()) if may <= own), Level.NONE.value),
                by_group=bool(place and place.permissions - place.own),
                own_limit=f"{place.own_limit:.2f}" if place and place.own_limit is not None else "",
                holds=limit_told(place.limit) if place else "",
                waits=asked.get(desk.pk),
            )
        )
    return found
