"""What the ticker calls."""

from __future__ import annotations

from agentops.core.clock import db_now

from .services import put_in_force


def put_accounts_in_force() -> int:
    """Write the vendors' accounts that have cooled into the master; returns how many."""
    return put_in_force(now=db_now())
