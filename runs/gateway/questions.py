"""A question as it is written down: the run parks, the call is due, its money is reserved, in one statement.

Found in one round trip what was asked before, written in another that commits itself: a worker asks hundreds at once.
Fenced as a checkpoint is, by epoch and by the head of the run's chain. What does not fit is refused by the tables: the
run's budget by the trigger of its calls, the day's money by the check on its counters, and then nothing is written.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings

from agentops.core.audit import payloads
from agentops.core.audit.trail import entry_hash
from agentops.core.ids import uuid7
from runs import sql
from runs.awaiting import MustWait
from runs.gateway.spelling import REQUEST, stream_of, subject_of
from runs.leased import LeasedRun
from runs.models import ModelCall
from tools_registry.facts import LimitUse

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of a question when a run comes with it: its row, whether it has an answer, its calls, the key."""

    question: UUID | None
    answered: bool
    calls: Sequence[dict[str, Any]]
    key_id: UUID | None
    wrapped_key: bytes


_BEFORE = """
SELECT a.id, a.answered_at IS NOT NULL, coalesce(
    (SELECT json_agg(json_build_object('attempt', c.attempt, 'open', c.due_at IS NOT NULL, 'asked_seq', c.asked_seq)
        ORDER BY c.attempt) FROM runs_modelcall c WHERE c.question_id = a.id), '[]'), k.id, k.wrapped_key
FROM (SELECT 1) AS one
LEFT JOIN runs_await a ON a.run_id = %s AND a.revision = %s AND a.seq = %s AND a.request_digest = %s
LEFT JOIN audit_key k ON k.subject = %s AND k.destroyed_at IS NULL
"""


def before(run: LeasedRun, wait: MustWait) -> Before:
    """What was asked before."""
    rows = sql.query(_BEFORE, (run.id, run.revision, wait.seq, wait.request_digest, subject_of(run.id)))
    question, answered, calls, key_id, wrapped = rows[0]
    return Before(question, bool(answered), sql.loads(calls), key_id, bytes(wrapped or b""))


# The counters come last, so that those of the whole house are locked for the shortest time; in the order of the list.
_ASK = """
WITH r AS (
    UPDATE runs_run SET plan_id = %s, revision = %s, position = %s, stage = %s, status = 'awaiting',
        awaiting = 'model', due_at = NULL, lease_until = NULL, suspect = false, spent_ms = spent_ms + %s,
        audit_seq = audit_seq + 1, audit_head = %s
    WHERE id = %s AND epoch = %s AND status = 'running' AND audit_seq = %s AND audit_head = %s
        AND NOT cancel_requested
    RETURNING id, audit_seq, audit_head),
w AS MATERIALIZED (
    SELECT audit_write_to(r.audit_head, 'run:' || r.id, r.audit_seq, %s, %s, %s, %s, %s, %s, %s) FROM r),
k AS MATERIALIZED (SELECT made.id FROM r, LATERAL audit_key_open(%s, %s, %s) AS made WHERE %s),
p AS MATERIALIZED (
    SELECT audit_payload_write('run:' || r.id, r.audit_seq, %s, %s, %s) FROM r LEFT JOIN k ON true
    WHERE %s),
q AS (
    INSERT INTO runs_await (id, run_id, revision, seq, request_digest, kind, request, created_at)
    SELECT %s, r.id, %s, %s, %s, 'model', %s::jsonb, now() FROM r WHERE %s),
c AS (
    INSERT INTO runs_modelcall (id, run_id, question_id, revision, seq, attempt, status, due_at, lease_holder, epoch,
        role, tier, provider, model, prompt, prompt_hash, request_digest, parameters, asked_seq, cache_key,
        reserved_tokens, reserved_cost, limits, provider_request_id, stop_reason, code, error, may_be_billed, tokens_in,
        tokens_out, tokens_cached, tokens_written, cost, cost_known, started_at, duration_ms, batched)
    SELECT %s, r.id, %s, %s, %s, %s, 'due', now() + %s, '', 0, %s, %s, %s, %s, %s, %s, %s, %s::jsonb,
        %s, %s, %s, %s, %s::jsonb, '', '', '', '', false, 0, 0, 0, 0, 0, true, now(), 0, %s
    FROM r RETURNING id),
l AS (
    INSERT INTO tools_registry_limituse AS held ("limit", scope, day, used, cap)
    SELECT g.* FROM c, unnest(%s::text[], %s::text[], %s::date[], %s::numeric[], %s::numeric[]) AS g
    ON CONFLICT (scope, "limit", day) DO UPDATE SET used = held.used + EXCLUDED.used, cap = EXCLUDED.cap)
SELECT (SELECT count(*) FROM w), (SELECT count(*) FROM p)
"""
_CANCELLED = "SELECT cancel_requested FROM runs_run WHERE id = %s AND epoch = %s AND status = 'running'"
DAY_IS_FULL = "limit_use_stays_within_its_cap"  # the check on the counters


def write_down(
    run: LeasedRun,
    wait: MustWait,
    call: ModelCall,
    found: Before,
    *,
    told: dict[str, Any],
    commitment: payloads.Commitment | None,
) -> bool:
    """Park the run with its question; False if somebody asked to cancel it meanwhile. Raises `LeaseLost`.

    `commitment` is to the request, where it is asked for the first time. Raises `IntegrityError` for what does not
    fit into a budget.
    """
    key_id, key, wrapped = _key(run, found) if commitment else (None, b"", b"")
    ms = run.worked_ms()
    data = {"step": wait.step.name, "status": "awaiting", "awaiting": "model", "position": run.position}
    for _ in range(3):
        seq = run.audit_seq + 1
        if commitment:
            call.asked_seq = seq
        sealed = run.event(
            "run.asks",
            data=data,
            model=(call.model, call.prompt_hash),
            commits={REQUEST: commitment.hex} if commitment else {},
        )
        head = entry_hash(stream_of(run.id), seq, run.audit_head, sealed.body, sealed.mac)
        secret = payloads.encrypt(key, stream_of(run.id), REQUEST, commitment) if commitment else None
        rows = sql.query(
            _ASK,
            (
                *(run.plan_hash, run.revision, run.position, run.stage, ms, head),
                *(run.id, run.epoch, run.audit_seq, run.audit_head),
                *(run.audit_head, sealed.body, sealed.mac, sealed.at, sealed.action, sealed.actor, sealed.facets),
                *(key_id, subject_of(run.id), wrapped, bool(wrapped)),
                *(REQUEST, key_id, secret, secret is not None),
                *_question(run, wait, call, found, told),
                *_due(call),
                *_counters([LimitUse.from_json(use) for use in call.limits]),
            ),
        )
        if rows[0][0]:
            break
        if sql.query(_CANCELLED, (run.id, run.epoch)) == [(True,)]:
            return False
        moved = sql.missing(run.id, run.epoch)
        if isinstance(moved, sql.LeaseLost):
            raise moved
        run.audit_seq, run.audit_head = moved.seq, moved.head
    else:
        raise sql.LeaseLost(f"{run.id}: its chain does not stand still")
    run.audit_seq, run.audit_head, run.announced = seq, head, True
    run.spent.ms += ms
    facts = {"agent": run.agent.name, "run": f"R-{run.number}", "step": wait.step.name, "outcome": "model"}
    log.info("run.asks", extra={**facts, "duration_ms": ms, "epoch": run.epoch})
    return True


def _key(run: LeasedRun, found: Before) -> tuple[UUID, bytes, bytes]:
    """The key of everything this run asks: the one there is, or a fresh one with its wrapped form."""
    if found.key_id is not None:
        return found.key_id, payloads.unwrap_key(found.key_id, found.wrapped_key), b""
    key_id = uuid7()
    key, wrapped = payloads.fresh_key(key_id)
    return key_id, key, wrapped


def _question(run: LeasedRun, wait: MustWait, call: ModelCall, found: Before, told: dict[str, Any]) -> tuple[Any, ...]:
    question = found.question or uuid7()
    call.question_id = question
    return question, run.revision, wait.seq, wait.request_digest, sql.dumps(told), found.question is None


def _due(call: ModelCall) -> tuple[Any, ...]:
    return (
        *(call.id, call.question_id, call.revision, call.seq, call.attempt),
        settings.MODEL_BATCH_GATHER if call.batched else timedelta(0),
        *(call.role, call.tier, call.provider, call.model, call.prompt, call.prompt_hash, call.request_digest),
        *(sql.dumps(call.parameters), call.asked_seq, call.cache_key, call.reserved_tokens, call.reserved_cost),
        sql.dumps(call.limits),
        call.batched,
    )


def _counters(uses: Sequence[LimitUse]) -> tuple[list[Any], ...]:
    ordered = sorted(uses, key=lambda use: (use.scope, use.limit, use.day))
    return (
        [use.limit for use in ordered],
        [use.scope for use in ordered],
        [use.day for use in ordered],
        [use.amount for use in ordered],
        [use.cap for use in ordered],
    )


_USED = """
SELECT g.scope, coalesce(held.used, 0) FROM unnest(%s::text[], %s::text[], %s::date[]) AS g("limit", scope, day)
LEFT JOIN tools_registry_limituse held USING (scope, "limit", day)
"""


def full(uses: Sequence[LimitUse]) -> dict[str, tuple[Decimal, Decimal]]:
    """Which of these counters have no room for their amount: scope, what is used, and the cap."""
    limits, scopes, days, *_ = _counters(uses)
    used = dict(sql.query(_USED, (limits, scopes, days)))
    return {use.scope: (used[use.scope], use.cap) for use in uses if used[use.scope] + use.amount > use.cap}
