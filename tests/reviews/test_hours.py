"""A desk's clock, over weekends, holidays and the nights on which the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.hours import Hours

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Hours(time(8), time(17), (0, 1, 2, 3, 4), frozenset({date(2026, 12, 25)}), "Europe/Berlin")


def berlin(*at: int) -> datetime:
    return datetime(*at, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("start", "hours", "later"),
    [
        (berlin(2026, 11, 20, 9), 4, berlin(2026, 11, 20, 13)),  # the same day
        (berlin(2026, 11, 20, 16), 4, berlin(2026, 11, 23, 11)),  # over a weekend
        (berlin(2026, 11, 21, 12), 1, berlin(2026, 11, 23, 9)),  # begun on one
        (berlin(2026, 11, 20, 3), 1, berlin(2026, 11, 20, 9)),  # begun before it opens
        (berlin(2026, 12, 24, 16), 2, berlin(2026, 12, 28, 9)),  # over a holiday and a weekend
        (berlin(2026, 11, 20, 9), 9, berlin(2026, 11, 23, 9)),  # a whole day ends the next morning
        (berlin(2026, 11, 20, 8), 9, berlin(2026, 11, 20, 17)),  # exactly when it closes
    ],
)
def test_only_open_hours_count(start, hours, later):
    assert OFFICE.later(start, hours) == later


def test_a_night_on_which_the_clocks_change_is_an_hour_more_or_less():
    night = Hours(time(0), time(6), zone="Europe/Berlin")
    assert night.later(berlin(2026, 10, 25, 0), 7) == berlin(2026, 10, 25, 6)  # 2 o'clock comes twice
    assert night.later(berlin(2026, 3, 29, 0), 6) == berlin(2026, 3, 30, 1)  # 2 o'clock does not come


def test_a_desk_without_hours_is_always_open():
    start = datetime(2026, 11, 20, 22, tzinfo=UTC)
    assert Hours().later(start, 72) == start + timedelta(hours=72)
    assert Hours().is_open(start)


@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    hours=st.floats(0, 200),
    more=st.floats(0, 50),
)
def test_later_never_goes_back_adds_up_and_ends_while_open(start, hours, more):
    there = OFFICE.later(start, hours)
    assert there - start >= timedelta(hours=hours) - timedelta(seconds=1)
    assert abs(OFFICE.later(there, more) - OFFICE.later(start, hours + more)) < timedelta(seconds=1) or more == 0
    opened, closed = OFFICE.on(there.astimezone(BERLIN).date())
    assert opened <= there <= closed


@given(at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))
def test_its_clock_runs_exactly_while_it_is_open(at):
    moved = OFFICE.later(at, 1 / 3600)
    assert OFFICE.is_open(at) or moved - at > timedelta(seconds=1)
