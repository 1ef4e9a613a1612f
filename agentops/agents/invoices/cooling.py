"""How long a new bank account waits: working days, so that a change confirmed on a Friday does not cool on a Sunday."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

SATURDAY = 5


def cool_until(confirmed: datetime) -> datetime:
    """When a change confirmed now comes into force, by the setting VENDOR_COOLING_DAYS."""
    return after_working_days(confirmed, settings.VENDOR_COOLING_DAYS)


def after_working_days(moment: datetime, days: int) -> datetime:
    """The same time of day so many days from Monday to Friday later; holidays are not known here."""
    while days:
        moment += timedelta(days=1)
        days -= moment.weekday() < SATURDAY
    return moment
