"""The end of a run's chain: appending to it from outside a lease, and why a fenced statement found nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from agentops.core.audit.trail import Sealed
from runs.sql.refusals import ChainMoved, LeaseLost
from runs.sql.statements import query

_APPEND = """
WITH r AS MATERIALIZED (SELECT id, audit_seq, audit_head FROM runs_run WHERE id = %s FOR UPDATE),
w AS MATERIALIZED (
    SELECT audit_write('run:' || r.id, r.audit_seq + 1, r.audit_head, %s, %s, %s, %s, %s, %s) AS head FROM r)
UPDATE runs_run SET audit_seq = r.audit_seq + 1, audit_head = w.head FROM r, w WHERE runs_run.id = r.id
"""


def append_event(run_id: UUID, event: Sealed) -> None:
    """Append to a run's chain from outside its lease (a person's decision); the caller has locked the run."""
    query(_APPEND, (run_id, *entry(event)))


def missing(run_id: UUID, epoch: int) -> LeaseLost | ChainMoved:
    """Why a fenced statement found no row: the lease is lost, or somebody else wrote on the run's chain."""
    rows = query(_ENDS_AT, (run_id, epoch))
    return ChainMoved(rows[0][0], bytes(rows[0][1])) if rows else LeaseLost(str(run_id))


_ENDS_AT = "SELECT audit_seq, audit_head FROM runs_run WHERE id = %s AND epoch = %s AND status = 'running'"


def entry(event: Sealed) -> tuple[Any, ...]:
    return event.body, event.mac, event.at, event.action, event.actor, event.facets
