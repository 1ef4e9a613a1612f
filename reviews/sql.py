"""Plain SQL of the path from a click to the effect, which is measured; the ORM does everything else.

Each statement is prepared once per connection (`runs.sql.query`), and rows become model instances without the
columns that hold JSON: those are read when something asks for them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import JSONField, Model

from reviews.models import Decision, Desk, Review
from runs.models import Proposal, Run
from runs.rows import columns, take
from runs.sql import dumps, query

RUN_OF = "SELECT run_id FROM reviews_review WHERE id = %s"
INSERT = """
INSERT INTO reviews_decision (id, review_id, proposal_id, desk_id, round, digest, person_id, verdict, code, seen,
    request_key, audit_seq, decided_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s)
"""


def run_of(review_id: UUID) -> UUID | None:
    """The run that a review is about; it never changes, so no lock is needed to ask."""
    rows = query(RUN_OF, (review_id,))
    return rows[0][0] if rows else None


def lock_run_of(review_id: UUID) -> Run | None:
    """The run that a review is about, locked: always the first lock of a decision. None if there is no such review."""
    rows = query(_lock_run(), (review_id,))
    return take(Run, rows[0])[0] if rows else None


def lock_review(review_id: UUID) -> Review:
    """The review as it is now, locked, with its desk and proposal; its run is locked already."""
    row = query(_lock(), (review_id,))[0]
    review: Review
    review, row = _take(Review, row)
    review.desk, row = _take(Desk, row)
    review.proposal = _take(Proposal, row)[0] if review.proposal_id else None
    return review


def find_desk(agent: str, slug: str) -> Desk | None:
    """The desk that lists the agent, else the one of this name, without a lock; None if there is neither."""
    rows = query(_desk(), ([agent], slug, [agent]))
    return _take(Desk, rows[0])[0] if rows else None


def insert_review(review: Review) -> None:
    """Insert an open review, which gets its number."""
    row = [_as_column(getattr(review, name), is_json) for name, _, is_json in _given()]
    ((review.number,),) = query(_review(), row)
    review._state.adding, review._state.db = False, "default"


def insert_decision(decision: Decision) -> None:
    """Insert a decision; the triggers of the table check it as they check everybody's."""
    query(
        INSERT,
        (
            *(decision.id, decision.review_id, decision.proposal_id, decision.desk_id, decision.round),
            *(decision.digest, decision.person_id, str(decision.verdict), decision.code, dumps(decision.seen)),
            *(decision.request_key, decision.audit_seq, decision.decided_at),
        ),
    )
    decision._state.adding = False


@lru_cache(maxsize=1)
def _lock_run() -> str:
    return (
        f"SELECT {columns(Run, 'r')} FROM runs_run r "  # noqa: S608
        "WHERE r.id = (SELECT w.run_id FROM reviews_review w WHERE w.id = %s) FOR UPDATE OF r"
    )


@lru_cache(maxsize=1)
def _lock() -> str:
    columns = [
        f"{alias}.{column}"
        for alias, model in (("r", Review), ("d", Desk), ("p", Proposal))
        for _, column in _columns(model)
    ]
    return (
        f"SELECT {', '.join(columns)} FROM reviews_review r JOIN reviews_desk d ON d.id = r.desk_id "  # noqa: S608
        "LEFT JOIN runs_proposal p ON p.id = r.proposal_id WHERE r.id = %s FOR NO KEY UPDATE OF r"
    )


@lru_cache(maxsize=1)
def _desk() -> str:
    columns = ", ".join(f"{column}" for _, column in _columns(Desk))
    return (
        f"SELECT {columns} FROM reviews_desk WHERE agents @> %s::varchar[] OR slug = %s "  # noqa: S608
        "ORDER BY agents @> %s::varchar[] DESC, slug LIMIT 1"
    )


@lru_cache(maxsize=1)
def _review() -> str:
    columns = ", ".join(column for _, column, _ in _given())
    marks = ", ".join(["%s"] * len(_given()))
    return f"INSERT INTO reviews_review ({columns}) VALUES ({marks}) RETURNING number"  # noqa: S608


@lru_cache(maxsize=1)
def _given() -> tuple[tuple[str, str, bool], ...]:
    """Every column of a review but its number, which the database gives, and whether it holds JSON."""
    fields = [field for field in Review._meta.concrete_fields if field.name != "number"]
    return tuple((field.attname, str(field.column), isinstance(field, JSONField)) for field in fields)


def _as_column(value: Any, is_json: bool) -> Any:
    return dumps(value) if is_json else value


@lru_cache(maxsize=8)
def _columns(model: type[Model]) -> tuple[tuple[str, str | None], ...]:
    fields = model._meta.concrete_fields
    return tuple((field.attname, field.column) for field in fields if not isinstance(field, JSONField))


def _take(model: type[Model], row: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    names = [name for name, _ in _columns(model)]
    return model.from_db("default", names, row[: len(names)]), row[len(names) :]
