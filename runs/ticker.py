"""The ticker: one process that sweeps what no bell brings back, every second, and gives slower chores their turn.

Two tickers do no harm: every sweep locks what it moves and skips what another has locked. Other rooms register
their chores (`chore`), so the runtime knows nothing of them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import Error as DatabaseError
from django.db import close_old_connections

from agentops.core.clock import db_now
from runs import services
from runs.gateway.performing import sweeping
from tools_registry.queries import waiting_policies
from tools_registry.services import expire_pending

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Chore:
    """Something to be done every so often; its failure is logged and costs the others nothing."""

    name: str
    every: float
    work: Callable[[], object]
    due: float = 0.0


_chores: list[Chore] = []


def chore(name: str, *, every: float, work: Callable[[], object]) -> None:
    """Register a chore: `work` is called about every `every` seconds, in the ticker's thread."""
    _chores.append(Chore(name, every, work))


def _expire_policies() -> int:
    """Close the changes of policy that no second administrator confirmed in time."""
    now = db_now()  # the floor below has no ticker, so its chore stands here; asked first, locked only if need be
    return expire_pending(now=now) if waiting_policies().filter(expires_at__lte=now).exists() else 0


chore("lapsed leases", every=1.0, work=services.requeue_lapsed)
chore("timers", every=0.5, work=services.wake_timers)
chore("messages that did not come", every=1.0, work=services.expire_messages)
chore("holds", every=1.0, work=services.release_holds)
chore("children of ended runs", every=1.0, work=services.stop_orphans)
chore("lost bells", every=1.0, work=services.ring_if_due)
chore("lost model calls", every=1.0, work=sweeping.find_lost)
chore("stale model calls", every=5.0, work=sweeping.end_stale)
chore("lost bells of models", every=1.0, work=sweeping.ring_if_due)
chore("policies nobody confirmed", every=30.0, work=_expire_policies)


def run_ticker(stop: threading.Event | None = None) -> None:
    """Tick until told to stop."""
    stop = stop or threading.Event()
    while not stop.is_set():
        tick()
        stop.wait(0.25)


def tick() -> None:
    """Do what is due now."""
    for item in _chores:
        if time.monotonic() < item.due:
            continue
        item.due = time.monotonic() + item.every
        try:
            item.work()
        except DatabaseError as error:
            log.warning("ticker.database_away", extra={"chore": item.name, "error": type(error).__name__})
            close_old_connections()
        except Exception:
            log.exception("ticker.chore_failed", extra={"chore": item.name})
