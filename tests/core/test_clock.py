"""Business days come from the setting or the calendar, order from the database."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from agentops.core import clock


def test_the_business_day_is_the_one_of_the_setting(settings):
    settings.TODAY = date(2024, 2, 29)
    assert clock.today() == date(2024, 2, 29)


def test_without_a_setting_the_business_day_is_today(settings):
    settings.TODAY = None
    assert clock.today() == timezone.localdate()


@pytest.mark.django_db
def test_the_database_is_asked_for_the_time_now_and_not_at_the_start_of_the_transaction():
    first = clock.db_now()
    assert first < clock.db_now() < datetime.now(UTC) + timedelta(seconds=5)


@pytest.mark.django_db
def test_the_time_of_the_database_is_carried_on_without_asking(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(clock, "_anchor", None)
    while clock._anchor is None:  # a slow answer is not kept
        first = clock.database_time()
    with django_assert_num_queries(0):
        assert first < clock.database_time() < first + timedelta(seconds=5)


@pytest.mark.django_db
def test_after_a_jump_of_the_wall_clock_the_database_is_asked_again(django_assert_num_queries, monkeypatch):
    clock.database_time()
    real = clock.time.time
    monkeypatch.setattr(clock.time, "time", lambda: real() + 3600)
    with django_assert_num_queries(1):
        clock.database_time()


def test_the_clock_is_never_behind_the_databases_and_a_slow_answer_is_not_kept(db, monkeypatch):
    monkeypatch.setattr(clock, "_anchor", None)
    ask = clock.db_now
    waits = iter([clock._QUICK_SECONDS * 3, 0])

    def slowly():
        at = ask()
        time.sleep(next(waits, 0))
        return at

    monkeypatch.setattr(clock, "db_now", slowly)
    clock.database_time()
    assert clock._anchor is None
    while clock._anchor is None:
        clock.database_time()
    for _ in range(20):
        before = ask()
        assert before <= clock.database_time()
