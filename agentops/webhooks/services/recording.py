"""What administrators did with webhooks, in the trail."""

from __future__ import annotations

import base64
import secrets
from typing import Any

from agentops.core.audit.trail import Actor, Event, append
from agentops.core.models import User
from agentops.core.permissions import Role, roles_of
from agentops.webhooks.errors import WebhookError

STREAM = "webhooks"


def new_secret() -> str:
    """A key as the specification writes it: `whsec_` and 32 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def check_may_change(by: User) -> None:
    """Raises `WebhookError` unless this is a policy administrator: where data leaves the house is policy."""
    if not by.is_person or Role.POLICY_ADMIN not in roles_of(by.id):
        raise WebhookError("Only a policy administrator changes webhooks.")


def record(action: str, by: User, kind: str, key: str, **data: Any) -> None:
    """One event; the caller is in a transaction."""
    append(STREAM, Event(action=action, actor=Actor.of(by), object=(kind, key, None), data=data))
