"""Claiming calls: as many as the provider's pace, the house's concurrency and this process's room allow.

Pace and concurrency are counted in PostgreSQL, under the lock of the provider's one row, so that all processes together
keep them whatever becomes of Redis. What is claimed is `sent` from then on: nobody can tell later whether it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings

from agentops.core.audit import payloads
from runs import sql
from runs.gateway.messages import Request
from runs.gateway.providers import Setting
from runs.gateway.spelling import REQUEST, opened, stream_of
from runs.points import durable, single
from tools_registry.facts import LimitUse

MOST = 64  # calls per commit


@dataclass(slots=True)
class Claimed:
    """A call in the hands of this process."""

    id: UUID
    epoch: int
    run_id: UUID
    agent: str
    audit_seq: int
    audit_head: bytes
    question: UUID
    attempt: int
    provider: str
    model: str
    prompt_hash: str
    how: Setting
    cached_seconds: int
    reserved_tokens: int
    reserved_cost: int
    limits: list[LimitUse]
    asked_seq: int
    key_id: UUID | None = None
    key: bytes = b""
    request: Request | None = None  # None: its key was destroyed
    original: UUID | None = None  # an earlier call whose answer is this one's as well
    doubtful: int = 0  # earlier attempts that may be billed
    waited: float = 0.0  # seconds since the question
    in_batch: bool = False  # for half the price


class Room(NamedTuple):
    """What came of an attempt to claim: calls, and after how many seconds to look again without being rung for."""

    calls: list[Claimed]
    again: float | None


_MAKE_PACE = """
INSERT INTO runs_modelpace (provider, requests, tokens, refilled_at) VALUES (%s, %s, %s, clock_timestamp())
ON CONFLICT (provider) DO NOTHING
"""
_PACE = """
SELECT least(%s, requests + extract(epoch FROM clock_timestamp() - refilled_at) * %s / 60)::float8,
    least(%s, tokens + %s + extract(epoch FROM clock_timestamp() - refilled_at) * %s / 60)::float8,
    extract(epoch FROM closed_until - clock_timestamp())::float8
FROM runs_modelpace WHERE provider = %s FOR UPDATE
"""
# Everything about the calls in `s`, with their questions.
_READ = """
SELECT s.id, s.epoch, s.run_id, r.agent, r.audit_seq, r.audit_head, s.question_id, s.attempt, s.provider, s.model,
    s.prompt_hash, s.parameters, s.reserved_tokens, s.reserved_cost, s.limits, s.asked_seq, k.id, k.wrapped_key,
    p.ciphertext,
    (SELECT o.id FROM runs_modelcall o WHERE o.cache_key = s.cache_key AND o.status = 'answered'
        AND o.cached_until > now() ORDER BY o.started_at DESC LIMIT 1),
    (SELECT count(*) FROM runs_modelcall e WHERE e.question_id = s.question_id AND e.may_be_billed),
    extract(epoch FROM now() - a.created_at)::float8, s.batch_id IS NOT NULL
FROM s JOIN runs_run r ON r.id = s.run_id JOIN runs_await a ON a.id = s.question_id
LEFT JOIN audit_payload p ON p.stream = 'run:' || s.run_id AND p.seq = s.asked_seq AND p.name = 'request'
LEFT JOIN audit_key k ON k.id = p.key_id
"""


def read_all(calls: str) -> str:
    """The part of a statement that reads everything about the calls in a CTE of this name."""
    return _READ.replace("FROM s JOIN", f"FROM {calls} AS s JOIN")


# What a kill switch stops is not sent, nor what nobody waits for any more. The one call that is larger than the whole
# bucket goes when the bucket is full. A call in a batch is under way for hours and takes no place of those made alone.
_CLAIM = f"""
WITH waiting AS MATERIALIZED (
    SELECT c.id, c.due_at, c.reserved_tokens FROM runs_modelcall c JOIN runs_run r ON r.id = c.run_id
    WHERE c.status = 'due' AND NOT c.batched AND c.provider = %s AND c.due_at <= now()
        AND r.status = 'awaiting' AND r.awaiting = 'model'
        AND NOT EXISTS (SELECT 1 FROM tools_registry_switch s WHERE s.scope IN ('all', 'agent:' || r.agent))
    ORDER BY c.due_at LIMIT %s FOR UPDATE OF c SKIP LOCKED),
counted AS (
    SELECT id, row_number() OVER w AS place, sum(reserved_tokens) OVER w AS tokens
    FROM waiting WINDOW w AS (ORDER BY due_at, id)),
taken AS MATERIALIZED (
    SELECT id, tokens FROM counted
    WHERE place <= %s AND (tokens <= %s OR (place = 1 AND %s))
        AND place <= %s - (SELECT count(*) FROM runs_modelcall f
            WHERE f.status = 'sent' AND NOT f.batched AND f.provider = %s)),
paced AS (
    UPDATE runs_modelpace SET requests = %s - (SELECT count(*) FROM taken),
        tokens = %s - coalesce((SELECT max(tokens) FROM taken), 0), refilled_at = clock_timestamp()
    WHERE provider = %s),
s AS (
    UPDATE runs_modelcall c SET status = 'sent', due_at = now() + %s, lease_holder = %s, epoch = c.epoch + 1,
        started_at = clock_timestamp()
    FROM taken WHERE c.id = taken.id RETURNING c.*)
{_READ}
"""  # noqa: S608 - composed of literals


def claim(provider: str, room: int, *, holder: str, unused: int) -> Room:
    """Take what is due for one provider; `unused` tokens were reserved by earlier calls here and not needed."""
    per_minute, tokens_per_minute = settings.MODEL_REQUESTS_PER_MINUTE, settings.MODEL_TOKENS_PER_MINUTE
    with durable("model.claim"):
        pace = sql.query(_PACE, (per_minute, per_minute, tokens_per_minute, unused, tokens_per_minute, provider))
        if not pace:
            sql.query(_MAKE_PACE, (provider, per_minute, tokens_per_minute))
            return Room([], 0.0)
        requests, tokens, closed_for = pace[0]
        if closed_for is not None and closed_for > 0:
            return Room([], closed_for)
        rows = sql.query(
            _CLAIM,
            (
                *(provider, min(room, MOST)),
                *(int(requests), int(tokens), tokens >= tokens_per_minute, settings.MODEL_CONCURRENCY, provider),
                *(requests, tokens, provider, sql.LEASE, holder),
            ),
        )
    calls = [claimed(row) for row in rows]
    return Room(calls, 0.0 if len(calls) == min(room, MOST) else _next_due(provider))


_NEXT = (
    "SELECT extract(epoch FROM min(due_at) - now())::float8 FROM runs_modelcall"
    " WHERE status = 'due' AND NOT batched AND provider = %s"
)
HELD_BACK = 0.5  # seconds: something is due and the pace, the concurrency or a switch holds it


def _next_due(provider: str) -> float | None:
    ((seconds,),) = sql.query(_NEXT, (provider,))
    return None if seconds is None else max(float(seconds), HELD_BACK)


def claimed(row: tuple[Any, ...]) -> Claimed:
    """From a row as `read_all` selects it."""
    parameters = sql.loads(row[11])
    call = Claimed(
        id=row[0],
        epoch=row[1],
        run_id=row[2],
        agent=row[3],
        audit_seq=row[4],
        audit_head=bytes(row[5]),
        question=row[6],
        attempt=row[7],
        provider=row[8],
        model=row[9],
        prompt_hash=row[10],
        how=Setting.from_json(parameters),
        cached_seconds=parameters["cached_seconds"],
        reserved_tokens=row[12],
        reserved_cost=row[13],
        limits=[LimitUse.from_json(use) for use in sql.loads(row[14])],
        asked_seq=row[15],
        original=row[19],
        doubtful=row[20],
        waited=row[21],
        in_batch=row[22],
    )
    if row[17] is not None:
        call.key_id, call.key = row[16], payloads.unwrap_key(row[16], bytes(row[17]))
        found = payloads.decrypt(call.key, stream_of(call.run_id), REQUEST, bytes(row[18]))
        call.request = Request.model_validate(opened(sql.loads(found.payload)))
    return call


# Calls whose process died or slept past its lease; and those that wait for nobody, or have waited too long. The epoch
# rises, so that whoever still has one is fenced before it is settled. A batch may have had a question for a day before
# it is due once more: there it is the attempt whose waiting counts.
_TAKE_LAPSED = f"""
WITH s AS (
    UPDATE runs_modelcall c SET epoch = c.epoch + 1 WHERE c.id = ANY(ARRAY(
        SELECT id FROM runs_modelcall WHERE status = 'sent' AND due_at < now() LIMIT %s FOR UPDATE SKIP LOCKED))
    RETURNING c.*)
{_READ}
"""  # noqa: S608 - composed of literals
_TAKE_STALE = f"""
WITH s AS (
    UPDATE runs_modelcall c SET epoch = c.epoch + 1 WHERE c.id = ANY(ARRAY(
        SELECT d.id FROM runs_modelcall d JOIN runs_await q ON q.id = d.question_id JOIN runs_run o ON o.id = d.run_id
        WHERE d.status = 'due' AND (o.ended_at IS NOT NULL
            OR CASE WHEN d.batched THEN d.started_at ELSE q.created_at END < now() - %s)
        LIMIT %s FOR UPDATE OF d SKIP LOCKED))
    RETURNING c.*)
{_READ}
"""  # noqa: S608 - composed of literals


def take_lapsed() -> list[Claimed]:
    """Calls that nobody renews any more."""
    with single("model.take_lapsed"):
        rows = sql.query(_TAKE_LAPSED, (MOST,))
    return [claimed(row) for row in rows]


def take_stale() -> list[Claimed]:
    """Calls that were never made and shall not be: their run has ended, or its patience has."""
    with single("model.take_stale"):
        rows = sql.query(_TAKE_STALE, (settings.MODEL_WAIT, MOST))
    return [claimed(row) for row in rows]


_RENEW = """
UPDATE runs_modelcall c SET due_at = now() + %s FROM unnest(%s::uuid[], %s::bigint[]) AS held(id, epoch)
WHERE c.id = held.id AND c.epoch = held.epoch AND c.status = 'sent'
"""


def renew(held: list[Claimed]) -> None:
    """Prolong the leases of calls in flight."""
    with single("model.renew"):
        sql.query(_RENEW, (sql.LEASE, [call.id for call in held], [call.epoch for call in held]))


_CLOSE = """
UPDATE runs_modelpace SET closed_until = greatest(closed_until, clock_timestamp() + %s * interval '1 second')
WHERE provider = %s
"""


def close_for(provider: str, seconds: float) -> None:
    """The provider asked to be left alone for a while: nobody asks it until then."""
    with single("model.close"):
        sql.query(_CLOSE, (seconds, provider))
