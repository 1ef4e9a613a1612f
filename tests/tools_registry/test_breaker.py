"""The breaker that all workers share: mostly failing opens it, one probe each ten seconds may close it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools_registry.breaker import FAILURES, SHARE, WITHIN, DatabaseBreakers
from tools_registry.models import Breaker

pytestmark = pytest.mark.django_db


def later(seconds: float) -> None:
    """Let the database's clock run: what is in its rows happened longer ago."""
    ago = timedelta(seconds=seconds)
    Breaker.objects.update(
        first_failure_at=F("first_failure_at") - ago,
        opened_at=F("opened_at") - ago,
        probed_at=F("probed_at") - ago,
    )


def ask_anew(worker: DatabaseBreakers) -> None:
    """A second later: it no longer believes what it was told."""
    worker._closed_until.clear()


def opened(*workers: DatabaseBreakers) -> None:
    for number in range(FAILURES):
        workers[number % len(workers)].failed("erp")


def test_a_healthy_tool_costs_one_query_a_second(django_assert_num_queries):
    worker = DatabaseBreakers()
    with django_assert_num_queries(1):
        for _ in range(100):
            assert worker.closed_for("erp") is None
            worker.worked("erp")
    assert not Breaker.objects.exists()


def test_failures_of_all_workers_open_it_for_all():
    one, two, three = DatabaseBreakers(), DatabaseBreakers(), DatabaseBreakers()
    for worker in (one, two, one, two):
        worker.failed("erp")
        assert DatabaseBreakers().closed_for("erp") is None
    one.failed("erp")
    assert 9 < three.closed_for("erp") <= 10
    assert three.closed_for("bank") is None


def test_failures_far_apart_do_not_open_it():
    worker = DatabaseBreakers()
    for _ in range(FAILURES * 2):
        worker.failed("erp")
        later(8)
    assert worker.closed_for("erp") is None


def test_a_busy_tool_that_fails_now_and_then_stays_closed():
    """Ten failures within the half minute, which a mere count would have opened for."""
    worker = DatabaseBreakers()
    for _ in range(10):
        worker.failed("erp")
        worker.worked("erp")
        worker.worked("erp")
        ask_anew(worker)
        assert worker.closed_for("erp") is None


def test_a_success_in_between_does_not_hide_that_most_fail():
    worker = DatabaseBreakers()
    for answers in (False, False, True, False, False, False):
        worker.worked("erp") if answers else worker.failed("erp")
    ask_anew(worker)
    assert worker.closed_for("erp") is not None


def test_successes_of_one_worker_weigh_against_failures_of_another():
    one, two = DatabaseBreakers(), DatabaseBreakers()
    one.failed("erp")
    for _ in range(6):
        two.worked("erp")
    ask_anew(two)
    two.closed_for("erp")  # once a second it asks, and tells
    for _ in range(FAILURES - 1):
        one.failed("erp")
    assert one.closed_for("erp") is None
    assert Breaker.objects.values_list("failures", "successes").get() == (5, 6)


def test_successes_of_long_ago_are_not_kept_for_a_bad_day():
    worker = DatabaseBreakers()
    for _ in range(100):
        worker.worked("erp")
    ask_anew(worker)
    assert worker.closed_for("erp") is None  # nothing fails: there is nothing to weigh them against
    opened(worker)
    assert worker.closed_for("erp") is not None


class Model:
    """What the docstring of the breaker says, said again."""

    def __init__(self) -> None:
        self.now, self.began, self.failures, self.successes, self.open = 0, None, 0, 0, False

    def is_going_on(self) -> bool:
        return self.began is not None and self.began > self.now - WITHIN.total_seconds()

    def worked(self) -> None:
        self.successes += self.is_going_on()

    def failed(self) -> None:
        if not self.is_going_on():
            self.began, self.failures, self.successes = self.now, 0, 0
        self.failures += 1
        calls = self.failures + self.successes
        self.open = self.failures >= FAILURES and self.failures / calls >= SHARE


STEPS = st.lists(st.tuples(st.sampled_from(["worked", "failed", "failed"]), st.integers(0, 2)), max_size=40)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, st.sampled_from([1, 4, 11]))
def test_it_opens_exactly_when_enough_and_most_of_the_calls_in_the_window_failed(steps, seconds):
    """Three workers that tell each other at once: the row is the model, until it opens."""
    Breaker.objects.all().delete()
    workers, model = [DatabaseBreakers() for _ in range(3)], Model()
    for did, number in steps:
        if model.open:
            break
        getattr(workers[number], did)("erp")
        getattr(model, did)()
        for worker in workers:
            ask_anew(worker)
            assert (worker.closed_for("erp") is not None) is model.open
        later(seconds)
        model.now += seconds


def test_after_ten_seconds_one_worker_probes_and_the_others_wait():
    one, two = DatabaseBreakers(), DatabaseBreakers()
    opened(one)
    later(10)
    assert one.closed_for("erp") is None
    assert two.closed_for("erp") >= 1

    one.failed("erp")  # still dead: ten seconds more
    assert one.closed_for("erp") > 9
    later(10)
    assert two.closed_for("erp") is None
    two.worked("erp")  # alive
    assert one.closed_for("erp") is None
    assert Breaker.objects.get().failures == 0


def test_a_probe_whose_worker_died_is_taken_by_another():
    opened(DatabaseBreakers())
    later(10)
    assert DatabaseBreakers().closed_for("erp") is None
    later(10)
    assert DatabaseBreakers().closed_for("erp") is None


def test_one_success_that_was_no_probe_does_not_close_it():
    worker = DatabaseBreakers()
    opened(worker)
    worker.worked("erp")  # sent before it opened
    assert worker.closed_for("erp") is not None


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_exactly_one_probes():
    opened(DatabaseBreakers())
    later(10)
    barrier, probed = threading.Barrier(8), []

    def work() -> None:
        try:
            barrier.wait()
            if DatabaseBreakers().closed_for("erp") is None:
                probed.append(1)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(probed) == 1
