"""Who may ask for runs by a way in: asked when it is set up, and again each time it would start something."""

from __future__ import annotations

from agentops.core.models import User
from agentops.core.permissions import Role, roles_of

STARTERS = frozenset({Role.OPERATOR, Role.REVIEWER, Role.CONTROLLER, Role.VENDOR_MANAGER, Role.SERVICE})


def why_not(user: User) -> str:
    """Why this user may not start runs at this moment, in a sentence; empty if they may. Asks the database."""
    held = roles_of(user.pk)  # none for somebody who is not active
    if not held:
        active = User.objects.filter(pk=user.pk, is_active=True).exists()
        return f"{user.name} has no role any more." if active else f"{user.name} is no longer active."
    return "" if held & STARTERS else f"{user.name} has no role that may start runs."
