"""What the ticker does for model calls: finds the lost, ends the stale, and rings for what no bell brought."""

from __future__ import annotations

from runs import sql
from runs.gateway import doorbell
from runs.gateway.performing import judging
from runs.gateway.performing.claiming import take_lapsed, take_stale
from runs.gateway.performing.settling import settle_calls

_ANY_LAPSED = "SELECT 1 FROM runs_modelcall WHERE status = 'sent' AND due_at < now() LIMIT 1"
_ANY_DUE = "SELECT 1 FROM runs_modelcall WHERE status = 'due' LIMIT 1"
_DUE_A_WHILE = "SELECT 1 FROM runs_modelcall WHERE status = 'due' AND due_at < now() - interval '1 second' LIMIT 1"
_BATCH_DUE = "SELECT 1 FROM runs_modelbatch WHERE due_at < now() LIMIT 1"


def find_lost() -> int:
    """Calls whose process died may be billed: recorded as lost, and asked once more at most."""
    return settle_calls([judging.lost(call) for call in take_lapsed()]) if sql.query(_ANY_LAPSED) else 0


def end_stale() -> int:
    """Calls that nobody waits for are withdrawn; those that waited too long are answered by rules."""
    if not sql.query(_ANY_DUE):
        return 0
    why = "No model was asked in time."
    return settle_calls([judging.unavailable(call, "waited_too_long", why) for call in take_stale()])


def ring_if_due() -> bool:
    """A bell may have been lost, or a second try has become due."""
    due = bool(sql.query(_DUE_A_WHILE)) or bool(sql.query(_BATCH_DUE))
    if due:
        doorbell.ring()
    return due
