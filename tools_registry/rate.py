"""Rates: at most so many calls in so much time, counted in Redis over all workers.

A moving window of two counters: the current one, and what of the last still counts. Where Redis is away a
read is let through (it can do no harm but load), an effect is not: it waits until the count is known again.
"""

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Protocol

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from tools_registry.results import Failed
from tools_registry.tool import Rate

# One step in Redis, so that two workers cannot both take the last place.
_TAKE = """
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
local now = tonumber(redis.call('GET', KEYS[1]) or '0')
if last * tonumber(ARGV[2]) + now + 1 > tonumber(ARGV[1]) then return 0 end
redis.call('INCR', KEYS[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""
AWAY_FOR = 1.0


class Rates(Protocol):
    """Who counts calls."""

    def take(self, tool: str, rate: Rate, *, effect: bool) -> Failed | None:
        """None: call it. Otherwise why not, and when to try again."""


class RedisRates:
    """The counts that all workers share."""

    def __init__(self, client: Callable[[], Any] | None = None, clock: Callable[[], float] = time.time) -> None:
        self._client, self._clock = client or redis_client, clock

    def take(self, tool: str, rate: Rate, *, effect: bool) -> Failed | None:
        """None: call it. Otherwise why not, and when to try again."""
        length = rate.per.total_seconds()
        window, into = divmod(self._clock(), length)
        still_counts = 1 - into / length
        try:
            took = self._client().eval(
                _TAKE,
                2,
                _key(tool, length, int(window)),
                _key(tool, length, int(window) - 1),
                rate.calls,
                f"{still_counts:.6f}",
                int(length * 2000) + 1000,
            )
        except redis.RedisError:
            if not effect:
                return None
            return Failed("rate_unknown", f"How often {tool} was called is not known at the moment", AWAY_FOR)
        if took:
            return None
        return Failed("rate_limited", f"{tool} was called as often as it may be", length - into)


class NoRates:
    """Nothing is counted; for tests and single calls by hand."""

    def take(self, tool: str, rate: Rate, *, effect: bool) -> Failed | None:
        """Every call is let through."""
        return None


@lru_cache(maxsize=4)
@lru_cache(maxsize=8)
def impatient_client(url: str) -> Any:
    """The client of this process, which asks once: a rate is not worth waiting for. Its connections are kept: one for
    each question would leave them to the collector, until Redis takes no more."""
    once = Retry(NoBackoff(), 0)
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1, retry=once)


def redis_client() -> Any:
    """The Redis of the settings."""
    return impatient_client(settings.REDIS_URL)


def _key(tool: str, length: float, window: int) -> str:
    return f"agentops:rate:{tool}:{length:g}:{window}"
