"""Setting up, changing, pausing and resuming a way in: lock, check, change, record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Model

from agentops.core.clock import db_now
from agentops.core.models import User
from agentops.core.permissions import Role, roles_of
from agentops.intake.models import Mailbox, Schedule, Watch
from agentops.intake.schedules.times import next_after
from agentops.intake.services.checking import AnyWay, WayError, check
from agentops.intake.trail import record
from runs.points import durable

MANAGERS = (Role.OPERATOR, Role.POLICY_ADMIN)
KINDS: dict[type[Model], str] = {Mailbox: "mailbox", Watch: "watch", Schedule: "schedule"}


def add(model: type[AnyWay], values: Mapping[str, Any], *, by: User, now: datetime) -> AnyWay:
    """A new way in, open from now on; a schedule belongs to whoever adds it. Raises `WayError`."""
    _check_manager(by)
    way = model(**values)
    if isinstance(way, Schedule):
        way.owner = by
        way.next_at = now  # until it is known; the check below refuses what has none
    check(way)
    _set_next(way)
    with durable("way.added"):
        _save(way, force_insert=True)
        _record("added", way, by, values)
    return way


def edit(model: type[AnyWay], way_id: UUID, values: Mapping[str, Any], *, by: User, now: datetime) -> AnyWay:
    """Change a way in. A schedule then belongs to whoever changed it: runs are asked for by the one whose words they
    follow, and nobody decides about those. Mails that are here already keep what was set when they came.
    Raises `WayError`, and `DoesNotExist`.
    """
    _check_manager(by)
    with durable("way.changed"):
        way = _locked(model, way_id)
        changed = {name: value for name, value in values.items() if getattr(way, name) != value}
        if isinstance(way, Schedule) and way.owner != by and changed:
            changed["owner"] = by
        if not changed:
            return way
        for name, value in changed.items():
            setattr(way, name, value)
        check(way)
        _check_same_account(way, changed)
        _set_next(way)
        if not isinstance(way, Schedule):
            way.due_at, way.failures = db_now(), 0
        _save(way)
        _record("changed", way, by, changed)
    return way


def pause(model: type[AnyWay], way_id: UUID, *, by: User, why: str) -> None:
    """Close a way in until somebody opens it again; one that is closed stays as it is. Raises `WayError`."""
    _check_manager(by)
    if len(why.strip()) < 3:
        raise WayError("why", "Say why; it is shown to everybody who wonders.")
    with durable("way.paused"):
        way = _locked(model, way_id)
        if not way.active:
            return
        way.active, way.paused_why = False, why.strip()[:300]
        if isinstance(way, Schedule):
            way.next_at = None
        _save(way)
        _record("paused", way, by, {"why": way.paused_why})


def resume(model: type[AnyWay], way_id: UUID, *, by: User) -> None:
    """Open a way in again; what a schedule missed meanwhile is not caught up. Raises `WayError`."""
    _check_manager(by)
    with durable("way.resumed"):
        way = _locked(model, way_id)
        if way.active:
            return
        way.active, way.paused_why = True, ""
        if isinstance(way, Schedule):
            way.next_at = db_now()
        check(way)
        _set_next(way)
        if not isinstance(way, Schedule):
            way.due_at, way.failures = db_now(), 0
        _save(way)
        _record("resumed", way, by, {})


def look_now(model: type[Mailbox] | type[Watch], way_id: UUID, *, by: User) -> None:
    """Have a mailbox or a folder looked at without waiting for its turn. Raises `WayError`."""
    _check_manager(by)
    with durable("way.look_now"):
        if model._default_manager.filter(pk=way_id, active=True).update(due_at=db_now()):
            record(f"{KINDS[model]}.look_asked", KINDS[model], way_id, by)


def _check_manager(by: User) -> None:
    if not by.is_person or not roles_of(by.pk) & set(MANAGERS):
        raise WayError("", "Only an operator or a policy administrator changes the ways in.")


def _locked(model: type[AnyWay], way_id: UUID) -> AnyWay:
    return model._default_manager.select_for_update().get(pk=way_id)


def _check_same_account(way: Mailbox | Watch | Schedule, changed: Mapping[str, Any]) -> None:
    # Mails are known by the numbers their server gave them; another server's mails may bear the same ones.
    moved = sorted({"host", "user", "folder"} & set(changed))
    if isinstance(way, Mailbox) and moved and way.mails.exists():
        raise WayError(moved[0], "Mails have come in from here. Pause this mailbox, and open a new one for the other.")


def _set_next(way: Mailbox | Watch | Schedule) -> None:
    if isinstance(way, Schedule) and way.active:
        way.next_at = next_after(way.cron, way.time_zone, db_now())


def _save(way: Mailbox | Watch | Schedule, *, force_insert: bool = False) -> None:
    try:
        with transaction.atomic():  # a savepoint: somebody may have taken the name meanwhile
            way.save(force_insert=force_insert)
    except IntegrityError as error:
        raise WayError("name", "Another way in has this name, or reads the same place already.") from error


def _record(verb: str, way: Mailbox | Watch | Schedule, by: User, values: Mapping[str, Any]) -> None:
    kind = KINDS[type(way)]
    told = {"name": way.name, **{name: _shown(value) for name, value in values.items()}}
    record(f"{kind}.{verb}", kind, way.pk, by, data={"fields": sorted(values), "active": way.active}, told=told)


def _shown(value: Any) -> Any:
    return str(value.pk) if isinstance(value, Model) else value
