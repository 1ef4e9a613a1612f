"""Who works at which desk, set by a user administrator: nothing, seeing, deciding, or the second signature as well."""

from __future__ import annotations

from enum import StrEnum

from agentops.core.audit.trail import Actor
from agentops.core.models import User
from agentops.core.permissions import Role, roles_of
from reviews.models import Desk, DeskUserPermission
from reviews.services.desks import grant_desk, revoke_desk
from reviews.standing import DECIDE, DECIDERS, SIGN_SECOND, VIEW, ReviewError
from runs.points import durable


class Level(StrEnum):
    """What somebody is at a desk."""

    NONE = "none"
    SEES = "sees"
    DECIDES = "decides"
    SECOND = "second"


MAY = {
    Level.NONE: frozenset[str](),
    Level.SEES: frozenset({VIEW}),
    Level.DECIDES: frozenset({VIEW, DECIDE}),
    Level.SECOND: frozenset({VIEW, DECIDE, SIGN_SECOND}),
}


class CannotPlace(ReviewError):
    """A place at a desk that is refused; the message says why."""


@durable("desk.place")
def place_at_desk(*, person: User, desk: Desk, level: Level, by: User) -> bool:
    """Give or take what makes somebody this at a desk; False if they are already. Limits stay as they are.

    What they may do as one of a group stays too. Raises `CannotPlace`.
    """
    Desk.objects.select_for_update().get(pk=desk.pk)
    wanted, held = MAY[level], own_permissions(person, desk)
    if wanted == held:
        return False
    _check(person, level, by)
    if more := sorted(wanted - held):
        grant_desk(to=person, desk=desk, by=Actor.of(by), permissions=more)
    if less := sorted(held - wanted):
        revoke_desk(to=person, desk=desk, by=Actor.of(by), permissions=less)
    return True


def own_permissions(person: User, desk: Desk) -> frozenset[str]:
    """What this person may do at the desk themselves, not as one of a group."""
    rows = DeskUserPermission.objects.filter(user=person, content_object=desk)
    return frozenset(rows.values_list("permission__codename", flat=True))


def _check(person: User, level: Level, by: User) -> None:
    if Role.USER_ADMIN not in roles_of(by.pk):
        raise CannotPlace("Only a user administrator says who works at which desk.")
    if person.pk == by.pk:
        raise CannotPlace("Nobody gives themselves a desk.")
    if not person.is_person:
        raise CannotPlace(f"{person.name} is a service user and never decides.")
    held = roles_of(person.pk)
    if level in (Level.DECIDES, Level.SECOND) and not held & DECIDERS:
        raise CannotPlace(f"{person.name} is neither reviewer nor controller and could not decide anything.")
    if level == Level.SECOND and Role.CONTROLLER not in held:
        raise CannotPlace(f"{person.name} is no controller; only a controller signs second.")
