"""Reads of this room that others ask for."""

from agentops.intake.models import Mailbox, Watch


def failing() -> int:
    """How many open mailboxes and watched folders could not be looked at the last three times or more."""
    return sum(model._default_manager.filter(active=True, failures__gte=3).count() for model in (Mailbox, Watch))
