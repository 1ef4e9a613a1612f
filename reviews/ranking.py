"""In which order things should be cleared: by when they are due, and sooner where more is at stake. Pure.

The key is stored when a review opens and does not change while it waits, so nothing moves under a cursor. Urgent
things (personal data, regulatory words, cost) come before all others; that is a column of its own.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

PER_POWER_OF_TEN = timedelta(minutes=20)  # of the amount in the house's currency, from 100 on
PER_REASON = timedelta(minutes=10)
MOST = timedelta(hours=3)


def sort_at(due_at: datetime, *, worth: Decimal | None, reasons: int) -> datetime:
    """The due time, brought forward by at most `MOST` for a large amount and for each reason it waits."""
    powers = max(0, abs(worth).adjusted() - 1) if worth else 0
    return due_at - min(MOST, powers * PER_POWER_OF_TEN + reasons * PER_REASON)
