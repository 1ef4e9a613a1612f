"""How many requests a token, its owner, a source or an address may make in a minute, counted over all processes.

A moving window of two counters per name in Redis: this minute's, and what of the last still counts. Redis is no
promise: flushed, a minute's count begins anew, so at worst twice the limit passes once; away, each process
counts alone and lets its share through. Nothing about money rests on it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import redis
from django.conf import settings

from tools_registry.rate import redis_client

log = logging.getLogger(__name__)
MINUTE = 60
MOST_REMEMBERED = 10_000  # counters that one process keeps while Redis is away

# One step in Redis: either every counter is raised or none is. KEYS: now, last, now, last, ...; ARGV: what of the
# last window still counts, the cost, how long to keep, then each limit. Returns what is used, and whether it went.
_TAKE = """
local used, fits = {}, 1
for i = 1, #KEYS / 2 do
  local now = tonumber(redis.call('GET', KEYS[2 * i - 1]) or '0')
  local last = tonumber(redis.call('GET', KEYS[2 * i]) or '0')
  used[i] = math.ceil(last * tonumber(ARGV[1]) + now)
  if used[i] + tonumber(ARGV[2]) > tonumber(ARGV[3 + i]) then fits = 0 end
end
if fits == 1 then
  for i = 1, #KEYS / 2 do
    redis.call('INCRBY', KEYS[2 * i - 1], ARGV[2])
    redis.call('EXPIRE', KEYS[2 * i - 1], ARGV[3])
    used[i] = used[i] + tonumber(ARGV[2])
  end
end
used[#used + 1] = fits
return used
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` requests per window for whatever `key` names; `name` is what the headers call it."""

    name: str
    key: str
    most: int


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a window stands: its length, its number since the epoch, and what of the last one still counts."""

    window: int
    number: int
    weight: float


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether the request may pass, what is left of each limit, and in how many seconds the window turns."""

    passed: bool
    left: tuple[tuple[Limit, int], ...]
    turns_in: int
    window: int

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers spells them."""
        return {
            "RateLimit-Policy": ", ".join(f'"{limit.name}";q={limit.most};w={self.window}' for limit, _ in self.left),
            "RateLimit": ", ".join(f'"{limit.name}";r={left};t={self.turns_in}' for limit, left in self.left),
        }


def take(
    limits: Sequence[Limit], *, cost: int = 1, window: int = MINUTE, clock: Callable[[], float] = time.time
) -> Taken:
    """Count a request of this cost against all of these limits, or against none if one is reached."""
    number, into = divmod(clock(), window)
    at = Moment(window, int(number), 1 - into / window)
    try:
        used, fits = _in_redis(limits, at, cost)
    except redis.RedisError:
        used, fits = _alone.take(limits, at, cost)
    left = tuple((limit, max(0, limit.most - each)) for limit, each in zip(limits, used, strict=True))
    return Taken(fits, left, max(1, ceil(window - into)), window)


def _in_redis(limits: Sequence[Limit], at: Moment, cost: int) -> tuple[list[int], bool]:
    keys = [f"agentops:limit:{limit.key}:{number}" for limit in limits for number in (at.number, at.number - 1)]
    most = [limit.most for limit in limits]
    answer: Any = redis_client().eval(_TAKE, len(keys), *keys, f"{at.weight:.6f}", cost, 2 * at.window + 5, *most)
    return [int(each) for each in answer[:-1]], bool(answer[-1])


class _Alone:
    """The same counting for one process, with its share of the limit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, int], int] = {}
        self._told = float("-inf")

    def take(self, limits: Sequence[Limit], at: Moment, cost: int) -> tuple[list[int], bool]:
        """What is used of each limit, as if every process had used as much, and whether the request passes."""
        share = settings.WEB_PROCESSES
        with self._lock:
            self._tell()
            used = [self._used(limit.key, at) for limit in limits]
            fits = all(each + cost <= max(1, limit.most // share) for each, limit in zip(used, limits, strict=True))
            for limit in limits if fits else ():
                self._counts[limit.key, at.number] = self._counts.get((limit.key, at.number), 0) + cost
            self._forget()
        return [(each + cost * fits) * share for each in used], fits

    def _tell(self) -> None:
        if time.monotonic() - self._told >= MINUTE:
            self._told = time.monotonic()
            log.warning("requests are counted by each process alone: Redis does not answer")

    def _used(self, key: str, at: Moment) -> int:
        return ceil(self._counts.get((key, at.number - 1), 0) * at.weight) + self._counts.get((key, at.number), 0)

    def _forget(self) -> None:
        # The oldest first: a dictionary keeps the order in which its names came.
        while len(self._counts) > MOST_REMEMBERED:
            del self._counts[next(iter(self._counts))]


_alone = _Alone()
