"""What the ticker sweeps: whatever is due and has no bell to bring it back."""

from __future__ import annotations

from agentops.core.audit.trail import Event
from agentops.core.clock import db_now
from runs import bell, sql
from runs.lifecycle import RunStatus
from runs.models import Run
from runs.points import durable, single
from runs.services.ending import TICKER, record

MOST_COUNTED = 100  # crashes: a run that cannot even be parked must not overflow its row and stop the sweep

_LAPSED = """
SELECT id, alone, crashes, audit_seq, epoch FROM runs_run
WHERE status = 'running' AND due_at < now() LIMIT 200 FOR UPDATE SKIP LOCKED
"""


def requeue_lapsed() -> int:
    """Runs whose worker died or slept past its lease go back to the queue; a crash alone counts against a run."""
    with durable("sweep.lapsed"):
        rows = sql.query(_LAPSED)
        for run_id, alone, crashes, _, epoch in rows:
            run = Run.objects.get(pk=run_id)
            count = min(crashes + (1 if alone else 0), MOST_COUNTED)
            event = Event(
                action="run.lease_lapsed",
                actor=TICKER,
                run=str(run_id),
                epoch=epoch,
                data={"crashes_alone": count},
            )
            # The epoch rises with the sweep, so a worker that wakes up again is fenced before anybody claims.
            Run.objects.filter(pk=run_id).update(
                status=RunStatus.QUEUED,
                lease_until=None,
                due_at=db_now(),
                suspect=True,
                crashes=count,
                epoch=epoch + 1,
            )
            record(run, event)
    if rows:
        bell.ring()
    return len(rows)


_WAKE = """
UPDATE runs_run SET status = 'queued', awaiting = NULL, due_at = now()
WHERE id = ANY(ARRAY(SELECT id FROM runs_run WHERE status = 'awaiting' AND due_at <= now() AND awaiting IN
    ('timer', 'hold') LIMIT 500 FOR UPDATE SKIP LOCKED))
RETURNING id
"""


def wake_timers() -> int:
    """Runs whose timer is up go back to the queue."""
    with single("sweep.timers"):
        woken = sql.query(_WAKE)
    if woken:
        bell.ring()
    return len(woken)


_RELEASE = """
UPDATE runs_run SET status = 'queued', awaiting = NULL, due_at = now()
WHERE id = ANY(ARRAY(
    SELECT r.id FROM runs_run r
    WHERE r.status = 'awaiting' AND r.awaiting = 'hold' AND NOT EXISTS (
        SELECT 1 FROM tools_registry_switch s
        WHERE s.scope IN ('all', 'agent:' || r.agent) OR s.scope IN (
            SELECT a.request ->> 'scope' FROM runs_await a WHERE a.run_id = r.id AND a.kind = 'hold'))
    LIMIT 500 FOR UPDATE SKIP LOCKED))
RETURNING id
"""


def release_holds() -> int:
    """Runs that a kill switch held go on once it is released."""
    with single("sweep.holds"):
        released = sql.query(_RELEASE)
    if released:
        bell.ring()
    return len(released)


def ring_if_due() -> bool:
    """A bell may have been lost: ring again for whatever has been due for a moment."""
    due = bool(
        sql.query("SELECT 1 FROM runs_run WHERE status = 'queued' AND due_at < now() - interval '1 second' LIMIT 1")
    )
    if due:
        bell.ring()
    return due
