"""Many runs, proposals, reviews, decisions and events from the few that a demo has: real rows, copied and varied.

Triggers and foreign keys are off for the session (their promises hold: a copy names only copies); CHECK constraints
stand. Indexes are put aside meanwhile and made again. Columns are asked of the tables, so a new one comes along.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

SPREAD = Path(__file__).with_name("spread.sql")
EVENTS_EACH = 10  # per review, by the numbers promised: a million reviews, ten million events
NEWEST = 20_000  # of what is closed, so many have their steps as well
TABLES = (
    "runs_run", "runs_runinput", "runs_step", "runs_toolcall", "runs_proposal", "runs_action", "reviews_review",
    "reviews_decision", "audit_entry", "audit_facet",
)  # fmt: skip
# What is not as in the row it comes from. `c` is the copy's plan (spread.sql), `t` the row.
CHANGED: dict[str, dict[str, str]] = {
    "runs_run": {
        "id": "c.run", "number": "c.n + 1000000", "agent": "c.agent", "request_key": "NULL", "due_at": "NULL",
        "status": "CASE WHEN c.is_open THEN 'awaiting' WHEN c.verdict = 'reject' THEN 'rejected' ELSE 'completed' END",
        "awaiting": "CASE WHEN c.is_open THEN 'review' END", "created_at": "c.opened_at", "ended_at": "c.closed_at",
        "audit_seq": str(EVENTS_EACH), "end_code": "CASE WHEN c.verdict = 'reject' THEN 'rejected' ELSE '' END",
    },
    "runs_runinput": {"run_id": "c.run", "subject": "c.subject", "document": "c.document"},
    "runs_step": {"run_id": "c.run", "at": "c.opened_at"},
    "runs_toolcall": {"run_id": "c.run", "started_at": "c.opened_at"},
    "runs_proposal": {
        "id": "c.proposal", "run_id": "c.run", "created_at": "c.opened_at",
        "closed_at": "CASE WHEN NOT c.is_open OR t.closed_at IS NOT NULL THEN coalesce(c.closed_at, c.opened_at) END",
        "counterparty": "c.counterparty", "amount": "c.amount", "currency": "'EUR'", "converted": "c.amount",
        "confidence": "c.confidence",
        "state": "CASE WHEN c.is_open THEN t.state WHEN t.blocked OR c.verdict = 'reject' THEN 'rejected' "
                 "ELSE 'performed' END",
    },
    "runs_action": {"id": "uuidv7()", "proposal_id": "c.proposal"},
    "reviews_review": {
        "id": "c.review", "number": "c.n + 1000000", "run_id": "c.run", "proposal_id": "c.proposal",
        "desk_id": "c.desk", "agent": "c.agent", "status": "c.status", "urgent": "c.urgent",
        "counterparty": "c.counterparty", "amount": "c.amount", "currency": "CASE WHEN c.amount IS NULL THEN '' "
        "ELSE 'EUR' END", "converted": "c.amount", "confidence": "c.confidence", "assigned_to_id": "c.assigned",
        "claimed_by_id": "c.claimed", "claimed_until": "CASE WHEN c.claimed IS NOT NULL THEN now() + '30 days' END",
        "snoozed_by_id": "c.snoozed", "snoozed_until": "CASE WHEN c.snoozed IS NOT NULL THEN now() + '20 days' END",
        "opened_at": "c.opened_at", "risk_at": "c.opened_at + (c.due_at - c.opened_at) / 2", "due_at": "c.due_at",
        "sort_at": "c.due_at - c.sooner", "expires_at": "c.due_at + interval '60 days'", "closed_at": "c.closed_at",
        "escalated": "2", "words": "c.words", "came_from_id": "NULL",
    },
    "audit_entry": {
        "stream": "'run:' || c.run", "seq": "row_number() OVER (PARTITION BY c.n ORDER BY k, t.seq)",
        "at": "c.opened_at + (k * 10 + t.seq) * interval '20 milliseconds'", "body": "replace(t.body, t.stream, "
        "'run:' || c.run)",
        "actor": "CASE WHEN NOT c.is_open AND k = 0 AND t.seq = 4 THEN 'person:' || c.person ELSE t.actor END",
        "action": "CASE WHEN NOT c.is_open AND k = 0 AND t.seq = 4 THEN 'review.decided' ELSE t.action END",
    },
    "audit_facet": {
        "stream": "'run:' || c.run",
        "value": "CASE t.kind WHEN 'document' THEN c.document WHEN 'counterparty' THEN c.counterparty ELSE t.value END",
    },
}  # fmt: skip
# Which rows a copy is made of, in the order in which they would have come.
SOURCES = {
    "runs_run": "t.id = c.from_run",
    "runs_runinput": "t.run_id = c.from_run",
    "runs_step": "t.run_id = c.from_run AND c.has_steps",
    "runs_toolcall": "t.run_id = c.from_run AND c.has_steps",
    "runs_proposal": "t.id = c.from_proposal",
    "runs_action": "t.proposal_id = c.from_proposal",
    "reviews_review": "t.id = c.from_review",
    "audit_facet": "t.stream = 'run:' || c.from_run",
}
DECISIONS = """
INSERT INTO reviews_decision
    (id, review_id, proposal_id, desk_id, round, digest, person_id, verdict, code, seen, decided_at)
SELECT uuidv7(c.closed_at - now()), c.review, c.proposal, c.desk, 1, r.digest, c.person, c.verdict,
    CASE c.verdict WHEN 'reject' THEN 'duplicate' WHEN 'send_back' THEN 'wrong_value' ELSE '' END, '{}', c.closed_at
FROM copies c JOIN reviews_review r ON r.id = c.review WHERE NOT c.is_open AND c.n BETWEEN %s AND %s ORDER BY c.n
"""


def seed(url: str, reviews: int, say: Any = print) -> None:
    """Fill the demo at this address (a superuser's) up to so many reviews, a tenth of them open."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SELECT setseed(0.42)")
        connection.execute(SPREAD.read_text().replace(":reviews", str(reviews)).replace(":newest", str(NEWEST)))
        aside = _put_indexes_aside(connection)
        size = 50_000
        for first in range(1, reviews + 1, size):
            _copy(connection, first, min(first + size - 1, reviews))
            say(f"{min(first + size - 1, reviews):,} reviews")
        for definition in aside:
            connection.execute(definition)
        connection.execute("SELECT setval('runs_run_number', 3000000), setval('reviews_review_number', 3000000)")
        connection.execute("DROP TABLE copies, cast_of")
        connection.execute("VACUUM (ANALYZE, PARALLEL 2)")
        connection.execute("CHECKPOINT")


def _copy(connection: psycopg.Connection[Any], first: int, last: int) -> None:
    for table in TABLES:
        if table == "reviews_decision":
            connection.execute(DECISIONS, [first, last])
        elif table == "audit_entry":
            connection.execute(_events(connection), [first, last, EVENTS_EACH])
        else:
            names, values = _columns(connection, table)
            connection.execute(
                f"INSERT INTO {table} ({names}) SELECT {values} FROM copies c JOIN {table} t ON {SOURCES[table]} "
                f"WHERE c.n BETWEEN %s AND %s ORDER BY c.n",
                [first, last],
            )


def _events(connection: psycopg.Connection[Any]) -> str:
    """A run's events, gone over again until there are as many as promised."""
    names, values = _columns(connection, "audit_entry")
    return (
        f"INSERT INTO audit_entry ({names}) SELECT {names} FROM (SELECT c.n AS copy, {values} "
        "FROM copies c CROSS JOIN generate_series(0, 4) k JOIN audit_entry t ON t.stream = 'run:' || c.from_run "
        "WHERE c.n BETWEEN %s AND %s) made WHERE seq <= %s ORDER BY copy, seq"
    )


def _columns(connection: psycopg.Connection[Any], table: str) -> tuple[str, str]:
    rows = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public' "
        "AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    changed = CHANGED.get(table, {})
    names = [name for (name,) in rows]
    return ", ".join(names), ", ".join(f"{changed.get(name, f't.{name}')} AS {name}" for name in names)


def _put_indexes_aside(connection: psycopg.Connection[Any]) -> list[str]:
    """Drop what no constraint needs; returned are the statements that make it again."""
    rows = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = ANY(%s) AND NOT EXISTS "
        "(SELECT 1 FROM pg_constraint WHERE conname = indexname) AND indexname NOT LIKE 'audit_facet%%'",
        [list(TABLES)],
    ).fetchall()
    for name, _ in rows:
        connection.execute(f'DROP INDEX "{name}"')
    return [definition for _, definition in rows]
