"""What the ticker calls."""

from __future__ import annotations

from agentops.core.clock import db_now
from reviews.services.escalating import escalate_late
from reviews.services.expiry import expire_overdue


def expire_reviews() -> int:
    """Let overdue reviews expire by their desks' rules; returns how many did."""
    return len(expire_overdue(now=db_now()))


def escalate_reviews() -> int:
    """Mark what is at risk or overdue by its desk's clock; returns how many were marked."""
    return escalate_late(now=db_now())
