"""The pages that are measured, as addresses in one seeded house."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import psycopg

from bench.workplace.office import Office

REVIEWER, AUDITOR, OPERATOR = "maria.keller", "aisha.rahman", "oskar.lang"
TABS = ("mine", "desks", "unclaimed", "second", "overdue", "snoozed", "samples", "done")
SORTS = ("amount", "age", "confidence")
# An array, so that it is known before the plan is made and the partial indexes are walked.
AT_MY_DESKS = (
    "status IN ('open', 'signed_once') AND desk_id = ANY (ARRAY(SELECT p.content_object_id "
    "FROM reviews_deskuserpermission p JOIN core_user u ON u.id = p.user_id JOIN auth_permission a "
    "ON a.id = p.permission_id WHERE starts_with(u.email, 'maria.keller@') AND a.codename = 'view'))"
)
DEAR = "reason=po_closed&reason=not_received&amount_from=50000"
CLOSED_THERE = AT_MY_DESKS.replace("IN", "NOT IN", 1)


@dataclass(frozen=True)
class Place:
    """One page, and who looks at it."""

    name: str
    who: str
    path: str


def places(office: Office) -> list[Place]:
    """All of them; keys and numbers are taken from what is there."""
    with psycopg.connect(office.boundless_url) as connection:
        return [*_queue(connection), *_reviews(connection), *_runs(connection), *_trail(connection)]


def _queue(connection: psycopg.Connection[Any]) -> Iterator[Place]:
    def at(name: str, query: str) -> Place:
        return Place(f"queue {name}", REVIEWER, f"/queue/?{query}")

    yield from (at(tab, f"view={tab}") for tab in TABS)
    yield from (at(f"by {sort}", f"sort={sort}") for sort in SORTS)
    yield at("one desk", "desk=desk-2")
    yield at("an agent", "agent=support")
    yield at("a tool", "tool=schedule_payment")
    yield at("a reason", "reason=po_closed")
    yield at("two reasons, dear", DEAR)
    yield at("an amount", "amount_from=1000&amount_to=1010")
    yield at("old", "age=older")
    yield at("unsure", "sure=low")
    yield at("held by nobody", "claim=nobody")
    yield at("held by me", "claim=me")
    yield at("a vendor", "vendor=papier")
    yield at("common words", "q=invoice+gmbh")
    yield at("rare words", f"q={_one(connection, _number('words'))[0].split()[-1]}")
    yield at("no such words", "q=xyzzyplugh")
    yield at("a number", f"q={_one(connection, _number('number'))[0]}")
    yield at("words by amount", "q=stahl&sort=amount")
    for name, share in (("page 2", 0.0), ("in the middle", 0.5), ("near the end", 0.99)):
        yield at(name, f"after={_key(connection, share)}")
    for sort, column in (("amount", "coalesce(converted, amount, -1)"), ("age", "opened_at")):
        yield at(f"by {sort}, middle", f"sort={sort}&after={_key_by(connection, column, sort == 'amount')}")
    since = "2026-01-01T00:00:00%2B00:00"
    yield at("with a menu open", "filters=reason")
    yield Place("queue menu", REVIEWER, "/queue/facets/reason/?view=desks")
    yield Place("queue menu of two reasons, dear", REVIEWER, f"/queue/facets/agent/?{DEAR}")
    yield Place("queue how many new", REVIEWER, f"/queue/arrived/?view=desks&since={since}")


def _reviews(connection: psycopg.Connection[Any]) -> Iterator[Place]:
    rows = connection.execute(
        "SELECT DISTINCT ON (kind, codes) id, kind, codes FROM reviews_review r "
        f"WHERE {AT_MY_DESKS} AND agent = 'invoices' AND number > 1000000 ORDER BY kind, codes, number DESC"
    )
    for review, kind, codes in rows:
        yield Place(f"review {kind} {', '.join(codes)}"[:60], REVIEWER, f"/reviews/{review}/")
    done = _one(
        connection,
        f"SELECT id FROM reviews_review r WHERE {CLOSED_THERE} AND agent = 'invoices' ORDER BY number DESC LIMIT 1",
    )
    for part in ("earlier", "provenance", "hand_over"):
        yield Place(f"part of a review, {part}", REVIEWER, f"/reviews/{done[0]}/parts/{part}/")
    yield Place("review decided", REVIEWER, f"/reviews/{done[0]}/")


def _runs(connection: psycopg.Connection[Any]) -> Iterator[Place]:
    for who, name in ((REVIEWER, "runs, reviewer"), (OPERATOR, "runs, operator")):
        yield Place(name, who, "/runs/")
        yield Place(f"{name}, ever", who, "/runs/?started=all")
        yield Place(f"{name}, completed", who, "/runs/?status=completed&started=all")
        yield Place(f"{name}, failed", who, "/runs/?status=failed&started=all")
        yield Place(f"{name}, by words", who, "/runs/?q=invoice+8")
        yield Place(f"{name}, by number", who, "/runs/?q=R-1000900")
        yield Place(f"{name}, deep", who, "/runs/?started=all&before=1000500")
    yield Place("one run", OPERATOR, f"/runs/{_one(connection, 'SELECT max(number) FROM runs_run')[0]}/")


def _trail(connection: psycopg.Connection[Any]) -> Iterator[Place]:
    facets = dict(
        connection.execute(
            "SELECT kind, value FROM audit_facet WHERE stream = 'run:' || (SELECT run_id FROM reviews_review r "
            "WHERE number > 1000000 AND counterparty <> '' ORDER BY number LIMIT 1)"
        ).fetchall()
    )
    person = _one(connection, "SELECT email FROM core_user WHERE starts_with(email, 'maria.keller@')")[0]
    for name, query in (
        ("everything", ""),
        ("a run", "run=R-1000500"),
        ("an actor", f"actor={person}"),
        ("nobody's", "actor=pia.hansen@demo.example"),
        ("a document", f"document={facets['document']}"),
        ("a counterparty", f"counterparty={facets.get('counterparty', 'vendor:V-10000')}"),
        ("a day last year", "from=2025-06-01&to=2025-06-01"),
        ("decisions", "action=review."),
        ("decisions of a person in a month", f"action=review.&actor={person}&from=2025-06-01&to=2025-06-30"),
        ("sign-ins", "action=session."),
    ):
        yield Place(f"trail {name}", AUDITOR, f"/audit/?{query}")


def _number(column: str) -> str:
    return f"SELECT {column} FROM reviews_review r WHERE {AT_MY_DESKS} ORDER BY number DESC LIMIT 1 OFFSET 10"


def _one(connection: psycopg.Connection[Any], sql: str, given: Any = None) -> Any:
    row = connection.execute(sql, given).fetchone()
    assert row, sql
    return row


def _key(connection: psycopg.Connection[Any], share: float) -> str:
    """The key behind which a page begins, this far down the queue; the first page ends after fifty."""
    many = _one(connection, f"SELECT count(*) FROM reviews_review r WHERE {AT_MY_DESKS}")[0]
    row = _one(
        connection,
        f"SELECT urgent, sort_at, id FROM reviews_review r WHERE {AT_MY_DESKS} ORDER BY urgent DESC, sort_at, id "
        "LIMIT 1 OFFSET %s",
        [min(many - 2, max(49, int(many * share)))],
    )
    return _sealed(row)


def _key_by(connection: psycopg.Connection[Any], column: str, down: bool) -> str:
    many = _one(connection, f"SELECT count(*) FROM reviews_review r WHERE {AT_MY_DESKS}")[0]
    order = f"{column} DESC, id" if down else f"{column}, id"
    return _sealed(
        _one(
            connection,
            f"SELECT {column}, id FROM reviews_review r WHERE {AT_MY_DESKS} ORDER BY {order} LIMIT 1 OFFSET %s",
            [many // 2],
        )
    )


def _sealed(row: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(list(row), default=str)).decode().rstrip("=")
