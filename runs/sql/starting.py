"""A run's first three rows, in one statement."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from agentops.core.audit.trail import Sealed
from runs.sql.chain import entry
from runs.sql.statements import dumps, query

_START = """
WITH r AS (
    INSERT INTO runs_run (id, agent, version_id, requester_id, parent_id, request_key, plan_id, revision, position,
        stage, status, due_at, epoch, lease_holder, suspect, alone, crashes, cancel_requested, audit_seq, audit_head,
        spent_steps, spent_calls, spent_tokens, spent_cost, spent_ms, budget_steps, budget_calls, budget_tokens,
        budget_cost, budget_ms, budget_revisions, end_code, created_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, 1, 0, %s, 'queued', now(), 0, '', false, false, 0, false, 1,
        audit_write(%s, 1, decode(repeat('00', 32), 'hex'), %s, %s, %s, %s, %s, %s),
        0, 0, 0, 0, 0, %s, %s, %s, %s, %s, %s, '', now())
    RETURNING id, number)
INSERT INTO runs_runinput (run_id, goal, input, subject, document, salt)
SELECT r.id, %s, %s::json, %s, %s, %s FROM r RETURNING (SELECT number FROM r)
"""


def insert_run(
    *,
    run_id: UUID,
    agent: str,
    version: str,
    requester: UUID,
    parent: UUID | None,
    request_key: str | None,
    plan: str | None,
    stage: str,
    event: Sealed,
    budget: tuple[int, int, int, int, int, int],
    goal: str,
    given: dict[str, Any],
    subject: str,
    document: str | None,
    salt: bytes,
) -> int:
    """Insert a queued run, its input and its first event; returns its short number."""
    rows = query(
        _START,
        (
            *(run_id, agent, version, requester, parent, request_key, plan, stage),
            *(f"run:{run_id}", *entry(event)),
            *budget,
            *(goal, dumps(given), subject, document, salt),
        ),
    )
    return int(rows[0][0])
