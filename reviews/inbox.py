"""Fills the runtime's doorway: asking people is opening a review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from reviews.lifecycle import IS_OPEN, ReviewKind, ReviewStatus, Verdict
from reviews.models import Review
from reviews.services.opening import open_review
from reviews.standing import (
    STANDING,
    MayNotSign,
    Standing,
    check_may_decide,
    check_may_sign_second,
    check_not_author,
    check_not_requester,
    check_within_limit,
    standing_of,
)
from runs.inbox import Ask
from runs.sql import query


class ReviewInbox:
    """See `runs.inbox.Inbox`; each method runs inside the runtime's transaction, with the run locked."""

    def ask(self, ask: Ask) -> UUID:
        """Open a review at the agent's desk; without one at the desk of last resort, so that nothing is lost."""
        return open_review(ask, now=timezone.now()).id

    def withdraw(self, run_id: UUID, *, why: str, now: datetime) -> None:
        """Close what is open for this run. A blind sample stays: it is about what was done."""
        Review.objects.filter(IS_OPEN, run_id=run_id).exclude(kind=ReviewKind.SAMPLE).update(
            status=ReviewStatus.WITHDRAWN, closed_at=now, closed_why=why, claimed_by=None, claimed_until=None
        )

    def objection(self, proposal_id: UUID, signers: Sequence[UUID], now: datetime) -> str | None:
        """Why these signatures no longer count, or None; one query, as it is asked before every effect."""
        given = _given(proposal_id, signers)
        if not given or len(given) != len(set(signers)):
            return "A signature behind this approval was taken back."
        try:
            for place, signature in enumerate(given):
                signature.check(is_second=place > 0)
        except MayNotSign as objection:
            return str(objection)
        return None


# Who signed what in the last round, at which desk, oldest first, with what the rules compare, and who they are today.
_GIVEN = f"""
SELECT s.person_id, k.name, s.verdict, runs_asked_by(o.run_id), o.authors, o.amount, o.currency, o.converted,
    {STANDING.format(desk="s.desk_id")}
FROM reviews_decision s
JOIN runs_proposal o ON o.id = s.proposal_id
JOIN reviews_desk k ON k.id = s.desk_id
JOIN core_user u ON u.id = s.person_id
WHERE s.proposal_id = %s AND s.person_id = ANY(%s) AND s.verdict IN ('approve', 'edit')
    AND s.digest = o.digest
    AND s.round = (SELECT max(w.round) FROM reviews_review w WHERE w.proposal_id = o.id)
ORDER BY s.decided_at, s.id
"""  # noqa: S608 - composed of literals


@dataclass(frozen=True, slots=True)
class _Signature:
    person_id: UUID
    desk: str
    verdict: str
    asked_by: list[UUID]
    authors: list[UUID]
    amount: Decimal | None
    currency: str
    converted: Decimal | None
    who: Standing  # at that desk, now

    def check(self, *, is_second: bool) -> None:
        """Raises `MayNotSign` if it would not be accepted today."""
        check_may_decide(self.who, desk=self.desk)
        check_not_requester(self.person_id, self.asked_by)
        if self.verdict != Verdict.EDIT:  # the edit is its author's one signature
            check_not_author(self.person_id, self.authors)
        check_within_limit(self.who, self)
        if is_second:
            check_may_sign_second(self.who, desk=self.desk)


def _given(proposal_id: UUID, signers: Sequence[UUID]) -> list[_Signature]:
    rows = query(_GIVEN, (proposal_id, list(signers)))
    return [_Signature(*(*row[:8], standing_of(row[8:]))) for row in rows]
