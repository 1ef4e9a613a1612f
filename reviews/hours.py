"""A desk's business hours: when its clock runs, and what time it is so many working hours later. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EVERY_DAY = frozenset(range(7))
FARTHEST = 3660  # days that are looked at: a desk that is never open is refused by a constraint, not found here


@dataclass(frozen=True, slots=True)
class Hours:
    """Open from `opens` to `closes` on `weekdays` (Monday is 0) that are no holidays; without times, always.

    `zone` decides what day and time it is at the desk; a day on which the clocks change has 23 or 25 hours, and an
    opening time that is skipped or doubled is the first moment it may mean.
    """

    opens: time | None = None
    closes: time | None = None
    weekdays: Collection[int] = EVERY_DAY
    holidays: Collection[date] = ()
    zone: str = "UTC"

    @property
    def is_always(self) -> bool:
        return self.opens is None and len(self.weekdays) == len(EVERY_DAY) and not self.holidays

    def later(self, start: datetime, hours: float) -> datetime:
        """The moment at which `hours` of business time have passed since `start`, in UTC."""
        left = timedelta(hours=hours)
        start = start.astimezone(UTC)
        if self.is_always:
            return start + left
        day = start.astimezone(ZoneInfo(self.zone)).date()
        for _ in range(FARTHEST):
            opened, closed = self.on(day)
            begun = max(opened, start)
            if closed > begun:
                if closed - begun >= left:
                    return begun + left
                left -= closed - begun
            day += timedelta(days=1)
        raise ValueError("This desk is hardly ever open.")

    def on(self, day: date) -> tuple[datetime, datetime]:
        """When the desk opens and closes that day, in UTC; the same moment twice for a day on which it does not."""
        zone = ZoneInfo(self.zone)
        midnight = datetime.combine(day, time(), zone).astimezone(UTC)
        if day.weekday() not in self.weekdays or day in self.holidays:
            return midnight, midnight
        if self.opens is None or self.closes is None:
            return midnight, datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
        return (
            datetime.combine(day, self.opens, zone).astimezone(UTC),
            datetime.combine(day, self.closes, zone).astimezone(UTC),
        )

    def is_open(self, at: datetime) -> bool:
        """Does the desk's clock run at this moment?"""
        if self.is_always:
            return True
        opened, closed = self.on(at.astimezone(ZoneInfo(self.zone)).date())
        return opened <= at < closed
