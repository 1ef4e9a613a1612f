"""One process of the queue `models`: claims what is due, has hundreds of calls in flight at once, settles what comes.

The event loop waits for providers; a few threads talk to PostgreSQL, so that no connection is held while a model
thinks. An idle process sends PostgreSQL nothing: it listens for the bell, and the ticker rings for what was missed.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import redis
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connection

from runs import sql
from runs.gateway import doorbell
from runs.gateway.batching.tending import tend
from runs.gateway.performing import claiming
from runs.gateway.performing.claiming import Claimed
from runs.gateway.performing.sending import breaker_of, make
from runs.gateway.performing.settling import Settlement, settle_calls
from runs.gateway.providers import providers
from tools_registry.breaker import shared_breakers

THREADS = 3  # that talk to PostgreSQL
MOST_SETTLED = 32  # calls per commit
GATHER = 0.004  # seconds that one ring waits for the next
AWAY = 1.0  # seconds until PostgreSQL or Redis is tried again
LISTEN = 5.0
BATCH_PAUSE = 1.0

Made = TypeVar("Made")
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Performer:
    """Everything one process has in its hands."""

    holder: str
    most: int
    flying: dict[UUID, Claimed] = field(default_factory=dict)
    unused: dict[str, int] = field(default_factory=dict)  # tokens reserved and not needed, by provider
    was_open: set[str] = field(default_factory=set)  # breakers
    stopping: threading.Event = field(default_factory=threading.Event)
    rung: asyncio.Event = field(default_factory=asyncio.Event)
    rung_for_batches: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Queue[Settlement] = field(default_factory=asyncio.Queue)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    loop: asyncio.AbstractEventLoop | None = None
    threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(THREADS, thread_name_prefix="model-rows")
    )

    async def run(self) -> None:
        """Serve until told to stop; then wait for what is in flight, as long as a lease."""
        self.loop = asyncio.get_running_loop()
        threading.Thread(target=self._listen, daemon=True, name="model-bell").start()
        settling = asyncio.create_task(self._settle())
        renewing = asyncio.create_task(self._renew())
        tending = asyncio.create_task(self._tend_batches())
        while not self.stopping.is_set():
            self.rung.clear()
            again = await self._claim_all()
            await self._wait(again)
        await self._land()
        for task in (settling, renewing, tending):
            task.cancel()
        await self.close()

    async def close(self) -> None:
        """Give back every connection."""
        for name in providers().ready():
            await providers().get(name).close()
        everybody = threading.Barrier(THREADS)  # so that no thread does it twice and another not at all

        def leave() -> None:
            everybody.wait(10)
            connection.close()

        await asyncio.gather(*(self._rows(leave) for _ in range(THREADS)))
        self.threads.shutdown()

    def stop(self) -> None:
        """Claim nothing more. Callable from a signal handler."""
        self.stopping.set()
        if self.loop is not None:
            self.loop.call_soon_threadsafe(self.rung.set)

    # --- claiming ---------------------------------------------------------------------------------

    async def _claim_all(self) -> float | None:
        """Claim for each provider; when to look again, or None for when the bell rings."""
        soonest: float | None = None
        for name in providers().ready():
            again = await self._claim(name)
            if again is not None:
                soonest = again if soonest is None else min(soonest, again)
        return soonest

    async def _claim(self, provider: str) -> float | None:
        room = self.most - len(self.flying)
        if room <= 0:
            return None  # whoever lands makes room and sets `rung`
        try:
            open_for = await self._rows(lambda: shared_breakers().closed_for(breaker_of(provider)))
            probing = open_for is None and provider in self.was_open
            unused = self.unused.pop(provider, 0)
            found = await self._rows(
                lambda: claiming.claim(provider, 1 if probing else room, holder=self.holder, unused=unused)
            )
        except DatabaseError as error:
            log.warning("models.database_away", extra={"error": type(error).__name__})
            return AWAY
        if open_for is not None:
            self.was_open.add(provider)
        for call in found.calls:
            self.flying[call.id] = call
            self._start(self._perform(call, closed=open_for is not None))
        return found.again

    async def _wait(self, again: float | None) -> None:
        if again == 0.0:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.rung.wait(), again)

    def _listen(self) -> None:
        """In a thread of its own: Redis waits there for a ring."""
        while not self.stopping.is_set():
            if len(self.flying) >= self.most:  # somebody else may have room, and hears what is left alone here
                self.stopping.wait(GATHER)
                continue
            try:
                if rung := doorbell.listen(LISTEN):
                    self.stopping.wait(GATHER)
                    doorbell.hush()
            except redis.RedisError:
                rung = True  # nobody can ring
                self.stopping.wait(AWAY)
            if rung and self.loop is not None and not self.loop.is_closed():
                self.loop.call_soon_threadsafe(self.rung.set)
                self.loop.call_soon_threadsafe(self.rung_for_batches.set)

    # --- batches ----------------------------------------------------------------------------------

    async def _tend_batches(self) -> None:
        """Look after what can wait: when rung for, when something is due, and never more than once a second."""
        while not self.stopping.is_set():
            soonest: float | None = None
            for name in providers().ready():
                try:
                    again = await tend(name, self._rows, self.holder)
                except DatabaseError as error:
                    log.warning("models.database_away", extra={"error": type(error).__name__})
                    again = AWAY
                except Exception:
                    log.exception("models.batches_broke")  # whatever was in hand is taken again when its lease lapses
                    again = AWAY
                soonest = again if soonest is None else soonest if again is None else min(soonest, again)
            await asyncio.sleep(BATCH_PAUSE)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.rung_for_batches.wait(), soonest)
            self.rung_for_batches.clear()

    # --- one call ---------------------------------------------------------------------------------

    async def _perform(self, call: Claimed, *, closed: bool) -> None:
        try:
            await self.ended.put(await make(call, closed=closed, rows=self._rows, was_open=self.was_open))
        except Exception:
            log.exception("model.call_broke", extra={"call": str(call.id)})  # its lease lapses, and it counts as lost
            self._landed(call)

    # --- settling ---------------------------------------------------------------------------------

    async def _settle(self) -> None:
        """Write what came back, as many at once as have come."""
        while True:
            batch = [await self.ended.get()]
            while len(batch) < MOST_SETTLED and not self.ended.empty():
                batch.append(self.ended.get_nowait())
            await self._write_down(batch)
            for one in batch:
                left = one.call.reserved_tokens - one.used.total
                self.unused[one.call.provider] = self.unused.get(one.call.provider, 0) + left
                self._landed(one.call)
                if one.again is not None and self.loop is not None:
                    self.loop.call_later(one.again.seconds, self.rung.set)

    async def _write_down(self, batch: list[Settlement]) -> None:
        """What was answered is worth waiting for the database, as long as the leases may hold."""
        deadline = time.monotonic() + sql.LEASE.total_seconds()
        while True:
            try:
                await self._rows(lambda: settle_calls(batch))
                return
            except (OperationalError, InterfaceError) as error:
                log.warning("models.database_away", extra={"error": type(error).__name__})
                if time.monotonic() > deadline:
                    return
                await asyncio.sleep(AWAY)
            except Exception:
                log.exception("model.not_settled")
                return

    def _landed(self, call: Claimed) -> None:
        self.flying.pop(call.id, None)
        if len(self.flying) == self.most - 1:
            self.rung.set()

    async def _renew(self) -> None:
        every = sql.LEASE.total_seconds() / 3
        while True:
            await asyncio.sleep(every)
            if held := list(self.flying.values()):
                try:
                    await self._rows(lambda held=held: claiming.renew(held))  # type: ignore[misc]
                except DatabaseError as error:
                    log.warning("models.not_renewed", extra={"error": type(error).__name__})

    async def _land(self) -> None:
        deadline = time.monotonic() + sql.LEASE.total_seconds()
        while self.flying and time.monotonic() < deadline:
            await asyncio.sleep(0.05)

    # --- threads ----------------------------------------------------------------------------------

    async def _rows(self, work: Callable[[], Made]) -> Made:
        """Do something with the database in one of the threads that have a connection."""
        assert self.loop is not None  # noqa: S101 - run() set it
        return await self.loop.run_in_executor(self.threads, _mending, work)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


def _mending(work: Callable[[], Made]) -> Made:
    """A connection that broke is not used again."""
    try:
        return work()
    except DatabaseError:
        connection.close_if_unusable_or_obsolete()
        raise


def most_at_once() -> int:
    """Calls that one process has in flight."""
    return int(settings.MODEL_CONCURRENCY)
