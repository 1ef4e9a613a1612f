"""Draining: one thread claims what is due in PostgreSQL, a small pool of threads carries it, and both return soon.

The claimer takes several runs per commit. While runs are carried it renews their leases every third of a lease and
reads the policy and the kill switches once a second. When nothing is due it lingers on the bell, sending PostgreSQL
nothing, and goes back to RQ after a moment; after a minute in any case, so that RQ keeps its books.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import redis
from django.db import Error as DatabaseError
from django.db import connection

from runs import bell, parking, policy, sql, troubles
from runs.awaiting import AskedDifferently
from runs.executor import advance
from runs.hands import Hands
from runs.leased import LeasedRun
from runs.points import single

LINGER = 10.0  # seconds on the bell before going back to RQ
GATHER = 0.02  # seconds that a busy worker waits for more room
MOMENT = 0.004  # seconds that a worker with work in hand waits for more to come
HAND_OVER = 0.0002  # seconds in which the one run of an idle worker gets the interpreter to itself
LONGEST = 60.0
CLAIM = 16  # runs per commit at most
POLICY_SECONDS = 1.0
SUSPECT_SECONDS = 0.5
PUT_OFF = 0.05  # seconds that the only run of an idle worker is not disturbed by looking for suspects

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Drain:
    """One worker process's draining; at most one at a time."""

    holder: str
    threads: int
    stop: threading.Event = field(default_factory=threading.Event)
    held: dict[UUID, LeasedRun] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)
    hands: Hands | None = None
    read_at: float = 0.0
    renewed_at: float = 0.0
    flagged: bool = False
    flagged_at: float = 0.0
    alone: bool = False  # a suspect is in hand, or is the next to be: nothing joins it
    suspects_at: float = 0.0  # when to look for suspects next, although there is other work
    put_off: bool = False  # that look was put off already

    def run(self) -> None:
        """Claim and carry until nothing is due for a moment; returns at once when asked to stop."""
        if self.hands is None:
            self.hands = Hands(self.threads)
        began = quiet_since = time.monotonic()
        rung = True  # something may be due already
        self._flag(True)
        try:
            while not self.stop.is_set():
                late = time.monotonic() - began > LONGEST
                room = 0 if self.alone and self.held else self.threads - len(self.held)
                if late and not self.held:
                    break
                claimed = self._claim(room) if (rung or self.alone) and room and not late else 0
                self._renew()
                if claimed or self.held:
                    quiet_since = time.monotonic()
                elif time.monotonic() - quiet_since > LINGER:
                    if self._leave():
                        break
                    rung = True
                    continue
                has_room = claimed < room and not late
                if has_room:
                    rung = self._listen(claimed)  # nothing more is due; whoever adds something rings
                if rung or not has_room:
                    self._wait_for_room(1 if self.alone or late else self.threads)
        finally:
            with contextlib.suppress(DatabaseError):
                self._drain_out()
            self._flag(False)
        if sql.any_due():
            bell.ring()

    def _claim(self, room: int) -> int:
        suspects = self._claim_suspect() if self.alone else []  # its turn has come
        rows = suspects
        if not rows:
            with single("run.claim"):
                rows = sql.claim(min(room, CLAIM), holder=self.holder)
        if not rows and not self.held:
            rows = suspects = self._claim_suspect()
        self.alone = bool(suspects)
        if rows:
            view, was_idle = self._seen(policy.seen(*rows[0][-2:])), not self.held
            for row in rows:
                self._start(row, view)
            if was_idle:
                if not self.put_off:  # once for each look: however steadily single runs come, suspects get their turn
                    self.suspects_at, self.put_off = max(self.suspects_at, time.monotonic() + PUT_OFF), True
                time.sleep(HAND_OVER)
        if suspects:
            return room  # and there may be more of them
        if len(rows) == room:
            if self.flagged:
                self._flag(False)  # full: the next ring shall wake somebody else
        elif not self.flagged:
            self._flag(True)
            return self._claim(room - len(rows)) + len(rows)  # somebody may have rung while nobody listened
        return len(rows) if len(rows) < CLAIM else room

    def _claim_suspect(self) -> list[Any]:
        with single("run.claim_suspect"):
            return sql.claim(1, holder=self.holder, suspects=True)

    def _start(self, row: Any, view: policy.PolicyView) -> None:
        try:
            run = LeasedRun.from_row(row, self.holder, view)
        except LookupError as error:  # an agent this worker does not know; another version of the code may
            log.error("run.unknown_agent", extra={"run": str(row[0]), "error": str(error)})
            parking.let_go(row[0], row[9])
            return
        self.held[run.id] = run
        assert self.hands is not None  # noqa: S101 - run() made it
        self.hands.give(partial(self._carry, run))

    def _carry(self, run: LeasedRun) -> None:
        try:
            carry(run, self.stop)
        finally:
            with self.changed:
                if self.held.get(run.id) is run:  # it may be due again, and claimed, before this thread is done with it
                    del self.held[run.id]
                self.changed.notify()

    def _policy(self) -> None:
        if time.monotonic() - self.read_at > POLICY_SECONDS:
            self._seen(policy.current())

    def _seen(self, view: policy.PolicyView) -> policy.PolicyView:
        """What holds now, for the runs in hand as well; a claim tells it, and it is asked for once a second."""
        self.read_at = time.monotonic()
        for run in list(self.held.values()):
            run.policy = view
        return view

    def _renew(self) -> None:
        if not self.held:
            return
        self._policy()
        self._look_for_suspects()
        every = sql.LEASE.total_seconds() / 3
        if time.monotonic() - self.renewed_at < every:
            return
        self.renewed_at = time.monotonic()
        fresh = [run for run in list(self.held.values()) if time.monotonic() < run.patience]
        with single("run.renew"):
            kept = sql.renew([(run.id, run.epoch) for run in fresh])
        for run in fresh:
            run.lost = run.id not in kept

    def _look_for_suspects(self) -> None:
        """Steady work must not starve suspects: now and then one goes first, once the hands are empty."""
        now = time.monotonic()
        if not self.alone and now >= self.suspects_at:
            self.suspects_at, self.put_off, self.alone = now + SUSPECT_SECONDS, False, sql.suspect_due()

    def _wait_for_room(self, most: int) -> None:
        """Wait while `most` runs are in hand; and, at work, a moment longer, so that one commit claims several."""
        with self.changed:
            if len(self.held) >= most:
                self.changed.wait(0.5)
            if most > 1 and self.held:
                self.changed.wait_for(lambda: len(self.held) <= self.threads // 2, timeout=GATHER)
                self.changed.wait_for(lambda: not self.held, timeout=MOMENT)

    def _listen(self, claimed: int) -> bool:
        """Wait a moment for a ring; whoever took several runs takes their rings away too."""
        try:
            if claimed > 1:
                bell.client().ltrim(bell.RINGS, claimed - 1, -1)
            rung = bell.client().blpop([bell.RINGS], timeout=0.25) is not None
        except redis.RedisError:
            time.sleep(0.25)
            return True  # nobody can ring
        if self.flagged and time.monotonic() - self.flagged_at > bell.FLAG_SECONDS / 5:
            self._flag(True)
        return rung

    def _leave(self) -> bool:
        """Take the flag down, then look a last time: who rang before saw the flag and rang in vain."""
        self._flag(False)
        return not sql.any_due()

    def _flag(self, up: bool) -> None:
        self.flagged, self.flagged_at = up, time.monotonic()
        try:
            if up:
                bell.client().set(bell.LOOKING, 1, ex=bell.FLAG_SECONDS)
            else:
                bell.client().delete(bell.LOOKING)
        except redis.RedisError:
            self.flagged = up

    def _drain_out(self) -> None:
        deadline = time.monotonic() + sql.LEASE.total_seconds()
        while self.held and time.monotonic() < deadline:
            self._renew()
            with self.changed:
                self.changed.wait(0.1)


def carry(run: LeasedRun, stop: threading.Event) -> None:
    """Advance one run in this thread; whatever goes wrong ends as a row or as a lapsed lease, never as silence."""
    try:
        try:
            advance(run, stop)
        except sql.LeaseLost:
            log.info("run.lease_lost", extra={"run": str(run.id), "epoch": run.epoch})
        except AskedDifferently as asked:
            troubles.code_failed(run, "asked_differently", str(asked))
        except DatabaseError as error:
            troubles.database_failed(run, error)
        except Exception as error:
            log.exception("run.agent_error", extra={"run": str(run.id), "epoch": run.epoch})
            troubles.code_failed(run, "agent_error", f"The agent's code failed: {type(error).__name__}: {error}")
    except sql.LeaseLost:
        pass
    except Exception:
        log.exception("run.lost", extra={"run": str(run.id), "epoch": run.epoch})
        connection.close()


_here: Drain | None = None


def configure(holder: str, threads: int) -> Drain:
    """The drain of this worker process, used by the RQ job."""
    global _here
    _here = Drain(holder, threads)
    return _here


def drain_here() -> None:
    """Drain in this process; used by the job. A process that is no worker drains with one thread."""
    global _here
    if _here is None:
        _here = Drain("inline", 1)
    try:
        _here.run()
    except DatabaseError:
        log.exception("drain.database_away")  # the ticker rings again once something is due there
        connection.close()
