"""The rows of batches: gathering calls, taking a batch in hand, and what became of it. Each is one statement."""

from __future__ import annotations

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
        rows = sql.query(_GATHER, (provider, MOST, batch, provider, sql.LEASE, MOST, LASTS, holder))
    if not rows:
        return None
    ((created_at,),) = sql.query("SELECT created_at FROM runs_modelbatch WHERE id = %s", (batch,))
    return Batch(batch, 1, provider, None, created_at), [claimed(row) for row in rows]


_TAKE = """
UPDATE runs_modelbatch SET due_at = now() + %s, epoch = epoch + 1 WHERE id = (
    SELECT id FROM runs_modelbatch WHERE provider = %s AND due_at <= %s
    ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, epoch, provider, provider_id, created_at
"""


def take(provider: str, due: datetime) -> Batch | None:
    """A batch that had to be looked at by then, under a lease."""
    with single("model.take_batch"):
        rows = sql.query(_TAKE, (sql.LEASE, provider, due))
    return Batch(*rows[0]) if rows else None


_CALLS = f"""
WITH s AS (SELECT * FROM runs_modelcall WHERE batch_id = %s AND status = 'sent')
{read_all("s")}
"""  # noqa: S608 - composed of literals


def calls_of(batch: Batch) -> list[Claimed]:
    """Its calls that are not settled yet."""
    return [claimed(row) for row in sql.query(_CALLS, (batch.id,))]


_SUBMITTED = """
UPDATE runs_modelbatch SET status = 'submitted', provider_id = %s, submitted_at = now(), due_at = now() + %s
WHERE id = %s AND epoch = %s AND status = 'open'
"""
_LATER = "UPDATE runs_modelbatch SET due_at = now() + %s WHERE id = %s AND epoch = %s AND ended_at IS NULL"
_ENDED = """
UPDATE runs_modelbatch SET status = 'ended', ended_at = now(), due_at = NULL
WHERE id = %s AND epoch = %s AND ended_at IS NULL
"""


def submitted(batch: Batch, provider_id: str) -> None:
    """The provider has it, under this name."""
    with single("model.batch_submitted"):
        sql.query(_SUBMITTED, (provider_id, settings.MODEL_BATCH_LOOK, batch.id, batch.epoch))


def later(batch: Batch) -> None:
    """Nothing to see yet."""
    with single("model.batch_later"):
        sql.query(_LATER, (settings.MODEL_BATCH_LOOK, batch.id, batch.epoch))


def ended(batch: Batch) -> None:
    """All of its calls are settled."""
    with single("model.batch_ended"):
        sql.query(_ENDED, (batch.id, batch.epoch))


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
