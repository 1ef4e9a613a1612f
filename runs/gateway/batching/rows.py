"""The rows of batches: gathering calls, taking a batch in hand, and what became of it. Each is one statement."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from agentops.core.ids import uuid7
from runs import sql
from runs.gateway.performing.claiming import Claimed, claimed, read_all
from runs.points import single

MOST = 100  # calls of one batch
LASTS = timedelta(hours=26)  # the provider gives up after a day
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch in the hands of this process, until its lease lapses."""

    id: UUID
    epoch: int
    provider: str
    provider_id: str | None
    created_at: datetime


_GATHER = f"""
WITH waiting AS MATERIALIZED (
    SELECT c.id, c.due_at FROM runs_modelcall c JOIN runs_run r ON r.id = c.run_id
    WHERE c.status = 'due' AND c.batched AND c.provider = %s AND r.status = 'awaiting' AND r.awaiting = 'model'
        AND NOT EXISTS (SELECT 1 FROM tools_registry_switch s WHERE s.scope IN ('all', 'agent:' || r.agent))
    ORDER BY c.due_at LIMIT %s FOR UPDATE OF c SKIP LOCKED),
b AS (
    INSERT INTO runs_modelbatch (id, provider, status, epoch, due_at, created_at, calls)
    SELECT %s, %s, 'open', 1, now() + %s, now(), count(*) FROM waiting
    HAVING min(due_at) <= now() OR count(*) >= %s RETURNING id),
s AS (
    UPDATE runs_modelcall c SET status = 'sent', due_at = now() + %s, lease_holder = %s, epoch = c.epoch + 1,
        started_at = clock_timestamp(), batch_id = b.id
    FROM waiting, b WHERE c.id = waiting.id RETURNING c.*)
{read_all("s")}
"""  # noqa: S608 - composed of literals


def gather(provider: str, holder: str) -> tuple[Batch, list[Claimed]] | None:
    """Make a batch of what waits, once the first of it has waited long enough or there is enough for one."""
    batch = uuid7()
    with single("model.gather"):
        rows = sql.query(_GATHER, (provider, MOST, batch, provider, _lease(), MOST, LASTS, holder))
    if not rows:
        return None
    ((created_at,),) = sql.query("SELECT created_at FROM runs_modelbatch WHERE id = %s", (batch,))
    return Batch(batch, 1, provider, None, created_at), [claimed(row) for row in rows]


def _lease() -> timedelta:
    """Longer than one request to the provider can take: whoever finds it lapsed knows that none is under way."""
    return settings.MODEL_TIMEOUT + sql.LEASE


_TAKE = """
UPDATE runs_modelbatch SET due_at = now() + %s, epoch = epoch + 1 WHERE id = (
    SELECT id FROM runs_modelbatch WHERE provider = %s AND due_at <= %s
    ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, epoch, provider, provider_id, created_at
"""


def take(provider: str, due: datetime) -> Batch | None:
    """A batch that had to be looked at by then, under a lease."""
    with single("model.take_batch"):
        rows = sql.query(_TAKE, (_lease(), provider, due))
    return Batch(*rows[0]) if rows else None


_CALLS = f"""
WITH s AS (SELECT * FROM runs_modelcall WHERE batch_id = %s AND status = 'sent')
{read_all("s")}
"""  # noqa: S608 - composed of literals


def calls_of(batch: Batch) -> list[Claimed]:
    """Its calls that are not settled yet."""
    return [claimed(row) for row in sql.query(_CALLS, (batch.id,))]


# As what is gathered: only for runs that still wait for it, and that no kill switch stops.
_UNWANTED = """
SELECT c.id FROM runs_modelcall c JOIN runs_run r ON r.id = c.run_id WHERE c.id = ANY(%s) AND (
    r.status <> 'awaiting' OR r.awaiting <> 'model'
    OR EXISTS (SELECT 1 FROM tools_registry_switch s WHERE s.scope IN ('all', 'agent:' || r.agent)))
"""


def unwanted(calls: Sequence[Claimed]) -> set[UUID]:
    """Which of these calls are not to be sent: a kill switch was thrown, or nobody waits for them any more."""
    return {row[0] for row in sql.query(_UNWANTED, ([call.id for call in calls],))}


_HOLD = "UPDATE runs_modelbatch SET due_at = now() + %s WHERE id = %s AND epoch = %s AND status = 'open' RETURNING id"


def hold(batch: Batch) -> bool:
    """Renew the lease of a batch that is about to be submitted; False: somebody else has it, or it was submitted."""
    with single("model.hold_batch"):
        return bool(sql.query(_HOLD, (_lease(), batch.id, batch.epoch)))


_SUBMITTED = """
UPDATE runs_modelbatch SET status = 'submitted', provider_id = %s, submitted_at = now(), due_at = now() + %s
WHERE id = %s AND epoch = %s AND status = 'open' RETURNING id
"""
_LATER = "UPDATE runs_modelbatch SET due_at = now() + %s WHERE id = %s AND epoch = %s AND ended_at IS NULL"
_ENDED = """
UPDATE runs_modelbatch b SET status = 'ended', ended_at = now(), due_at = NULL
WHERE b.id = %s AND b.epoch = %s AND b.ended_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM runs_modelcall c WHERE c.batch_id = b.id AND c.status = 'sent')
RETURNING b.id
"""


def submitted(batch: Batch, provider_id: str) -> None:
    """The provider has it, under this name."""
    with single("model.batch_submitted"):
        kept = sql.query(_SUBMITTED, (provider_id, settings.MODEL_BATCH_LOOK, batch.id, batch.epoch))
    if not kept:  # somebody else had it meanwhile: what the provider has under this name may be billed for nothing
        log.error("models.batch_not_recorded", extra={"batch": str(batch.id), "provider_id": provider_id})


def later(batch: Batch) -> None:
    """Nothing to see yet."""
    with single("model.batch_later"):
        sql.query(_LATER, (settings.MODEL_BATCH_LOOK, batch.id, batch.epoch))


def ended(batch: Batch) -> None:
    """All of its calls are settled; while one could not be written down, its answer is fetched again."""
    with single("model.batch_ended"):
        done = sql.query(_ENDED, (batch.id, batch.epoch))
    if not done:
        later(batch)


_UNKNOWN = """
SELECT given.id FROM unnest(%s::text[]) WITH ORDINALITY AS given(id, place)
WHERE NOT EXISTS (SELECT 1 FROM runs_modelbatch b WHERE b.provider = %s AND b.provider_id = given.id)
ORDER BY given.place
"""


def unknown(provider: str, ids: list[str]) -> list[str]:
    """Which of the provider's batches no row here names."""
    return [row[0] for row in sql.query(_UNKNOWN, (ids, provider))]


_NEXT = """
SELECT extract(epoch FROM least(
    (SELECT min(due_at) FROM runs_modelcall WHERE status = 'due' AND batched AND provider = %s),
    (SELECT min(due_at) FROM runs_modelbatch WHERE provider = %s AND due_at IS NOT NULL)) - now())::float8
"""


def next_look(provider: str) -> float | None:
    """After how many seconds there is something to do; None: nothing waits."""
    ((seconds,),) = sql.query(_NEXT, (provider, provider))
    return None if seconds is None else max(0.0, float(seconds))
