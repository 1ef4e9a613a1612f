"""One review with all that its page asks about it, in one statement; and what was said about its run, in another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import UUIDField
from django.db.models.expressions import RawSQL

from agentops.core.models import User
from reviews.lifecycle import Verdict
from reviews.models import Desk, Review
from reviews.queries.desks import remembered_desks
from reviews.standing import DECIDE, VIEW
from runs.models import Action, Proposal, Run, RunInput
from runs.rows import columns, take
from runs.sql import loads, query

ALIKE = 200  # so many of the last are as telling as all
AS_SURE = Decimal("0.05")
CHANGING = [str(verdict) for verdict in (Verdict.EDIT, Verdict.REJECT, Verdict.SEND_BACK)]
MOST_COMMENTS = 100

_ASKED_BY = "runs_asked_by(reviews_review.run_id)"
_LIMIT = "reviews_limit_of(%s, reviews_review.desk_id)"
_DRAFT = (
    "(SELECT json_build_object('body', d.body, 'digest', d.digest, 'saved_at', d.saved_at) FROM reviews_draft d "
    "WHERE d.review_id = reviews_review.id AND d.person_id = %s)"
)
_TALK = (
    "(EXISTS (SELECT FROM reviews_decision d JOIN reviews_review r ON r.id = d.review_id "
    "WHERE r.run_id = reviews_review.run_id) OR EXISTS (SELECT FROM reviews_comment c "
    "JOIN reviews_review r ON r.id = c.review_id WHERE r.run_id = reviews_review.run_id))"
)
# Changes with whatever its page shows that can change while somebody reads another one.
_MARK = """md5(concat_ws(' ', {alias}.digest, {alias}.status, {alias}.round, {alias}.claimed_by_id,
    {alias}.assigned_to_id, {alias}.snoozed_until, {alias}.desk_id,
    (SELECT count(*) FROM reviews_decision d WHERE d.review_id = {alias}.id),
    (SELECT count(*) FROM reviews_comment c WHERE c.review_id = {alias}.id)))"""
_FAILED_CALL = (
    "EXISTS (SELECT FROM runs_toolcall t WHERE t.run_id = reviews_review.run_id AND t.result IN ('failed', 'unknown'))"
)
# Which ones first, and only then what was said about each: else every decision there is would be read for it.
_ALIKE = """CASE WHEN reviews_review.confidence IS NOT NULL THEN (SELECT ARRAY[count(*), count(changed.one)] FROM (
    SELECT a.id FROM reviews_review a WHERE a.kind = 'approval' AND a.status = 'decided'
        AND a.agent = reviews_review.agent
        AND a.confidence BETWEEN reviews_review.confidence - %s AND reviews_review.confidence + %s
    ORDER BY a.closed_at DESC LIMIT %s) recent
    LEFT JOIN LATERAL (SELECT 1 AS one FROM reviews_decision d
        WHERE d.review_id = recent.id AND d.verdict = ANY(%s) LIMIT 1) changed ON true) END"""
_ACTIONS = """(SELECT json_agg(json_build_object('ordinal', a.ordinal, 'name', a.name, 'tool', a.tool,
    'impact', a.impact, 'args', a.args) ORDER BY a.ordinal)
    FROM runs_action a WHERE a.proposal_id = reviews_review.proposal_id)"""
_EARLIER = """(SELECT json_build_object('digest', p.digest, 'body', p.body) FROM reviews_decision d
    JOIN runs_proposal p ON p.id = d.proposal_id WHERE d.person_id = %s AND p.run_id = reviews_review.run_id
        AND p.id <> reviews_review.proposal_id ORDER BY d.decided_at DESC, d.id DESC LIMIT 1)"""
_NAMED = "(SELECT u.name FROM core_user u WHERE u.id = {}_id)"
PEOPLE = {
    "claimed_by": _NAMED.format("reviews_review.claimed_by"),
    "assigned_to": _NAMED.format("reviews_review.assigned_to"),
    "snoozed_by": _NAMED.format("reviews_review.snoozed_by"),
    "run.requester": _NAMED.format("n.requester"),
}
BESIDE = {
    "asked_by": _ASKED_BY,
    "limit": _LIMIT,
    "draft": _DRAFT,
    "is_talked_about": _TALK,
    "has_failed_call": _FAILED_CALL,
    "alike": _ALIKE,
    "told_actions": _ACTIONS,
    "mark": _MARK.format(alias="reviews_review"),
    "earlier": _EARLIER,
}
TOLD_AS_JSON = frozenset({"draft", "told_actions", "earlier"})
_SAID = """
SELECT * FROM (
    SELECT 'decision', d.id, d.person_id, u.name, d.verdict, d.decided_at AS at, d.audit_seq, d.review_id,
        d.proposal_id, d.round
    FROM reviews_decision d JOIN reviews_review r ON r.id = d.review_id JOIN core_user u ON u.id = d.person_id
    WHERE r.run_id = %s AND r.kind <> 'sample'
    UNION ALL (
        SELECT 'comment', c.id, c.person_id, u.name, '', c.at, c.audit_seq, c.review_id, NULL, 0
        FROM reviews_comment c JOIN reviews_review r ON r.id = c.review_id JOIN core_user u ON u.id = c.person_id
        WHERE r.run_id = %s AND NOT (r.kind = 'sample' AND r.closed_at IS NULL)
        ORDER BY c.at DESC, c.id DESC LIMIT %s)
) said ORDER BY at, id
"""


@dataclass(frozen=True, slots=True)
class Said:
    """One decision, or one comment (no verdict), about a run."""

    id: UUID
    person_id: UUID
    name: str
    verdict: str
    at: datetime
    audit_seq: int | None
    review_id: UUID
    proposal_id: UUID | None
    round: int


def looked_at(user: User, review_id: UUID) -> Review | None:
    """The review if this person may see it (`remember_desks` was asked before), with what its page needs beside it:

    `asked_by` (people), `limit` (of this person at its desk), `draft` (body, digest, saved_at), `is_talked_about`,
    `has_failed_call`, `alike` (how many proposals were as sure, and how many of them people changed), `earlier` (see
    `earlier_of`), `told_actions` (`actions_of`), `mark` (see `mark_of`). The people beside it have a name and no more.
    """
    sees, decides = ([desk.pk for desk in remembered_desks(user, what)] for what in (VIEW, DECIDE))
    beside = [user.pk, user.pk, AS_SURE, AS_SURE, ALIKE, CHANGING, user.pk]
    rows = query(_looked_at(), (*beside, review_id, sees, user.pk, decides))
    return _review(rows[0]) if rows else None


@lru_cache(maxsize=1)
def _looked_at() -> str:
    tables = ((Review, "reviews_review"), (Desk, "d"), (Run, "n"), (RunInput, "g"), (Proposal, "p"))
    beside = (*PEOPLE.values(), *BESIDE.values())
    return (
        f"SELECT {', '.join(columns(model, alias) for model, alias in tables)}, {', '.join(beside)} "  # noqa: S608
        "FROM reviews_review JOIN reviews_desk d ON d.id = reviews_review.desk_id "
        "JOIN runs_run n ON n.id = reviews_review.run_id JOIN runs_runinput g ON g.run_id = n.id "
        "LEFT JOIN runs_proposal p ON p.id = reviews_review.proposal_id WHERE reviews_review.id = %s AND "
        "(reviews_review.desk_id = ANY(%s) OR reviews_review.assigned_to_id = %s AND reviews_review.desk_id = ANY(%s))"
    )


def _review(row: tuple[Any, ...]) -> Review:
    review: Review
    review, row = take(Review, row)
    review.desk, row = take(Desk, row)
    review.run, row = take(Run, row)
    review.run._state.fields_cache["given"], row = take(RunInput, row)
    if review.proposal_id:
        review.proposal, row = take(Proposal, row)
    else:
        row = row[len(Proposal._meta.concrete_fields) :]
    for name, called in zip(PEOPLE, row[: len(PEOPLE)], strict=True):
        owner, _, column = name.rpartition(".")
        about: Any = review.run if owner else review
        key = getattr(about, f"{column}_id")
        about._state.fields_cache[column] = User(pk=key, name=called) if key else None
    for name, value in zip(BESIDE, row[len(PEOPLE) :], strict=True):
        setattr(review, name, loads(value) if name in TOLD_AS_JSON else value)
    return review


def whose_hands() -> RawSQL:
    """Everybody whose hand is in what a review's run was asked for: none of them decides about it alone."""
    return RawSQL(_ASKED_BY, [], ArrayField(UUIDField()))  # noqa: S611


def actions_of(review: Review) -> list[Action]:
    """The actions of its proposal in their order: what each does with what, and no more of their rows."""
    return [Action(**told) for told in getattr(review, "told_actions", None) or ()]


def earlier_of(review: Review) -> Proposal | None:
    """The version that this person decided about last, if it is not the one on the table now; its values alone."""
    told: dict[str, Any] | None = getattr(review, "earlier", None)
    return Proposal(digest=told["digest"], body=told["body"]) if told else None


def mark_of(review_id: UUID) -> str:
    """What a page of this review that was fetched before is compared with (`mark` of `looked_at`)."""
    rows = query(f"SELECT {_MARK.format(alias='r')} FROM reviews_review r WHERE id = %s", (review_id,))  # noqa: S608
    return str(rows[0][0]) if rows else ""


def said_about(review: Review) -> list[Said]:
    """Everything people decided and wrote about its run, oldest first, whichever of its reviews it was about; of the
    comments the last hundred, and nothing of a blind check that is open."""
    if not getattr(review, "is_talked_about", True):
        return []
    return [Said(*row[1:]) for row in query(_SAID, (review.run_id, review.run_id, MOST_COMMENTS))]
