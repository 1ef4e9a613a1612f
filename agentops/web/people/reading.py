"""People as a page shows them: a row each, one of them open with the roles that may be added."""

from dataclasses import dataclass
from datetime import datetime

from agentops.core.models import User
from agentops.core.permissions import DUTIES, Duty, Role, conflict
from agentops.web.formatting import words

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


@dataclass(frozen=True)
class PeoplePage:
    """The whole page."""

    rows: list[PersonRow]
    open: Opened | None
    duties: list[str]
    conflicts: list[tuple[str, list[bool]]]
    broken: list[str]


def people_page(viewer: User, show: str = "") -> PeoplePage:
    """Everybody with their roles: two queries."""
    users = list(User.objects.prefetch_related("groups").order_by("kind", "name", "email"))
    chosen = next((user for user in users if str(user.pk) == show), None)
    duties = list(Duty)
    return PeoplePage(
        rows=[_row(user, selected=user is chosen) for user in users],
        open=_opened(chosen, viewer) if chosen else None,
        duties=[words(duty.value) for duty in duties],
        conflicts=[(words(one.value), [one is not other for other in duties]) for one in duties],
        broken=[user.name for user in users if conflict(_roles(user))],
    )


def _row(user: User, *, selected: bool) -> PersonRow:
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
    )


def _opened(user: User, viewer: User) -> Opened:
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
