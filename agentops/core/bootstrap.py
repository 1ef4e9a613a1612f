"""The first people of a house: made by a command until a user administrator exists, afterwards only in an emergency."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from agentops.core.audit.trail import Actor, Event, append
from agentops.core.models import User
from agentops.core.permissions import Role, RoleConflict
from agentops.core.services import UserError, create_person, create_service

COMMAND = Actor.system("create_user")


class AdministratorExists(UserError):
    """The house has a user administrator, so users are their business."""


@transaction.atomic
def create_user_by_command(
    *,
    email: str,
    name: str,
    roles: Iterable[Role],
    now: datetime,
    password: str | None = None,
    break_glass: str = "",
) -> User:
    """A user from a shell; `break_glass` is the reason to do so although there is a user administrator.

    Raises `AdministratorExists`, and what `create_person` and `create_service` raise.
    """
    administrators = User.objects.filter(groups__name=Role.USER_ADMIN.value, is_active=True)
    there = administrators.order_by("created_at").first()
    if there is not None and not break_glass.strip():
        raise AdministratorExists(
            f"{there.name} administers the users here: ask them to add {email} on the page People. "
            "If nobody can sign in any more, use --break-glass with a reason; it stands in the audit trail for ever."
        )
    user = _create(email, name, frozenset(roles), password, now)
    if there is not None:
        event = Event(
            action="user.break_glass",
            actor=COMMAND,
            object=("user", str(user.id), None),
            reason=break_glass.strip()[:500],
            data={"business_time": now},
        )
        append(f"user:{user.id}", event)
    return user


def _create(email: str, name: str, roles: frozenset[Role], password: str | None, now: datetime) -> User:
    if Role.SERVICE not in roles:
        return create_person(email=email, name=name, by=COMMAND, now=now, password=password, roles=roles)
    if roles != {Role.SERVICE} or password is not None:
        raise RoleConflict("A service user has no other role and no password.")
    return create_service(email=email, name=name, by=COMMAND, now=now)
