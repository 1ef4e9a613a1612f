"""What time it is: business days come from a setting or the calendar, order and leases from the database."""

import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone


def today() -> date:
    """The business day: the setting `TODAY` where demo or tests set one, else the day in our time zone."""
    fixed: date | None = getattr(settings, "TODAY", None)
    return fixed or timezone.localdate()


def db_now() -> datetime:
    """The database's clock, now and not at the start of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    return now  # type: ignore[no-any-return]


@dataclass(frozen=True)
class AnchoredClock:
    """The database's clock as it was once, carried on by this process's own monotonic clock."""

    at: datetime
    monotonic: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        """The database's time as far as it can be known without asking again."""
        return self.at + timedelta(seconds=time.monotonic() - self.monotonic)


def database_time() -> datetime:
    """The database's clock without a round trip: asked once a minute, and when this machine's clock jumps.

    Never behind it, so that what the database has called due is due; ahead by `_QUICK_SECONDS` at most.
    """
    global _anchor
    wall, monotonic = time.time(), time.monotonic()
    if _anchor is not None:
        elapsed = monotonic - _anchor.clock.monotonic
        if elapsed < _ANCHOR_SECONDS and abs(wall - _anchor.wall - elapsed) < _JUMP_SECONDS:
            return _anchor.clock.now()
    at = db_now()
    was_quick = time.monotonic() - monotonic < _QUICK_SECONDS
    _anchor = _Anchor(AnchoredClock(at, monotonic), wall) if was_quick else None  # or nobody knows when it was read
    return at


class _Anchor(NamedTuple):
    clock: AnchoredClock
    wall: float


_ANCHOR_SECONDS = 60.0
_QUICK_SECONDS = 0.02
_JUMP_SECONDS = 0.5  # a suspended machine's monotonic clock stands still, its wall clock does not
_anchor: _Anchor | None = None
