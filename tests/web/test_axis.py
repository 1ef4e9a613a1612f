"""The time axis of a run: work to scale, waits of one width, however long they were."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agentops.web.runs.axis import WIDTH, Axis

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def test_work_is_to_scale():
    axis = Axis([(at(0), at(1)), (at(1), at(4))])
    assert axis.bar(at(0), at(1)) == (0.0, 100.0)
    assert axis.bar(at(1), at(4)) == (100.0, 300.0)


def test_a_day_of_waiting_does_not_hide_seconds_of_work():
    axis = Axis([(at(0), at(5)), (at(86_400), at(86_405))])
    assert axis.bar(at(0), at(5))[1] > 150
    assert axis.worked_until(WIDTH) == 10


def test_a_run_without_work_has_an_empty_axis():
    assert Axis([]).place(NOON) == 0.0
    assert Axis([]).worked_until(100) == 0.0


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e4)), max_size=30), st.floats(-10, 2e6))
def test_everything_lies_on_the_axis_and_in_order(work, moment):
    spans = [(at(start), at(start + took)) for start, took in work]
    axis = Axis(spans, until=at(3e6))
    x, width = axis.bar(at(moment), at(moment + 1))
    assert 0 <= x <= WIDTH
    assert width > 0
    assert axis.place(at(moment)) <= axis.place(at(moment + 5))
