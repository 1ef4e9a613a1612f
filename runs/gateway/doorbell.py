"""The bell of the model workers: wakes them because a call may be due in PostgreSQL. It carries nothing."""

from __future__ import annotations

import logging

import redis
from django.db import transaction

from runs import bell

RINGS = "agentops:model_rings"
MOST_RINGS = 16

log = logging.getLogger(__name__)


def ring() -> None:
    """Wake one. Never raises: the row is the truth, and the ticker finds it."""
    try:
        if bell.client().rpush(RINGS, 1) > MOST_RINGS:
            bell.client().ltrim(RINGS, -MOST_RINGS // 2, -1)
    except redis.RedisError as error:
        log.warning("model_bell.lost", extra={"error": type(error).__name__})


def ring_on_commit() -> None:
    """Ring once the current transaction has committed; at once outside of one."""
    transaction.on_commit(ring, robust=True)


def listen(seconds: float) -> bool:
    """Wait for a ring; raises `redis.RedisError`."""
    return bell.client().blpop([RINGS], timeout=seconds) is not None


def hush() -> None:
    """Take away the rings that came meanwhile: whoever looks now sees what they rang for. Raises `redis.RedisError`."""
    bell.client().delete(RINGS)
