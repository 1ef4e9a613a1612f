"""The worker process: one RQ worker in this process (no fork, no job timeout), whose only job is to drain.

Isolation is the sandbox's work, time limits are the pipe's. A SIGTERM lets the runs in hand reach their next step
boundary and hands them back; a second one, or a kill, leaves them to their leases.
"""

from __future__ import annotations

import contextlib
import gc
import os
import socket
import threading
import time
from datetime import timedelta
from typing import Any

import redis
import rq
from django.conf import settings
from rq.timeouts import BaseDeathPenalty

from runs import bell, drain

ALIVE = "agentops:worker:"
ALIVE_SECONDS = 15
# More wait for remote tools side by side; beyond this each only cools the others' caches (measured).
THREADS_PER_CORE, MOST_THREADS = 4, 16


class NoDeathPenalty(BaseDeathPenalty):
    """A drain has no time limit of its own."""

    def setup_death_penalty(self) -> None:
        pass

    def cancel_death_penalty(self) -> None:
        pass


class Worker(rq.SimpleWorker):
    """Drains in its own process and tells the drain when it is asked to stop."""

    death_penalty_class = NoDeathPenalty
    draining: drain.Drain | None = None

    def request_stop(self, signum: int, frame: Any) -> None:
        if self.draining is not None:
            self.draining.stop.set()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]


def run_worker(*, threads: int | None = None, name: str | None = None) -> None:
    """Serve until told to stop."""
    threads = threads or min(MOST_THREADS, THREADS_PER_CORE * (os.cpu_count() or 1))
    name = name or f"{socket.gethostname()[:30]}-{os.getpid()}-{int(time.time())}"
    connection = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2)
    worker = Worker(
        [bell.QUEUE],
        connection=connection,
        name=name,
        serializer="rq.serializers.JSONSerializer",
        log_job_description=False,
        work_horse_killed_handler=None,
    )
    worker.draining = drain.configure(name, threads)
    threading.Thread(target=_keep_alive, args=(name, worker.draining.stop), daemon=True).start()
    with contextlib.suppress(redis.RedisError):
        bell.wake()  # whatever fell due while nobody was here; a flag may still stand of one who was killed
    # What is loaded by now stays: the collector need not look at it again, nor look after every few hundred rows.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    worker.work(logging_level="WARNING")
    if worker.draining.hands:
        worker.draining.hands.close()


def living() -> list[str]:
    """Names of the workers that were alive in the last seconds; raises `redis.RedisError`."""
    keys = bell.client().scan_iter(match=f"{ALIVE}*", count=100)
    return sorted(key.decode().removeprefix(ALIVE) for key in keys)


def _keep_alive(name: str, stop: threading.Event) -> None:
    while not stop.is_set():
        with contextlib.suppress(redis.RedisError):
            bell.client().set(ALIVE + name, 1, ex=timedelta(seconds=ALIVE_SECONDS))
        stop.wait(ALIVE_SECONDS / 3)
    with contextlib.suppress(redis.RedisError):
        bell.client().delete(ALIVE + name)
