"""The breaker that all workers share: five failures open it, one probe each ten seconds may close it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F

from tools_registry.breaker import FAILURES, DatabaseBreakers
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
