"""The runtime's plain SQL: what happens at every step boundary, each in one round trip.

Everything runs on Django's connection of the current thread, through psycopg's server-side cursor, so that a
statement is parsed and planned once per connection. The ORM does everything that is not on this path.

Each write names the lease: `WHERE id = … AND epoch = … AND status = 'running'`. No row means that this worker has
lost the run (`LeaseLost`) and must not touch it again. The audit entry is written by the same statement that raises
the run's head (`audit_write`, `audit_write_to`), so a state change without its event cannot be written here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from agentops.core.audit.trail import Sealed, entry_hash
from runs.models import Action, Proposal

LEASE: timedelta = settings.LEASE


class LeaseLost(Exception):
    """Another worker may hold this run now; whatever this one was about to write is void."""


class ChainMoved(Exception):
    """A person's event came between; the chain ends at `seq` with `head` now. Seal again and repeat."""

    def __init__(self, seq: int, head: bytes) -> None:
        self.seq, self.head = seq, head
        super().__init__(f"the chain is at {seq}")


def query(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows; prepared the second time a connection sees it."""
    here = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    try:
        with here.wrap_database_errors:
            cursor = _cursor(here)
            cursor.execute(sql, params)
            result = cursor.pgresult
            return cursor.fetchall() if result is not None and result.nfields else []
    except DatabaseError:
        if not here.in_atomic_block:
            here.close_if_unusable_or_obsolete()  # a server that was away is asked anew the next time
        raise


def _cursor(here: Any) -> psycopg.Cursor[tuple[Any, ...]]:
    """One cursor for as long as the connection lives: it remembers how each type is written."""
    cursor: psycopg.Cursor[tuple[Any, ...]] | None = here.__dict__.get("runs_cursor")
    if cursor is None or cursor.closed or cursor.connection is not here.connection:
        cursor = here.__dict__["runs_cursor"] = psycopg.Cursor(here.connection)
    return cursor


def loads(value: Any) -> Any:
    """A json or jsonb column of `query`: both arrive as text on Django's connections."""
    return orjson.loads(value) if isinstance(value, str | bytes) else value


class Unstorable(ValueError):
    """A result holds the character NUL, which PostgreSQL keeps in no text and no search could read."""


def dumps(value: Any) -> str:
    """JSON as it is stored. Raises `Unstorable`."""
    text = orjson.dumps(value, default=str).decode()
    if "\\u0000" in text and _NUL.search(text):
        raise Unstorable("A value holds the character NUL (U+0000): leave it out where the value is read.")
    return text


_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # a backslash spelled out before u0000 is another thing


# --- start ---------------------------------------------------------------------------------------

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
            *(f"run:{run_id}", *_entry(event)),
            *budget,
            *(goal, dumps(given), subject, document, salt),
        ),
    )
    return int(rows[0][0])


# --- claim, renew, let go ------------------------------------------------------------------------

_COLUMNS = """
    r.id, r.number, r.agent, r.version_id, r.requester_id, r.plan_id, r.revision, r.position, r.stage, r.epoch,
    r.audit_seq, r.suspect, r.crashes, r.cancel_requested,
    ARRAY[r.spent_steps, r.spent_calls, r.spent_tokens, r.spent_cost, r.spent_ms],
    ARRAY[r.budget_steps, r.budget_calls, r.budget_tokens, r.budget_cost, r.budget_ms, r.budget_revisions],
    g.goal, g.input, g.salt, extract(epoch FROM now())::float8,
    (SELECT u.is_active FROM core_user u WHERE u.id = r.requester_id), r.parent_id, r.audit_head
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
    """Take up to `limit` due runs, each under a fresh lease and epoch; one commit for all of them."""
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


# --- the step boundary ---------------------------------------------------------------------------

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


class ReferenceTaken(Exception):
    """Another run holds an effect with this tool and business reference; the transaction must be rolled back."""


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
            *(head, *_entry(event)),
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


def missing(run_id: UUID, epoch: int) -> LeaseLost | ChainMoved:
    """Why a fenced statement found no row: the lease is lost, or somebody else wrote on the run's chain."""
    rows = query(_ENDS_AT, (run_id, epoch))
    return ChainMoved(rows[0][0], bytes(rows[0][1])) if rows else LeaseLost(str(run_id))


_ENDS_AT = "SELECT audit_seq, audit_head FROM runs_run WHERE id = %s AND epoch = %s AND status = 'running'"


class Fenced(NamedTuple):
    """What holds at the moment the run was locked."""

    cancel: bool
    switches: frozenset[str]
    policy: str
    active: bool  # the requester


_FENCE = """
SELECT r.cancel_requested AS cancel,
    (SELECT coalesce(array_agg(s.scope), '{}') FROM tools_registry_switch s) AS switches,
    (SELECT h.current_id FROM tools_registry_policyhead h) AS policy,
    (SELECT u.is_active FROM core_user u WHERE u.id = r.requester_id) AS active
FROM runs_run r WHERE r.id = %s AND r.epoch = %s AND r.status = 'running' FOR UPDATE OF r
"""
# The time limit of the statements that follow, until the transaction ends: what a transactional tool is held to.
_FENCE_TIMED = _FENCE.replace("AS active", "AS active, set_config('statement_timeout', %s, true) AS timed")


def fence(run_id: UUID, epoch: int) -> Fenced:
    """Lock the run. The first statement of every transaction that changes more than a checkpoint does.

    Raises `LeaseLost`.
    """
    return _fenced(run_id, query(_FENCE, (run_id, epoch)))


def fence_for_effect(run_id: UUID, epoch: int, *, milliseconds: int) -> Fenced:
    """The same, and each statement of this transaction is held to a time limit from now on. Raises `LeaseLost`."""
    return _fenced(run_id, query(_FENCE_TIMED, (f"{milliseconds}ms", run_id, epoch)))


def _fenced(run_id: UUID, rows: list[tuple[Any, ...]]) -> Fenced:
    if not rows:
        raise LeaseLost(str(run_id))
    cancel, switches, policy, active = rows[0][:4]
    return Fenced(bool(cancel), frozenset(switches), policy, bool(active))


_APPEND = """
WITH r AS MATERIALIZED (SELECT id, audit_seq, audit_head FROM runs_run WHERE id = %s FOR UPDATE),
w AS MATERIALIZED (
    SELECT audit_write('run:' || r.id, r.audit_seq + 1, r.audit_head, %s, %s, %s, %s, %s, %s) AS head FROM r)
UPDATE runs_run SET audit_seq = r.audit_seq + 1, audit_head = w.head FROM r, w WHERE runs_run.id = r.id
"""


def append_event(run_id: UUID, event: Sealed) -> None:
    """Append to a run's chain from outside its lease (a person's decision); the caller has locked the run."""
    query(_APPEND, (run_id, *_entry(event)))


# --- proposals and effects ---------------------------------------------------------------------------

_PROPOSAL = """
WITH f AS MATERIALIZED ({fence}),
p AS (
    INSERT INTO runs_proposal (id, run_id, number, revision, position, label, digest, state, sentence, body, verdict,
        reasons, blocked, signatures, authors, confidence, counterparty, amount, currency, converted, policy, limits,
        sample_probability, sample_roll, sampled, created_at, closed_at)
    SELECT %s, %s, %s::int, %s::int, %s::int, %s, %s, %s, %s, %s::json, %s, %s::jsonb, %s, %s::int, %s::uuid[],
        %s::numeric, %s, %s::numeric, %s, %s::numeric, %s, %s::jsonb, %s::numeric, %s::numeric, %s, now(),
        %s::timestamptz
    FROM f WHERE {condition}
    RETURNING id),
a AS (
    INSERT INTO runs_action (id, proposal_id, ordinal, seq, name, tool, tool_version, impact, effect_class, args,
        digest, reference, basis, verdict, policy)
    SELECT n.id, p.id, n.ordinal, n.seq, n.name, n.tool, n.tool_version, n.impact, n.effect_class, n.args, n.digest,
        n.reference, n.basis, n.verdict, n.policy
    FROM p, json_to_recordset(%s::json) AS n(id uuid, ordinal int, seq int, name text, tool text, tool_version text,
        impact text, effect_class text, args json, digest text, reference text, basis jsonb, verdict text,
        policy text))
SELECT {answer}
"""
_PROPOSAL_ALONE = _PROPOSAL.format(fence="SELECT 1", condition="true", answer="1")
_PROPOSAL_FENCED = _PROPOSAL.format(
    fence=_FENCE_TIMED.strip(),
    condition="NOT f.cancel AND f.active AND f.policy = %s AND NOT f.switches && %s::varchar[]",
    answer="f.cancel, f.switches, f.policy, f.active, EXISTS (SELECT 1 FROM p) FROM f",
)
_ACTION_FIELDS = (
    *("id", "ordinal", "seq", "name", "tool", "tool_version", "impact", "effect_class", "args", "digest"),
    *("reference", "basis", "verdict", "policy"),
)


def insert_proposal(p: Proposal, actions: Sequence[Action]) -> None:
    """Insert a proposal and its actions in one statement."""
    query(_PROPOSAL_ALONE, (*_proposal_row(p), _action_rows(actions)))


def fence_and_propose(
    p: Proposal, actions: Sequence[Action], epoch: int, *, scopes: Sequence[str], milliseconds: int
) -> tuple[Fenced, bool]:
    """`fence_for_effect`, and in the same round trip the proposal is stored, unless something stands against it.

    Nothing is stored (False) if cancelling was asked for, one of these switches is thrown, the requester is not
    active, or the policy is not the proposal's. Raises `LeaseLost`.
    """
    fence_values = (f"{milliseconds}ms", p.run_id, epoch)
    rows = query(_PROPOSAL_FENCED, (*fence_values, *_proposal_row(p), p.policy, list(scopes), _action_rows(actions)))
    return _fenced(p.run_id, rows), bool(rows[0][4])


def _proposal_row(p: Proposal) -> tuple[Any, ...]:
    return (
        *(p.id, p.run_id, p.number, p.revision, p.position, p.label, p.digest, str(p.state), p.sentence),
        *(dumps(p.body), p.verdict, dumps(p.reasons), p.blocked, p.signatures, p.authors, p.confidence),
        *(p.counterparty, p.amount, p.currency, p.converted, p.policy, dumps(p.limits)),
        *(p.sample_probability, p.sample_roll, p.sampled, p.closed_at),
    )


def _action_rows(actions: Sequence[Action]) -> str:
    return dumps([{name: getattr(action, name) for name in _ACTION_FIELDS} for action in actions])


def effect_row(
    *, key: str, action: Action, approval: UUID | None, receipt: Any, confirmed: bool, limits: list[Any]
) -> tuple[Any, ...]:
    """An effect as `checkpoint` takes it: confirmed at once (transactional), or intended (remote, sent after it)."""
    return (
        *(key, action.id, approval, action.tool, action.reference),
        *("confirmed" if confirmed else "intended", int(confirmed), confirmed, confirmed),
        *(dumps(receipt) if confirmed else None, dumps(limits)),
    )


# Of an approval that holds; one that does not is left for the caller to say why.
_FENCE_AND_CONSUME = f"""
WITH f AS MATERIALIZED ({_FENCE_TIMED.strip()}),
c AS (
    UPDATE runs_approval SET consumed_at = now() FROM f
    WHERE action_id = %s AND revoked_at IS NULL AND consumed_at IS NULL AND digest = %s AND expires_at > now()
    RETURNING runs_approval.id, signers)
SELECT f.cancel, f.switches, f.policy, f.active, c.id, c.signers FROM f LEFT JOIN c ON true
"""  # noqa: S608 - composed of literals


def fence_and_consume(
    run_id: UUID, epoch: int, action: Action, *, milliseconds: int
) -> tuple[Fenced, UUID | None, list[UUID]]:
    """`fence_for_effect`, and in the same round trip the approval of exactly this action is used up.

    Returns what holds, the approval's id (None: there is none that holds) and its signers. Raises `LeaseLost`.
    """
    rows = query(_FENCE_AND_CONSUME, (f"{milliseconds}ms", run_id, epoch, action.id, action.digest))
    return _fenced(run_id, rows), rows[0][4] if rows else None, list(rows[0][5] or ()) if rows else []


# --- a run that was begun before -----------------------------------------------------------------

_LOAD = """
SELECT 'step', s.seq, json_build_object('revision', s.revision, 'name', s.name, 'tool', s.tool,
    'status', s.status, 'output', s.output, 'at', s.at) FROM runs_step s WHERE s.run_id = %(run)s
UNION ALL
SELECT 'call', c.seq, json_build_object('tool', c.tool, 'input', c.input, 'input_from', c.input_from,
    'attempt', c.attempt, 'revision', c.revision) FROM runs_toolcall c WHERE c.run_id = %(run)s
UNION ALL
SELECT 'await', a.seq, json_build_object('revision', a.revision, 'digest', a.request_digest, 'kind', a.kind,
    'answer', a.answer, 'request', a.request) FROM runs_await a WHERE a.run_id = %(run)s
UNION ALL
SELECT 'proposal', p.number, json_build_object('id', p.id, 'state', p.state, 'position', p.position,
    'revision', p.revision, 'label', p.label) FROM runs_proposal p WHERE p.run_id = %(run)s
ORDER BY 1, 2
"""


def load(run_id: UUID) -> list[tuple[str, int, dict[str, Any]]]:
    """Everything an earlier worker recorded for this run, in one round trip."""
    return [(kind, seq, loads(body)) for kind, seq, body in query(_LOAD.replace("%(run)s", "%s"), (run_id,) * 4)]


def _entry(event: Sealed) -> tuple[Any, ...]:
    return event.body, event.mac, event.at, event.action, event.actor, event.facets
