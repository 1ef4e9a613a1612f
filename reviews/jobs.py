"""What the ticker calls."""

from __future__ import annotations

from agentops.core.clock import db_now
from reviews.services.expiry import expire_overdue


def expire_reviews() -> int:
    """Let overdue reviews expire by their desks' rules; returns how many did."""
    return len(expire_overdue(now=db_now()))
