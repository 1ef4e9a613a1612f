"""The doorbell: wakes a worker because something may be due in PostgreSQL. It carries nothing and may be lost.

Drainers listen on a list, and a ring is a push onto it. While one of them has room it keeps a flag; without the flag
a ring also enqueues one RQ job, whose work is to look. A lost ring costs what the ticker needs to find the run.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

import redis
from django.conf import settings
from django.db import transaction

QUEUE = "default"
LOOKING = "agentops:looking"  # a drainer has room, or is about to look
RINGS = "agentops:rings"
FLAG_SECONDS = 5
MOST_RINGS = 128  # nobody hears more than that

log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def client() -> redis.Redis:
    """One connection pool per process, patient enough for the drainer's blocking read."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=10, socket_connect_timeout=2)


def ring() -> None:
    """Wake somebody. Never raises: the row is the truth, and the ticker finds it."""
    try:
        nobody_looked, waiting = _push()
        if waiting > MOST_RINGS:
            client().ltrim(RINGS, -MOST_RINGS // 2, -1)
        if nobody_looked:
            wake()
    except redis.RedisError as error:
        log.warning("bell.lost", extra={"error": type(error).__name__})


def _push() -> tuple[Any, int]:
    """Raise the flag if there is none, and ring; both commands in one message that is packed once.

    The library's own pipeline costs more than the row that is rung for.
    """
    try:
        return _exchange()
    except (redis.ConnectionError, redis.TimeoutError):
        return _exchange()  # the server was started anew; a ring too many does no harm


def _exchange() -> tuple[Any, int]:
    pool = client().connection_pool
    line = pool.get_connection()
    try:
        line.send_packed_command([_RING])  # type: ignore[no-untyped-call]
        return line.read_response(), int(line.read_response())
    except BaseException:
        line.disconnect()  # type: ignore[no-untyped-call]  # with answers that nobody has read
        raise
    finally:
        pool.release(line)


def _packed(*words: str | int) -> bytes:
    parts = [str(word).encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%b\r\n" % (len(part), part) for part in parts)


_RING = _packed("SET", LOOKING, 1, "EX", FLAG_SECONDS, "NX") + _packed("RPUSH", RINGS, 1)


def ring_on_commit() -> None:
    """Ring once the current transaction has committed; at once outside of one."""
    transaction.on_commit(ring, robust=True)


def wake() -> None:
    """Have a worker look, whoever else is looking. Raises `redis.RedisError`."""
    import rq

    queue = rq.Queue(QUEUE, connection=client(), serializer="rq.serializers.JSONSerializer")
    queue.enqueue("runs.jobs.drain", result_ttl=0, failure_ttl=60, job_timeout=-1)
