"""Rates counted in Redis over all workers; without Redis reads go on and effects wait."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tools_registry.rate import RedisRates, impatient_client
from tools_registry.results import Failed
from tools_registry.tool import Rate

TEN = Rate(10, timedelta(seconds=60))


class Clock:
    def __init__(self) -> None:
        self.at = 1_000_020.0  # a window of a minute begins

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tool() -> str:
    return f"tool-{uuid4()}"


def taken(rates: RedisRates, tool: str, tries: int = 20) -> int:
    return sum(rates.take(tool, TEN, effect=True) is None for _ in range(tries))


def test_so_many_calls_and_no_more_over_all_workers(clock, tool):
    one, two = RedisRates(clock=clock), RedisRates(clock=clock)
    assert taken(one, tool, 6) == 6
    assert taken(two, tool) == 4
    full = one.take(tool, TEN, effect=False)
    assert isinstance(full, Failed)
    assert (full.code, full.retry_after) == ("rate_limited", 60)
    assert taken(one, f"{tool}-other", 1) == 1


def test_the_window_moves(clock, tool):
    rates = RedisRates(clock=clock)
    assert taken(rates, tool) == 10
    clock.at += 60  # all of the last minute still counts
    assert taken(rates, tool) == 0
    clock.at += 30  # half of it
    assert taken(rates, tool) == 5
    clock.at += 90
    assert taken(rates, tool) == 10


def test_without_redis_reads_go_on_and_effects_wait(clock, tool):
    rates = RedisRates(client=lambda: impatient_client("unix:///nowhere/redis.sock"), clock=clock)
    assert rates.take(tool, TEN, effect=False) is None
    waits = rates.take(tool, TEN, effect=True)
    assert isinstance(waits, Failed)
    assert (waits.code, waits.retry_after) == ("rate_unknown", 1.0)
