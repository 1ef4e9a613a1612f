"""Settling a call: its row, the answer, the payload, the audit entry, the money and the run's waking in one statement.

Fenced twice: by the call's epoch (a worker that lost its call changes nothing) and by the head of the run's chain.
"""

from __future__ import annotations

import logging
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import InterfaceError, OperationalError

from agentops.core.audit import payloads
from agentops.core.audit.trail import Actor, Event, entry_hash, seal
from agentops.core.clock import database_time
from agentops.core.ids import uuid7
from agentops.core.redaction import redact_text
from runs import bell, sql
from runs.gateway.messages import Used
from runs.gateway.performing.claiming import Claimed
from runs.gateway.prices import Cost
from runs.gateway.providers import Setting
from runs.gateway.spelling import EXCHANGE, committed, stream_of
from runs.models import CallStatus
from runs.points import durable
from tools_registry.facts import LimitUse
from tools_registry.services.limits import correct_limits

MODELS = Actor.system("models")
MICRO = Decimal(1_000_000)
LONGEST_ERROR = 1000

log = logging.getLogger(__name__)


class CallLost(Exception):
    """Another process may have this call now; what came of it here is void."""


@dataclass(frozen=True, slots=True)
class Again:
    """The same question is asked once more, after a while, on the same reservation."""

    seconds: float
    how: Setting


@dataclass(slots=True)
class Settlement:
    """What came of a call. `answer` is the question's, if it has one now; `wakes`: the run looks again."""

    call: Claimed
    status: CallStatus
    action: str  # of the audit event
    answer: dict[str, Any] | None = None
    wakes: bool = True
    again: Again | None = None
    used: Used = field(default_factory=Used)
    cost: Cost = field(default_factory=lambda: Cost(0, known=True))
    exchange: dict[str, Any] | None = None
    code: str = ""
    error: str = ""
    stop: str = ""
    request_id: str = ""
    may_be_billed: bool = False
    ms: float = 0.0

    @property
    def tokens(self) -> int:
        """That count towards the budget: what nobody knows counts as what was reserved."""
        return self.call.reserved_tokens if self.may_be_billed else self.used.total


# What a run may spend is held by its row: a call that took more than it reserved leaves nothing for the next.
_SETTLE = """
WITH r AS MATERIALIZED (
    SELECT id, audit_seq FROM runs_run WHERE id = %s AND audit_seq = %s AND audit_head = %s FOR UPDATE),
c AS (
    UPDATE runs_modelcall SET status = %s, due_at = NULL, told_seq = %s, provider_request_id = %s, stop_reason = %s,
        code = %s, error = %s, may_be_billed = %s, tokens_in = %s, tokens_out = %s, tokens_cached = %s,
        tokens_written = %s, cost = %s, cost_known = %s, price_day = %s, duration_ms = %s, original_id = %s,
        cached_until = CASE WHEN %s > 0 THEN now() + %s * interval '1 second' END
    FROM r WHERE runs_modelcall.id = %s AND runs_modelcall.epoch = %s AND runs_modelcall.status IN ('due', 'sent')
    RETURNING runs_modelcall.*),
w AS MATERIALIZED (
    SELECT audit_write_to(%s, 'run:' || r.id, r.audit_seq + 1, %s, %s, %s, %s, %s, %s, %s) FROM r, c),
p AS MATERIALIZED (
    SELECT audit_payload_write('run:' || r.id, r.audit_seq + 1, %s, %s, %s) FROM r, c WHERE %s),
a AS (
    UPDATE runs_await SET answer = %s::jsonb, answered_at = now() FROM c
    WHERE runs_await.id = c.question_id AND runs_await.answered_at IS NULL AND %s),
n AS (
    INSERT INTO runs_modelcall (id, run_id, question_id, revision, seq, attempt, status, due_at, lease_holder, epoch,
        role, tier, provider, model, prompt, prompt_hash, request_digest, parameters, asked_seq, cache_key,
        reserved_tokens, reserved_cost, limits, provider_request_id, stop_reason, code, error, may_be_billed, tokens_in,
        tokens_out, tokens_cached, tokens_written, cost, cost_known, started_at, duration_ms, batched)
    SELECT %s, c.run_id, c.question_id, c.revision, c.seq, c.attempt + 1, 'due', now() + %s * interval '1 second', '',
        0, c.role, c.tier, c.provider, c.model, c.prompt, c.prompt_hash, c.request_digest, c.parameters || %s::jsonb,
        c.asked_seq, c.cache_key, c.reserved_tokens, c.reserved_cost, c.limits, '', '', '', '', false, 0, 0, 0, 0, 0,
        true, now(), 0, c.batched
    FROM c WHERE %s)
UPDATE runs_run o SET audit_seq = r.audit_seq + 1, audit_head = %s,
    spent_tokens = least(o.budget_tokens, o.spent_tokens + %s), spent_cost = least(o.budget_cost, o.spent_cost + %s),
    status = CASE WHEN %s AND o.awaiting = 'model' THEN 'queued' ELSE o.status END,
    due_at = CASE WHEN %s AND o.awaiting = 'model' THEN now() ELSE o.due_at END,
    awaiting = CASE WHEN %s AND o.awaiting = 'model' THEN NULL ELSE o.awaiting END
FROM r, c, w LEFT JOIN p ON true WHERE o.id = r.id RETURNING o.id
"""
_STANDS = """
SELECT r.audit_seq, r.audit_head FROM runs_run r JOIN runs_modelcall c ON c.run_id = r.id
WHERE c.id = %s AND c.epoch = %s AND c.status IN ('due', 'sent')
"""


def settle_calls(settlements: Sequence[Settlement]) -> int:
    """Write them all in one commit, or, if one of them cannot be written, each alone; returns how many were.

    Raises `OperationalError`, `InterfaceError` while the database is away: an answer is worth waiting for it.
    """
    # All lock runs in one order: the youngest first, as a child that ends locks itself and then its parent.
    ordered = sorted(settlements, key=lambda one: one.call.run_id, reverse=True)
    try:
        with durable("model.settle"):
            for one in ordered:
                _write(one)
            _correct(ordered)
        done = ordered
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        if len(ordered) == 1:
            _tell(ordered[0], error)
            return 0
        return sum(settle_calls([one]) for one in ordered)
    for _ in range(math.ceil(sum(one.wakes for one in done) / 16)):
        bell.ring()
    return len(done)


def _tell(one: Settlement, error: Exception) -> None:
    """Its lease will lapse, and the sweep finds it: nothing is lost, and the provider may be asked once more."""
    facts = {"call": str(one.call.id), "run": str(one.call.run_id), "error": type(error).__name__}
    if isinstance(error, CallLost):
        log.info("model.call_lost", extra=facts)
    else:
        log.exception("model.not_settled", extra=facts)


def _write(one: Settlement) -> None:
    call = one.call
    commitment = committed(one.exchange) if one.exchange is not None and call.key_id else None
    for _ in range(3):
        if _written(one, commitment):
            return
        stands = sql.query(_STANDS, (call.id, call.epoch))
        if not stands:
            raise CallLost(str(call.id))
        call.audit_seq, call.audit_head = stands[0][0], bytes(stands[0][1])
    raise CallLost(f"{call.id}: the run's chain does not stand still")


def _written(one: Settlement, commitment: payloads.Commitment | None) -> bool:
    call, seq = one.call, one.call.audit_seq + 1
    stream = stream_of(call.run_id)
    sealed = seal(stream, _event(one, commitment), database_time(), seq=seq)
    head = entry_hash(stream, seq, call.audit_head, sealed.body, sealed.mac)
    answer = None if one.answer is None else {**one.answer, "at": seq if commitment else None, "call": str(call.id)}
    kept = call.cached_seconds if one.status is CallStatus.ANSWERED and commitment else 0
    again, wakes = one.again, one.wakes
    secret = payloads.encrypt(call.key, stream, EXCHANGE, commitment) if commitment else None
    rows = sql.query(
        _SETTLE,
        (
            *(call.run_id, call.audit_seq, call.audit_head),
            *(one.status.value, seq if commitment else None, shown(one.request_id, 120), shown(one.stop, 40)),
            *(shown(one.code, 40), shown(one.error, LONGEST_ERROR), one.may_be_billed),
            *(one.used.taken_in, one.used.out, one.used.cached, one.used.written),
            *(one.cost.micros, one.cost.known, one.cost.as_of, one.ms),
            *(call.original if one.status is CallStatus.CACHED else None, kept, kept, call.id, call.epoch),
            *(head, call.audit_head, sealed.body, sealed.mac, sealed.at, sealed.action, sealed.actor, sealed.facets),
            *(EXCHANGE, call.key_id, secret, secret is not None),
            *(sql.dumps(answer), answer is not None),
            *(uuid7(), again.seconds if again else 0.0, sql.dumps(again.how.as_json() if again else {}), bool(again)),
            *(head, one.tokens, one.cost.micros, wakes, wakes, wakes),
        ),
    )
    return bool(rows)


def _event(one: Settlement, commitment: payloads.Commitment | None) -> Event:
    call = one.call
    data: dict[str, Any] = {
        "call": str(call.id),
        "attempt": call.attempt,
        "tokens": one.tokens,
        "cost_micro": one.cost.micros,
        "cost_known": one.cost.known,
    }
    if one.code:
        data["code"] = one.code
    if one.may_be_billed:
        data["may_be_billed"] = True
    if one.status is CallStatus.CACHED:
        data["original"] = str(call.original)
    if one.answer is not None:
        data["outcome"] = one.answer["outcome"]
    return Event(
        action=one.action,
        actor=MODELS,
        run=str(call.run_id),
        model=(f"{call.provider}:{call.model}", call.prompt_hash),
        data=data,
        commits={EXCHANGE: commitment.hex} if commitment else {},
    )


def shown(told: str, most: int) -> str:
    """A provider's words as a row may hold them: masked, short, and without what PostgreSQL cannot keep."""
    return redact_text(told.replace("\0", ""))[:most]


def _correct(settlements: Sequence[Settlement]) -> None:
    """The day's counters: what each call cost instead of what was reserved for it; all of a commit at once."""
    sums: dict[tuple[str, str, Any, Decimal], Decimal] = defaultdict(Decimal)
    for one in settlements:
        if one.again is None:
            for use in one.call.limits:
                key = (use.limit, use.scope, use.day, use.cap)
                sums[key] += Decimal(one.cost.micros) / MICRO - use.amount
    uses = [LimitUse(limit, scope, day, amount, cap) for (limit, scope, day, cap), amount in sums.items()]
    correct_limits(sorted(uses, key=lambda use: (use.scope, use.limit, use.day)))
