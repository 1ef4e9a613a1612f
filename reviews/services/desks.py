"""Desks and their people: made, and given permissions and limits; each an event in the stream `desk:<id>`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from guardian.shortcuts import assign_perm, remove_perm

from agentops.core.audit.trail import Actor, Event, append
from agentops.core.clock import db_now
from agentops.core.models import User
from agentops.core.permissions import Role, roles_of
from reviews.models import Desk, PersonalLimit
from reviews.services.limits import check_command_may_raise
from reviews.services.unassigned import adopt
from reviews.standing import DECIDE, SIGN_SECOND, VIEW, ReviewError
from runs.agents import agents as registered
from runs.points import durable

PERMISSIONS = (VIEW, DECIDE, SIGN_SECOND)


class NotForServices(ReviewError):
    """A service user is given nothing at a desk: it never decides."""


class MayNotAdminister(ReviewError):
    """Only a user administrator, or a command, says what desks there are and who works there."""


@durable("desk.create")
def create_desk(
    *,
    slug: str,
    name: str,
    by: Actor,
    agents: Sequence[str] = (),
    undo_seconds: int = 0,
    due_hours: int = 8,
    expire_hours: int = 72,
    escalates_to: Desk | None = None,
) -> Desk:
    """A new desk; it escalates what expires if it has somewhere to, and denies it otherwise.

    What waited for a desk of these agents, or of this name, goes to it.
    """
    _check_administers(by)
    desk = Desk.objects.create(
        slug=slug,
        name=name,
        agents=list(agents),
        undo_seconds=undo_seconds,
        due_hours=due_hours,
        expire_hours=expire_hours,
        expiry_rule="escalate" if escalates_to else "deny",
        escalates_to=escalates_to,
    )
    _tell(desk, "desk.created", by, slug=slug, undo_seconds=undo_seconds, expire_hours=expire_hours)
    called = [agent.name for agent in registered if agent.desk == slug]
    adopt(desk, agents=[*desk.agents, *called], by=by, now=db_now())
    return desk


@durable("desk.grant")
def grant_desk(
    *,
    to: User | Group,
    desk: Desk,
    by: Actor,
    permissions: Sequence[str] = (VIEW, DECIDE),
    limit: Decimal | None = None,
) -> None:
    """Let a person or a group do these things at a desk, a person up to `limit`; raises `NotForServices`."""
    _check_administers(by)
    if isinstance(to, User) and not to.is_person:
        raise NotForServices(f"{to.name} is a service user and never decides.")
    for permission in permissions:
        if permission not in PERMISSIONS:
            raise ValueError(f"{permission!r} is none of {', '.join(PERMISSIONS)}")
        assign_perm(permission, to, desk)
    if isinstance(to, User) and limit is not None:
        check_command_may_raise(desk, to, limit)
        _set_limit(to, desk, limit)
    _tell(desk, "desk.granted", by, to=str(to.pk), permissions=list(permissions), limit=str(limit or ""))


@durable("desk.revoke")
def revoke_desk(*, to: User | Group, desk: Desk, by: Actor, permissions: Sequence[str] = PERMISSIONS) -> None:
    """Take these permissions away; a signature given with them and not used yet counts no more."""
    _check_administers(by)
    for permission in permissions:
        remove_perm(permission, to, desk)
    _tell(desk, "desk.revoked", by, to=str(to.pk), permissions=list(permissions))


@durable("desk.limit")
def set_personal_limit(*, user: User, desk: Desk, amount: Decimal | None, by: Actor) -> None:
    """What a command says a person may sign up to at a desk; None: no limit of their own. People: `wish_limit`."""
    _check_administers(by)
    check_command_may_raise(desk, user, amount)
    if amount is None:
        PersonalLimit.objects.filter(user=user, desk=desk).delete()
    else:
        _set_limit(user, desk, amount)
    _tell(desk, "desk.limit_set", by, to=str(user.pk), limit=str(amount if amount is not None else ""))


def _set_limit(user: User, desk: Desk, amount: Decimal) -> None:
    values = {"amount": amount, "set_by": None, "confirmed_by": None}  # nobody in person stands behind a command
    PersonalLimit.objects.update_or_create(user=user, desk=desk, defaults=values)


def _check_administers(by: Actor) -> None:
    if by.type != "system" and Role.USER_ADMIN not in roles_of(UUID(by.id)):
        raise MayNotAdminister("Only a user administrator does that.")


def _tell(desk: Desk, action: str, by: Actor, **data: Any) -> None:
    append(f"desk:{desk.id}", Event(action=action, actor=by, object=("desk", str(desk.id), None), data=data))
