"""Where the agent's pages stand in the navigation, and who opens them."""

from __future__ import annotations

from agentops.core.models import User
from agentops.core.permissions import Role
from runs.agents import Place

VENDOR_READERS = (
    Role.VENDOR_MANAGER, Role.REVIEWER, Role.CONTROLLER, Role.PAYMENT_RELEASER, Role.OPERATOR, Role.AUDITOR
)  # fmt: skip
PAYMENT_READERS = (Role.PAYMENT_RELEASER, Role.CONTROLLER, Role.OPERATOR, Role.AUDITOR)


def vendor_changes_for(user: User) -> int | None:
    """How many changes wait for a word of this person; None for who has none to say."""
    if not user.holds(Role.VENDOR_MANAGER, Role.CONTROLLER):
        return None
    from . import waiting  # models are loaded by now

    return waiting.count_for(user)


def payments_for(user: User) -> int | None:
    """How many payments are due to be released; None for who releases none."""
    if not user.holds(Role.PAYMENT_RELEASER):
        return None
    from . import waiting

    return waiting.due_payments().count()


PLACES = (
    Place("invoices-vendors", "Vendors", "invoices:vendors", vendor_changes_for),
    Place("invoices-payments", "Payments", "invoices:payments", payments_for),
)
