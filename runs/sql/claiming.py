"""Taking what is due under a lease, and keeping it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from runs.sql.statements import query

LEASE: timedelta = settings.LEASE


_COLUMNS = """
    r.id, r.number, r.agent, r.version_id, r.requester_id, r.plan_id, r.revision, r.position, r.stage, r.epoch,
    r.audit_seq, r.suspect, r.crashes, r.cancel_requested,
    ARRAY[r.spent_steps, r.spent_calls, r.spent_tokens, r.spent_cost, r.spent_ms],
    ARRAY[r.budget_steps, r.budget_calls, r.budget_tokens, r.budget_cost, r.budget_ms, r.budget_revisions],
    g.goal, g.input, g.salt, extract(epoch FROM now())::float8,
    (SELECT u.is_active FROM core_user u WHERE u.id = r.requester_id), r.parent_id, r.audit_head,
    (SELECT h.current_id FROM tools_registry_policyhead h),
    (SELECT coalesce(array_agg(s.scope), '{{}}') FROM tools_registry_switch s)
"""

_CLAIM = f"""
WITH due AS MATERIALIZED (
    SELECT id FROM runs_run
    WHERE due_at <= now() AND status = 'queued' AND suspect = {{suspect}}
    ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED)
UPDATE runs_run r SET status = 'running', lease_until = now() + %s, due_at = now() + %s, not_before = NULL,
    lease_holder = %s, epoch = r.epoch + 1, alone = %s
FROM due, runs_runinput g WHERE r.id = due.id AND g.run_id = r.id
RETURNING {_COLUMNS}
"""  # noqa: S608 - composed of literals
# Two texts, so that each is planned with its own index.
_CLAIM_FRESH, _CLAIM_SUSPECT = (_CLAIM.format(suspect=word) for word in ("false", "true"))


def claim(limit: int, *, holder: str, suspects: bool = False) -> list[tuple[Any, ...]]:
    """Take up to `limit` due runs, each under a fresh lease and epoch; one commit for all of them.

    The last two columns are the policy in force and the switches that are thrown, the same in each row.
    """
    return query(_CLAIM_SUSPECT if suspects else _CLAIM_FRESH, (limit, LEASE, LEASE, holder, suspects))


_ANY_DUE = "SELECT 1 FROM runs_run WHERE due_at <= now() AND status = 'queued' LIMIT 1"


def any_due() -> bool:
    return bool(query(_ANY_DUE))


_SUSPECT_DUE = "SELECT 1 FROM runs_run WHERE due_at <= now() AND status = 'queued' AND suspect = true LIMIT 1"


def suspect_due() -> bool:
    """Does a run wait that must be carried alone?"""
    return bool(query(_SUSPECT_DUE))


_RENEW = """
UPDATE runs_run r SET lease_until = now() + %s, due_at = now() + %s
FROM unnest(%s::uuid[], %s::bigint[]) AS held(id, epoch)
WHERE r.id = held.id AND r.epoch = held.epoch AND r.status = 'running' RETURNING r.id
"""


def renew(held: Sequence[tuple[UUID, int]]) -> set[UUID]:
    """Prolong these leases; returns the runs still held (the others are lost)."""
    ids, epochs = [run for run, _ in held], [epoch for _, epoch in held]
    return {row[0] for row in query(_RENEW, (LEASE, LEASE, ids, epochs))}
