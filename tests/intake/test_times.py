"""When a cron expression is due in Europe/Berlin: each real moment once, whatever summer time does to the clock."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentops.intake.schedules.times import NoSuchTime, last_until, next_after, upcoming

BERLIN = ZoneInfo("Europe/Berlin")
SPRING, AUTUMN = datetime(2026, 3, 29, 1, 0, tzinfo=UTC), datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
minutes = st.sampled_from(["0", "30", "15,45", "*/20", "*", "59"])
hours = st.sampled_from(["*", "2", "1,2,3", "*/2", "1-3", "3"])
crons = st.builds(lambda minute, hour: f"{minute} {hour} * * *", minutes, hours)
near_a_change = st.builds(
    lambda change, seconds: change + timedelta(seconds=seconds),
    st.sampled_from([SPRING, AUTUMN]),
    st.integers(-90_000, 90_000),
)


def berlin(*moments):
    return [moment.astimezone(BERLIN).isoformat(timespec="minutes") for moment in moments]


@given(crons, near_a_change)
@settings(max_examples=60, deadline=None)
def test_due_times_only_go_forward_and_lie_after_the_moment_asked(cron, moment):
    times = upcoming(cron, "Europe/Berlin", moment, 12)
    assert times[0] > moment
    assert all(one < other for one, other in pairwise(times))


@given(crons, near_a_change, st.integers(0, 90_000))
@settings(max_examples=60, deadline=None)
def test_walking_from_any_moment_in_between_finds_the_same_times(cron, moment, later):
    """So a ticker that slept, or a schedule that was saved meanwhile, neither repeats nor drops a due time."""
    between = moment + timedelta(seconds=later)
    whole = [time for time in upcoming(cron, "Europe/Berlin", moment, 90) if time > between]
    assert whole[:3] == upcoming(cron, "Europe/Berlin", between, 3) or len(whole) < 3


@given(crons, near_a_change, st.integers(0, 90_000))
@settings(max_examples=60, deadline=None)
def test_the_last_due_time_is_the_one_before_the_next(cron, moment, later):
    first = next_after(cron, "Europe/Berlin", moment)
    until = first + timedelta(seconds=later)
    last, before = last_until(cron, "Europe/Berlin", first, until)
    assert first <= last <= until < next_after(cron, "Europe/Berlin", last) or before is None
    assert next_after(cron, "Europe/Berlin", until) > last


def test_an_hour_that_is_skipped_is_due_right_after_the_gap():
    assert berlin(*upcoming("30 2 * * *", "Europe/Berlin", SPRING - timedelta(hours=12), 2)) == [
        "2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00",
    ]  # fmt: skip


def test_an_hour_that_comes_twice_is_due_once_and_each_hour_in_both():
    assert berlin(*upcoming("30 2 * * *", "Europe/Berlin", AUTUMN - timedelta(hours=12), 2)) == [
        "2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00",
    ]  # fmt: skip
    assert berlin(*upcoming("0 * * * *", "Europe/Berlin", AUTUMN - timedelta(minutes=90), 3)) == [
        "2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00", "2026-10-25T03:00+01:00",
    ]  # fmt: skip


def test_in_the_second_of_two_hours_the_time_that_has_passed_is_not_due_again():
    second = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)  # 02:15 on the wall, for the second time
    assert berlin(next_after("30 2 * * *", "Europe/Berlin", second)) == ["2026-10-26T02:30+01:00"]


def test_years_of_minutes_are_not_walked_through():
    first, until = datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 11, 20, 9, 0, 30, tzinfo=UTC)
    assert last_until("* * * * *", "Europe/Berlin", first, until) == (until.replace(second=0), None)


@pytest.mark.parametrize(
    "cron", ["", "* * * *", "* * * * * *", "61 * * * *", "0 0 31 2 *", "x y z a b", "\x00 * * * *"]
)
def test_what_is_no_cron_expression_is_refused_in_words(cron):
    with pytest.raises(NoSuchTime, match="cron expression"):
        next_after(cron, "Europe/Berlin", SPRING)


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "", "../../etc/passwd", "/etc/localtime"])
def test_what_is_no_time_zone_is_refused_in_words(zone):
    with pytest.raises(NoSuchTime, match="time zone"):
        next_after("0 7 * * *", zone, SPRING)
