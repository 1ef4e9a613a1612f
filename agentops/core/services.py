"""Every write of the core: users, their roles, and exchange rates, each with its event in the trail."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from agentops.core.audit.trail import Actor, Event, append
from agentops.core.currencies import MINOR_DIGITS
from agentops.core.models import ExchangeRate, User, UserKind
from agentops.core.money import NotMoney
from agentops.core.permissions import Role, RoleConflict, check_roles, roles_of

__all__ = [
    "EmailTaken",
    "MayNotAdminister",
    "Rate",
    "RoleConflict",
    "UserError",
    "create_person",
    "create_service",
    "deactivate",
    "grant_role",
    "reactivate",
    "revoke_role",
    "store_rates",
]


class UserError(ValueError):
    """A change to users that is refused; the message is for whoever asked."""


class MayNotAdminister(UserError):
    """Whoever asks is no user administrator, or asks for something about themselves."""


class EmailTaken(UserError):
    """Somebody is already known under this address."""


@transaction.atomic
def create_person(
    *,
    email: str,
    name: str,
    by: User | Actor,
    now: datetime,
    password: str | None = None,
    roles: Iterable[Role] = (),
) -> User:
    """A person who can sign in once a password is set.

    Raises `MayNotAdminister`, `EmailTaken`, `RoleConflict`, and Django's `ValidationError` (weak password).
    """
    wanted = frozenset(roles)
    check_roles(wanted, service=False)
    user = _create(email, name, UserKind.PERSON, by=by)
    if password is not None:
        validate_password(password, user)
        user.set_password(password)
        user.save(update_fields=["password"])
    _record("user.created", user, by, now, {"kind": user.kind})
    for role in sorted(wanted):
        grant_role(user=user, role=role, by=by, now=now)
    return user


@transaction.atomic
def create_service(*, email: str, name: str, by: User | Actor, now: datetime) -> User:
    """A service user: asks for runs, never signs in or decides. Raises `MayNotAdminister`, `EmailTaken`."""
    user = _create(email, name, UserKind.SERVICE, by=by)
    _record("user.created", user, by, now, {"kind": user.kind})
    grant_role(user=user, role=Role.SERVICE, by=by, now=now)
    return user


@transaction.atomic
def grant_role(*, user: User, role: Role, by: User | Actor, now: datetime) -> None:
    """Give a role; one already held changes nothing. Raises `MayNotAdminister`, `RoleConflict`."""
    _check_may_administer(by, user)
    locked = _locked(user)
    held = _held(locked)
    if role in held:
        return
    check_roles(held | {role}, service=not locked.is_person)
    locked.groups.add(Group.objects.get(name=role.value))
    user.forget_roles()
    _record("user.role_granted", user, by, now, {"role": role.value})


@transaction.atomic
def revoke_role(*, user: User, role: Role, by: User | Actor, now: datetime) -> None:
    """Take a role away; one not held changes nothing. Raises `MayNotAdminister`."""
    _check_may_administer(by, user)
    locked = _locked(user)
    if role not in _held(locked):
        return
    locked.groups.remove(Group.objects.get(name=role.value))
    user.forget_roles()
    _record("user.role_revoked", user, by, now, {"role": role.value})


@transaction.atomic
def deactivate(*, user: User, by: User | Actor, now: datetime) -> None:
    """End this user's sessions and rights; what they did stays. Raises `MayNotAdminister`."""
    _set_active(user, False, by=by, now=now)


@transaction.atomic
def reactivate(*, user: User, by: User | Actor, now: datetime) -> None:
    """Give back what `deactivate` took. Raises `MayNotAdminister`."""
    _set_active(user, True, by=by, now=now)


class Rate(NamedTuple):
    """On `day`, one unit of `base` was worth `rate` units of `currency`."""

    base: str
    currency: str
    day: date
    rate: Decimal


@transaction.atomic
def store_rates(rates: Iterable[Rate], *, by: User | Actor, now: datetime) -> int:
    """Keep exchange rates, all or none; a rate for the same day replaces the one there. Raises `NotMoney`."""
    rows = [_checked_rate(rate) for rate in rates]
    ExchangeRate.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["base", "currency", "day"],
        update_fields=["rate"],
        batch_size=1000,
    )
    if rows:
        days = [row.day for row in rows]
        data = {"count": len(rows), "from": min(days), "to": max(days)}
        append("config", Event(action="rates.stored", actor=_actor(by), data=data))
    return len(rows)


def _create(email: str, name: str, kind: UserKind, *, by: User | Actor) -> User:
    _check_may_administer(by, None)
    address = email.strip().lower()
    if User.objects.filter(email=address).exists():
        raise EmailTaken(f"{address} is already somebody here.")
    user = User(email=address, name=name.strip(), kind=kind)
    user.set_unusable_password()
    user.full_clean()
    user.save(force_insert=True)
    return user


def _check_may_administer(by: User | Actor, user: User | None) -> None:
    # The program itself (set-up, demo) is an Actor; a user must be an administrator now, not earlier.
    if isinstance(by, Actor):
        return
    if not by.is_person or Role.USER_ADMIN not in roles_of(by.id):
        raise MayNotAdminister("Only a user administrator changes users and roles.")
    if user is not None and user.id == by.id:
        raise MayNotAdminister("Nobody changes their own roles.")


def _locked(user: User) -> User:
    return User.objects.select_for_update(no_key=True).get(id=user.id)


def _held(user: User) -> frozenset[Role]:
    # Of a user who is not active, too: what is granted to them now holds once they are active again.
    names = set(user.groups.values_list("name", flat=True))
    return frozenset(role for role in Role if role.value in names)


def _set_active(user: User, active: bool, *, by: User | Actor, now: datetime) -> None:
    _check_may_administer(by, user)
    locked = _locked(user)
    if locked.is_active == active:
        return
    locked.is_active = user.is_active = active
    locked.save(update_fields=["is_active"])
    user.forget_roles()
    _record("user.reactivated" if active else "user.deactivated", user, by, now, {})


def _checked_rate(rate: Rate) -> ExchangeRate:
    for code in (rate.base, rate.currency):
        if code not in MINOR_DIGITS:
            raise NotMoney(f"{code!r} is not the code of a currency.")
    if rate.base == rate.currency or not rate.rate.is_finite() or rate.rate <= 0:
        raise NotMoney(f"1 {rate.base} = {rate.rate} {rate.currency} is not a rate.")
    return ExchangeRate(base=rate.base, currency=rate.currency, day=rate.day, rate=rate.rate)


def _actor(by: User | Actor) -> Actor:
    return by if isinstance(by, Actor) else Actor.of(by)


def _record(action: str, user: User, by: User | Actor, now: datetime, data: dict[str, str]) -> None:
    event = Event(
        action=action,
        actor=_actor(by),
        object=("user", str(user.id), None),
        data={**data, "business_time": now},
    )
    append(f"user:{user.id}", event)
