"""People as a page shows them: a row each, one of them open with the roles that may be added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agentops.core.models import User
from agentops.core.permissions import DUTIES, Duty, Role, conflict
from agentops.web.formatting import words
from agentops.web.people.at_desks import AtDesk, at_desks, limit_told
from agentops.web.people.desks import DeskRow, desk_rows
from reviews import queries
from reviews.models import LimitChange
from reviews.standing import DECIDE

MEANINGS = {
    Role.REVIEWER: "Decides at the desks, first signature",
    Role.CONTROLLER: "Decides, also as the second signature",
    Role.VENDOR_MANAGER: "Changes vendors and their accounts",
    Role.PAYMENT_RELEASER: "Releases payment files",
    Role.USER_ADMIN: "People, roles, desks",
    Role.POLICY_ADMIN: "What agents may do",
    Role.OPERATOR: "Runs, retries, kill switch",
    Role.AUDITOR: "Reads everything, changes nothing",
}


@dataclass(frozen=True)
class PersonRow:
    """One person in the list."""

    id: str
    name: str
    email: str
    roles: list[str]
    service: bool
    active: bool
    seen: datetime | None
    selected: bool
    desks: list[str]
    limit: str


@dataclass(frozen=True)
class RoleChoice:
    """One role of the open person: held or not, and what stands against it."""

    value: str
    label: str
    meaning: str
    held: bool
    against: str


@dataclass(frozen=True)
class Opened:
    """One person whole."""

    id: str
    name: str
    email: str
    since: datetime
    active: bool
    service: bool
    roles: list[RoleChoice]
    may_change: bool
    why_not: str
    desks: list[AtDesk]


@dataclass(frozen=True)
class PeoplePage:
    """The whole page."""

    rows: list[PersonRow]
    open: Opened | None
    duties: list[str]
    conflicts: list[tuple[str, list[bool]]]
    broken: list[str]
    desks: list[DeskRow]
    waiting: list[LimitChange]
    away: int


def people_page(viewer: User, now: datetime, show: str = "") -> PeoplePage:
    """Everybody with their roles, desks and limits; the desks; and what waits for a second administrator."""
    users = list(User.objects.prefetch_related("groups").order_by("kind", "name", "email"))
    chosen = next((user for user in users if str(user.pk) == show), None)
    duties = list(Duty)
    places: dict[UUID, list[queries.Place]] = {}
    for place in queries.places_of([user.pk for user in users]):
        places.setdefault(place.user_id, []).append(place)
    waiting = list(queries.waiting_limits(now))
    return PeoplePage(
        rows=[_row(user, places.get(user.pk, []), selected=user is chosen) for user in users],
        open=_opened(chosen, viewer, places.get(chosen.pk, []), waiting) if chosen else None,
        desks=desk_rows(),
        waiting=waiting,
        away=queries.away_now(now).count(),
        duties=[words(duty.value) for duty in duties],
        conflicts=[(words(one.value), [one is not other for other in duties]) for one in duties],
        broken=[user.name for user in users if conflict(_roles(user))],
    )


def _row(user: User, places: list[queries.Place], *, selected: bool) -> PersonRow:
    deciding = [place for place in places if DECIDE in place.permissions]
    limits = {place.limit for place in deciding}
    labels = [role.label.lower() for role in _roles(user)]
    return PersonRow(
        str(user.pk),
        user.name,
        user.email,
        labels,
        not user.is_person,
        user.is_active,
        user.last_login,
        selected,
        [place.desk for place in places],
        " / ".join(limit_told(limit) for limit in sorted(limits, key=lambda one: (one is None, one or 0))),
    )


def _opened(user: User, viewer: User, places: list[queries.Place], waiting: list[LimitChange]) -> Opened:
    held = frozenset(_roles(user))
    why_not = ""
    if not user.is_person:
        why_not = "A service user has one role, and nobody signs in as it."
    elif user.pk == viewer.pk:
        why_not = "Nobody changes their own roles."
    elif not viewer.holds(Role.USER_ADMIN):
        why_not = "Only a user administrator changes roles."
    return Opened(
        id=str(user.pk),
        name=user.name,
        email=user.email,
        since=user.created_at,
        active=user.is_active,
        service=not user.is_person,
        roles=[_choice(role, held) for role in MEANINGS],
        may_change=not why_not,
        why_not=why_not,
        desks=at_desks(user, places, waiting) if user.is_person else [],
    )


def _choice(role: Role, held: frozenset[Role]) -> RoleChoice:
    against = "" if role in held else _against(role, held)
    return RoleChoice(role.value, role.label, MEANINGS[role], role in held, against)


def _against(role: Role, held: frozenset[Role]) -> str:
    duty = DUTIES[role]
    clash = next((one for one in sorted(held) if duty and DUTIES[one] not in (None, duty)), None)
    return f"not with {clash.label.lower()}" if clash else ""


def _roles(user: User) -> list[Role]:
    names = {group.name for group in user.groups.all()}
    return [role for role in Role if role.value in names]
