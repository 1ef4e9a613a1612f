"""A few reviews with what their lines in the queue show, and nothing wider: one statement that is planned once."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from agentops.core.models import User
from reviews.models import Review
from reviews.queries.cursor import LEAST
from runs.models import Proposal, Run, RunInput
from runs.rows import columns, take
from runs.sql import query

WIDE = frozenset({"context"})  # of a review, and shown on its page only
PEOPLE = ("claimed_by", "assigned_to", "snoozed_by")
PROPOSED = ("label", "blocked", "signatures", "policy")  # in the order of the model's fields
FAILED = "$.facts.checks[*] ? (@.passed == false)"
# In the database, so that fifty bodies need not travel for fifty yes or no.
FAILED_CHECK = "coalesce(jsonb_path_exists({}.body::jsonb, %s::jsonpath), true)"
_UNSURE = Decimal(2)  # what has no confidence comes behind what has


def lines(ids: Sequence[UUID]) -> list[Review]:
    """These reviews in this order, each with its run, what that was given and its proposal (what a line shows of them),
    the names of its people, `has_failed` (whether it is no matter for one look: a check failed, or something else
    stands against that anyway), `asked_by`, and what the orders of the queue need (`worth`, `surety`)."""
    if not ids:
        return []
    people: dict[UUID, User] = {}
    rows = query(_statement(), (FAILED, list(ids)))
    found = {review.pk: review for review in (_line(row, people) for row in rows)}
    return [found[one] for one in ids if one in found]


@lru_cache(maxsize=1)
def _statement() -> str:
    # Put together from names of our own columns; whatever was asked for is a parameter.
    named = ", ".join(f"(SELECT u.name FROM core_user u WHERE u.id = r.{column}_id)" for column in PEOPLE)  # noqa: S608
    return (
        f"SELECT {columns(Review, 'r', WIDE)}, n.number, n.requester_id, g.subject, "  # noqa: S608
        f"{', '.join(f'p.{column}' for column in PROPOSED)}, {named}, runs_asked_by(r.run_id), "
        # A body is long: it is opened only where nothing else says already that one look is not enough.
        "CASE WHEN r.kind <> 'approval' OR r.urgent OR p.blocked OR p.signatures > 1 OR r.closed_at IS NOT NULL "
        f"THEN true ELSE {FAILED_CHECK.format('p')} END "
        "FROM reviews_review r JOIN runs_run n ON n.id = r.run_id LEFT JOIN runs_runinput g ON g.run_id = n.id "
        "LEFT JOIN runs_proposal p ON p.id = r.proposal_id WHERE r.id = ANY(%s)"
    )


def _line(row: tuple[Any, ...], people: dict[UUID, User]) -> Review:
    review, row = take(Review, row, WIDE)
    number, requester, subject, *proposed = row[:-5]
    *names, asked_by, has_failed = row[-5:]
    run = review.run_id
    review.run = Run.from_db("default", ["id", "number", "requester_id"], [run, number, requester])
    review.run._state.fields_cache["given"] = RunInput.from_db("default", ["run_id", "subject"], [run, subject or ""])
    if review.proposal_id:
        review.proposal = Proposal.from_db("default", ["id", *PROPOSED], [review.proposal_id, *proposed])
    for column, name in zip(PEOPLE, names, strict=True):
        key = getattr(review, f"{column}_id")
        if key and key not in people:
            people[key] = User.from_db("default", ["id", "name"], [key, name])
        setattr(review, column, people[key] if key else None)
    beside: Any = review
    beside.asked_by, beside.has_failed = asked_by, has_failed
    beside.worth = next((one for one in (review.converted, review.amount) if one is not None), LEAST)
    beside.surety = _UNSURE if review.confidence is None else review.confidence
    return review
