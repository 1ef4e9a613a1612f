"""The step boundary: rows, event, spend and position in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from agentops.core.audit.trail import Sealed, entry_hash
from runs.models import Action
from runs.sql.chain import entry, missing
from runs.sql.refusals import ReferenceTaken
from runs.sql.statements import dumps, query

# The worker knows where the chain ends and computes the next head itself, so the UPDATE needs no lock before it and has
# no side effect when it must wait and is computed twice. The entry is written for the row that was updated, and
# `audit_write_to` refuses it unless its hash is the head that the row has now.
_CHECKPOINT = """
WITH r AS (
    UPDATE runs_run SET plan_id = %s, revision = %s, position = %s, stage = %s, status = %s, awaiting = %s,
        due_at = CASE WHEN %s = 'running' THEN due_at ELSE %s END,
        lease_until = CASE WHEN %s = 'running' THEN lease_until END,
        ended_at = CASE WHEN %s THEN now() END, end_code = %s,
        suspect = suspect AND %s = 'running', crashes = CASE WHEN %s THEN 0 ELSE crashes END,
        spent_steps = spent_steps + %s, spent_calls = spent_calls + %s, spent_tokens = spent_tokens + %s,
        spent_cost = spent_cost + %s, spent_ms = spent_ms + %s, audit_seq = audit_seq + 1, audit_head = %s
    WHERE id = %s AND epoch = %s AND status = 'running' AND audit_seq = %s AND audit_head = %s
    RETURNING id, epoch, audit_seq, audit_head),
w AS MATERIALIZED (
    SELECT audit_write_to(r.audit_head, 'run:' || r.id, r.audit_seq, %s, %s, %s, %s, %s, %s, %s) FROM r),
s AS (
    INSERT INTO runs_step (run_id, revision, seq, name, tool, stage, status, output, note, epoch, at)
    SELECT r.id, n.revision, n.seq, n.name, n.tool, n.stage, n.status, n.output, n.note, r.epoch, n.at
    FROM r, json_to_recordset(%s::json) AS n(revision int, seq int, name text, tool text, stage text,
        status text, output json, note text, at timestamptz)),
c AS (
    INSERT INTO runs_toolcall (run_id, revision, seq, attempt, tool, tool_version, effect_key, input, input_from,
        output, result, error, epoch, started_at, duration_ms, cpu_ms, cost)
    SELECT r.id, n.revision, n.seq, n.attempt, n.tool, n.tool_version, n.effect_key, n.input,
        n.input_from, n.output, n.result, n.error, r.epoch, n.started_at, n.duration_ms, n.cpu_ms, n.cost
    FROM r, json_to_recordset(%s::json) AS n(revision int, seq int, attempt int, tool text, tool_version text,
        effect_key text, input json, input_from json, output json, result text, error text, started_at timestamptz,
        duration_ms float8, cpu_ms float8, cost bigint))
"""
_WITH_EFFECT = """,
e AS (
    INSERT INTO runs_effect (run_id, key, action_id, approval_id, tool, reference, status, epoch, attempts,
        intended_at, sent_at, settled_at, receipt, error, limits)
    SELECT r.id, %s, %s, %s, %s, %s, %s, r.epoch, %s, now(), CASE WHEN %s THEN now() END, CASE WHEN %s THEN now() END,
        %s::jsonb, '', %s::jsonb FROM r
    ON CONFLICT (tool, reference) WHERE status <> 'refused' DO NOTHING RETURNING key)
"""
_WITH_PERFORMED = """,
p AS (UPDATE runs_proposal SET state = 'performed', closed_at = now() FROM r WHERE runs_proposal.id = %s)
"""
_DONE = "SELECT (SELECT count(*) FROM w), 1"
_DONE_WITH_EFFECT = "SELECT (SELECT count(*) FROM w), (SELECT count(*) FROM e)"


def checkpoint(
    *,
    run_id: UUID,
    epoch: int,
    seq: int,
    head: bytes,
    plan: str | None,
    revision: int,
    position: int,
    stage: str,
    status: str,
    awaiting: str | None,
    due_at: datetime | None,
    ended: bool,
    end_code: str,
    spent: tuple[int, int, int, int, int],
    event: Sealed,
    steps: Sequence[dict[str, Any]],
    calls: Sequence[dict[str, Any]],
    effect: tuple[Any, ...] | None = None,
    performed: UUID | None = None,
) -> bytes:
    """Rows, event, spend and the run's new position: together or not at all; returns the chain's new head.

    `seq` and `head` are where the run's chain ends, for which the event was sealed; `effect` is what `effect_row`
    makes, `performed` a proposal that is done with it. Raises `ChainMoved`, `LeaseLost`, `ReferenceTaken`.
    """
    new = entry_hash(f"run:{run_id}", seq + 1, head, event.body, event.mac)
    rows = query(
        _checkpoint(effect is not None, performed is not None),
        (
            *(plan, revision, position, stage, status, awaiting, status, due_at, status, ended, end_code),
            *(status, bool(steps)),
            *spent,
            *(new, run_id, epoch, seq, head),
            *(head, *entry(event)),
            *(dumps(steps), dumps(calls)),
            *(effect or ()),
            *((performed,) if performed else ()),
        ),
    )
    written, entered = rows[0]
    if not written:
        raise missing(run_id, epoch)
    if not entered:
        raise ReferenceTaken
    return new


@lru_cache(maxsize=4)
def _checkpoint(effect: bool, performed: bool) -> str:
    parts = (_CHECKPOINT, _WITH_EFFECT * effect, _WITH_PERFORMED * performed)
    return "".join(parts) + (_DONE_WITH_EFFECT if effect else _DONE)


def effect_row(
    *, key: str, action: Action, approval: UUID | None, receipt: Any, confirmed: bool, limits: list[Any]
) -> tuple[Any, ...]:
    """An effect as `checkpoint` takes it: confirmed at once (transactional), or intended (remote, sent after it)."""
    return (
        *(key, action.id, approval, action.tool, action.reference),
        *("confirmed" if confirmed else "intended", int(confirmed), confirmed, confirmed),
        *(dumps(receipt) if confirmed else None, dumps(limits)),
    )
