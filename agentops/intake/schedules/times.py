"""When a cron expression is due, in a time zone with its gaps and folds.

As in Debian's cron: an hour named in the expression that a change to summer time skips is due right after the gap,
one that comes twice is due the first time; expressions that begin with `*` in minute or hour follow the real hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

WALKED = 500  # due times walked through one by one; beyond that the last one is looked for backwards


class NoSuchTime(ValueError):
    """The expression or the zone cannot be understood, or names a time that never comes."""


def next_after(cron: str, zone: str, moment: datetime) -> datetime:
    """The first due time after `moment`, in UTC; raises `NoSuchTime`."""
    return next(_after(cron, zone, moment))


def upcoming(cron: str, zone: str, moment: datetime, count: int) -> list[datetime]:
    """The next so many due times, in UTC; raises `NoSuchTime`."""
    found = _after(cron, zone, moment)
    return [next(found) for _ in range(count)]


def last_until(cron: str, zone: str, first: datetime, until: datetime) -> tuple[datetime, int | None]:
    """The last due time not after `until`, beginning with `first`, which is one; and how many came before it.

    The number is None where there were too many to count.
    """
    last, passed = first, 0
    for due in _after(cron, zone, first):
        if due > until:
            return last, passed
        last, passed = due, passed + 1
        if passed >= WALKED:
            break
    return _backwards(cron, zone, until), None


def _after(cron: str, zone: str, moment: datetime) -> Iterator[datetime]:
    here = moment.astimezone(_zone(zone))
    last = moment.astimezone(UTC)
    try:
        for due in CronSim(_checked(cron), here):
            at = due.astimezone(UTC)
            # In the hour that comes twice the library counts from the clock on the wall, and may name a time that
            # has passed; in the hour that is skipped two times fall together.
            if at > last:
                last = at
                yield at
    except (CronSimError, OverflowError, ValueError) as error:
        raise NoSuchTime(f"{cron!r} is no cron expression: minute, hour, day, month, weekday ({error}).") from error
    raise NoSuchTime(f"{cron!r} names a time that never comes.")


def _backwards(cron: str, zone: str, until: datetime) -> datetime:
    here = until.astimezone(_zone(zone)) + timedelta(microseconds=1)  # so that `until` itself counts
    for due in CronSim(cron, here, reverse=True):
        if (at := due.astimezone(UTC)) <= until:
            return at
    raise NoSuchTime(f"{cron!r} names a time that never came.")


def _checked(cron: str) -> str:
    if len(cron.split()) != 5:
        raise NoSuchTime(f"{cron!r} is no cron expression: it has five fields, minute, hour, day, month, weekday.")
    return cron


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise NoSuchTime(f"{name!r} is no time zone; write it as Europe/Berlin.") from None
