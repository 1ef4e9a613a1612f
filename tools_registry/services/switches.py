"""Kill switches: one person stops an agent, a tool or everything; two policy administrators let it go on."""

from datetime import datetime

from django.db import transaction

from agentops.core.audit import trail
from agentops.core.models import User
from agentops.core.permissions import Role
from tools_registry import scopes
from tools_registry.models import Switch
from tools_registry.services.entitlement import check_holds, check_policy_admin
from tools_registry.services.errors import MayNotChangePolicy, PolicyError

STREAM = "policy"


class NoSuchSwitch(PolicyError):
    """Nothing of this name can be stopped, or nothing was stopped there."""


@transaction.atomic
def throw_switch(*, scope: str, by: User, reason: str, now: datetime) -> Switch:
    """Stop everything, an agent or a tool; what is stopped already stays as it was.

    Raises `MayNotChangePolicy`, `NoSuchSwitch`, and `PolicyError` without a reason.
    """
    check_holds(by, Role.OPERATOR, Role.POLICY_ADMIN)
    known = scopes.existing()
    if scope not in known:
        raise NoSuchSwitch(f"There is nothing called {scope!r} to stop, so nothing was stopped. {_listed(known)}")
    if not reason.strip():
        raise PolicyError("Say why this is stopped")
    # A race of two people ends with one switch: the second one's insert finds the first one's row.
    made = Switch(scope=scope, stopped_by=by, reason=reason.strip(), at=now)
    Switch.objects.bulk_create([made], ignore_conflicts=True)
    switch = Switch.objects.select_for_update().get(scope=scope)
    if switch.release_asked_by_id is not None:
        # Stopping again takes back a wish to let go.
        switch.release_asked_by = None
        switch.save(update_fields=["release_asked_by"])
    _record("switch.thrown", by, switch)
    return switch


@transaction.atomic
def release_switch(*, scope: str, by: User, now: datetime) -> bool:
    """Ask to let go on, or, as the second administrator, let go on: True once it is released.

    What was stopped may be gone by now; its switch is released all the same.
    Raises `MayNotChangePolicy`, `NoSuchSwitch`.
    """
    switch = Switch.objects.select_for_update().filter(scope=scope).first()
    if switch is None:
        raise NoSuchSwitch(f"{scope} is not stopped")
    check_policy_admin(by)
    asker = switch.release_asked_by
    if asker is None:
        switch.release_asked_by = by
        switch.save(update_fields=["release_asked_by"])
        _record("switch.release_asked", by, switch)
        return False
    if asker.id == by.id:
        raise MayNotChangePolicy("A second policy administrator lets it go on; you asked for it")
    check_policy_admin(asker)
    switch.delete()
    _record("switch.released", by, switch)
    return True


def _listed(known: list[str]) -> str:
    return f"What can be stopped: {', '.join(known)}."


def _record(action: str, by: User, switch: Switch) -> None:
    event = trail.Event(
        action=action,
        actor=trail.Actor.of(by),
        object=("switch", switch.scope, None),
        data={"reason": switch.reason},
        facets=(f"switch={switch.scope}",),
    )
    trail.append(STREAM, event)
