"""When somebody may be written to: quiet hours and the hour of the digest, on their own clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from agentops.notifications.kinds import How
from agentops.notifications.models import Manner


def due(manner: Manner, how: How, *, urgent: bool, now: datetime) -> datetime:
    """When a mail about something that is known now may leave.

    What is urgent leaves at once, also in quiet hours unless this person said otherwise; it never waits for a digest.
    """
    if how == How.DIGEST and not urgent:
        return next_digest(manner, now)
    if urgent and not manner.quiet_holds_urgent:
        return now
    return end_of_quiet(manner, now) or now


def next_digest(manner: Manner, now: datetime) -> datetime:
    """The next time their clock shows the hour they chose."""
    return _next(now.astimezone(manner.clock), time(manner.digest_hour))


def end_of_quiet(manner: Manner, now: datetime) -> datetime | None:
    """When the quiet hours that it is now end; None outside of them."""
    if manner.quiet_from is None or manner.quiet_until is None:
        return None
    local = now.astimezone(manner.clock)
    at, begins, ends = local.time(), manner.quiet_from, manner.quiet_until
    is_quiet = begins <= at < ends if begins < ends else at >= begins or at < ends
    return _next(local, ends) if is_quiet else None


def _next(local: datetime, at: time) -> datetime:
    """The first moment after this one at which the same clock shows this time."""
    found = datetime.combine(local.date(), at, tzinfo=local.tzinfo)
    if found <= local:
        found = datetime.combine(local.date() + timedelta(days=1), at, tzinfo=local.tzinfo)
    return found.astimezone(UTC)
