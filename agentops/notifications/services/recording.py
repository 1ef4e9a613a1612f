"""What administrators did with channels and desks, in the trail; never an address."""

from __future__ import annotations

from typing import Any

from agentops.core.audit.trail import Actor, Event, append
from agentops.core.models import User
from agentops.core.permissions import Role, roles_of
from agentops.notifications.errors import NewsError
from agentops.notifications.telling.recording import STREAM


def check_may_change(by: User) -> None:
    """Raises `NewsError` unless this is a policy administrator: where data leaves the house is policy."""
    if not by.is_person or Role.POLICY_ADMIN not in roles_of(by.id):
        raise NewsError("Only a policy administrator changes what a desk tells, and where.")


def record(action: str, by: User, kind: str, key: str, **data: Any) -> None:
    """One event; the caller is in a transaction."""
    append(STREAM, Event(action=action, actor=Actor.of(by), object=(kind, key, None), data=data))
