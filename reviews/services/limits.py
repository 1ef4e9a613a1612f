"""Up to what somebody may sign: lowered at once, raised only when a second user administrator says yes.

A limit is a person's at a desk, or a desk's for whoever has none of their own (`reviews_limit_of` in the database
says which holds). A command has nobody behind it: it raises limits only until people have confirmed a raise here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from agentops.core.audit.trail import Actor, Event, append
from agentops.core.models import User
from agentops.core.permissions import Role, roles_of
from reviews.models import ChangeStatus, Desk, LimitChange, PersonalLimit
from reviews.queries.limits import is_more, limit_after, limit_before, limit_of, own_limit
from reviews.standing import ReviewError
from runs.points import durable

WAITS_FOR = timedelta(days=7)
MOST = Decimal(10) ** 15


class CannotSetLimit(ReviewError):
    """A limit that is refused, or somebody who may not set it; the message says why."""


@dataclass(frozen=True, slots=True)
class Wished:
    """What became of a wish: it holds already (`waits` is None), or waits for a second administrator."""

    before: Decimal | None
    after: Decimal | None
    waits: LimitChange | None


@durable("desk.limit_wish")
def wish_limit(
    *, desk: Desk, user: User | None, amount: Decimal | None, by: User, why: str, now: datetime
) -> Wished | None:
    """Set a limit: of a person, or without `user` of whoever has none of their own at the desk.

    Without an amount they have none of their own any more. What lowers it holds at once; what raises it waits for
    somebody else. None: it is that already. Raises `CannotSetLimit`.
    """
    Desk.objects.select_for_update().get(pk=desk.pk)
    _check_admin(by)
    if user is not None and user.pk == by.pk:
        raise CannotSetLimit("Nobody sets their own limit.")
    if amount is not None and not (amount.is_finite() and 0 <= amount < MOST):
        raise CannotSetLimit("A limit is 0 or more. Write it as 5000.00, or leave it empty.")
    before, after = limit_before(desk, user), limit_after(desk, user, amount)
    if own_limit(desk, user) == amount:
        return None
    if not is_more(after, before):
        _set(desk, user, amount, by=by, confirmed_by=None, why=why, now=now)
        return Wished(before, after, None)
    return Wished(before, after, _wait(desk, user, before, amount, by=by, why=why, now=now))


@durable("desk.limit_confirm")
def confirm_limit(*, change_id: UUID, by: User, now: datetime) -> None:
    """The second administrator's yes. Raises `CannotSetLimit`."""
    change = _lock(change_id)
    _check_admin(by)
    if change.author_id == by.pk:
        raise CannotSetLimit("You asked for this. Another user administrator confirms it.")
    _check_admin(change.author)  # two entitled people stand behind a raise at the moment it is done
    if change.expires_at <= now:
        raise CannotSetLimit("Nobody confirmed this in time. Ask for it again.")
    if limit_before(change.desk, change.user) != change.before:
        raise CannotSetLimit("The limit was changed since. Refuse this, and ask again.")
    _answer(change, ChangeStatus.CONFIRMED, by=by, now=now)
    _set(change.desk, change.user, change.after, by=change.author, confirmed_by=by, why=change.why, now=now)


@durable("desk.limit_refuse")
def refuse_limit(*, change_id: UUID, by: User, now: datetime) -> None:
    """Drop what was asked for, as its author or another administrator. Raises `CannotSetLimit`."""
    change = _lock(change_id)
    _check_admin(by)
    _answer(change, ChangeStatus.REFUSED, by=by, now=now)
    _tell(change.desk, change.user, "desk.limit_refused", Actor.of(by), change.before, change.after, why=change.why)


def check_command_may_raise(desk: Desk, user: User, amount: Decimal | None) -> None:
    """Raises `CannotSetLimit`: where people confirm each other's raises, a command does not go round them."""
    confirmed = LimitChange.objects.filter(status=ChangeStatus.CONFIRMED).exists()
    if confirmed and is_more(limit_after(desk, user, amount), limit_of(user, desk)):
        raise CannotSetLimit("Raising a limit takes two user administrators. Ask for it on the page of the person.")


def _set(
    desk: Desk,
    user: User | None,
    amount: Decimal | None,
    *,
    by: User,
    confirmed_by: User | None,
    why: str,
    now: datetime,
) -> None:
    before = limit_before(desk, user)
    if user is None:
        Desk.objects.filter(pk=desk.pk).update(default_limit=amount)
    elif amount is None:
        PersonalLimit.objects.filter(user=user, desk=desk).delete()
    else:
        values = {"amount": amount, "set_by": by, "confirmed_by": confirmed_by}
        PersonalLimit.objects.update_or_create(user=user, desk=desk, defaults=values)
    if confirmed_by is None:  # what waits was asked for from another limit
        for change in LimitChange.objects.filter(desk=desk, user=user, status=ChangeStatus.WAITING):
            _answer(change, ChangeStatus.REFUSED, by=by, now=now)
    second = {"confirmed_by": str(confirmed_by.pk)} if confirmed_by else {}
    _tell(desk, user, "desk.limit_set", Actor.of(by), before, amount, why=why, **second)


def _wait(
    desk: Desk, user: User | None, before: Decimal | None, amount: Decimal | None, *, by: User, why: str, now: datetime
) -> LimitChange:
    why = " ".join(why.split())[:500]
    if not why:
        raise CannotSetLimit("Say why the limit should be raised; a second administrator reads it.")
    for change in LimitChange.objects.filter(desk=desk, user=user, status=ChangeStatus.WAITING):
        if change.expires_at > now:
            raise CannotSetLimit("Another change of this limit waits already. Answer it first.")
        _answer(change, ChangeStatus.EXPIRED, by=None, now=now)
    change = LimitChange.objects.create(
        desk=desk,
        user=user,
        before=before,
        after=amount,
        author=by,
        why=why,
        created_at=now,
        expires_at=now + WAITS_FOR,
    )
    _tell(desk, user, "desk.limit_asked", Actor.of(by), before, amount, why=why)
    return change


def _lock(change_id: UUID) -> LimitChange:
    desk_id = LimitChange.objects.filter(pk=change_id).values_list("desk_id", flat=True).first()
    if desk_id is None:
        raise CannotSetLimit("There is no such change.")
    Desk.objects.select_for_update().get(pk=desk_id)
    change = LimitChange.objects.select_related("desk", "user", "author").get(pk=change_id)
    if change.status != ChangeStatus.WAITING:
        raise CannotSetLimit("This was answered already.")
    return change


def _answer(change: LimitChange, status: ChangeStatus, *, by: User | None, now: datetime) -> None:
    change.status, change.decided_by, change.decided_at = status, by, now
    change.save(update_fields=["status", "decided_by", "decided_at"])


def _check_admin(person: User) -> None:
    if Role.USER_ADMIN not in roles_of(person.pk):
        raise CannotSetLimit("Only a user administrator sets limits.")


def _tell(
    desk: Desk,
    user: User | None,
    action: str,
    by: Actor,
    before: Decimal | None,
    after: Decimal | None,
    **more: str,
) -> None:
    data = {
        "to": str(user.pk) if user else "",
        "before": "" if before is None else str(before),
        "limit": "" if after is None else str(after),
        **more,
    }
    append(f"desk:{desk.pk}", Event(action=action, actor=by, object=("desk", str(desk.pk), None), data=data))
