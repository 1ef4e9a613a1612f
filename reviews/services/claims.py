"""Claims: leases by the database's clock with a visible holder. A courtesy: nobody needs one to decide."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, Func, Q

from agentops.core.models import User
from reviews.lifecycle import CLAIM_LASTS, IS_OPEN, Verdict
from reviews.models import Decision, Review
from reviews.services.case import check_open, lock_case
from reviews.services.recording import record_decision
from reviews.services.refusals import ClaimedByAnother, NoSuchReview, WordsNeeded
from reviews.standing import check_may_decide, standings
from runs.points import durable


class ClockNow(Func):
    """The database's clock at this statement, not at the start of the transaction."""

    function = "clock_timestamp"
    output_field = DateTimeField()


@durable("review.claim")
def claim(*, review_id: UUID, person: User) -> Review:
    """Take the claim, or prolong one's own; raises `ClaimedByAnother`, `ReviewClosed`, `MayNotSign`."""
    review = _review(review_id)
    check_may_decide(standings([person.id], review.desk_id).get(person.id), desk=review.desk.name)
    free = Q(claimed_by=None) | Q(claimed_by=person) | Q(claimed_until__lte=ClockNow())
    taken = Review.objects.filter(IS_OPEN, free, id=review_id).update(claimed_by=person, **_until())
    review = _review(review_id)
    check_open(review)
    if not taken and review.claimed_by and review.claimed_until:
        raise ClaimedByAnother(review.claimed_by.name, review.claimed_until)
    return review


@durable("review.hold")
def hold(*, review_id: UUID, person: User) -> bool:
    """Prolong one's own claim, while its page is open; False where it is somebody else's or nobody's meanwhile."""
    mine = Review.objects.filter(IS_OPEN, id=review_id, claimed_by=person)
    return bool(mine.update(**_until()))


@durable("review.release")
def release(*, review_id: UUID, person: User) -> Review:
    """Let go of one's own claim; quiet if there is none."""
    Review.objects.filter(id=review_id, claimed_by=person).update(claimed_by=None, claimed_until=None)
    return _review(review_id)


@durable("review.take_over")
def take_over(*, review_id: UUID, person: User, words: str, now: datetime) -> Decision:
    """Take what somebody else holds or was given, saying why; raises `ReviewClosed`, `MayNotSign`, `WordsNeeded`."""
    if not words.strip():
        raise WordsNeeded("Say in a few words why you take it over.")
    case = lock_case(review_id, person)
    check_open(case.review)
    before = case.review.claimed_by_id or case.review.assigned_to_id
    data = {"from": str(before)} if before else {}
    decision = record_decision(case, Verdict.TAKE_OVER, now=now, said={"words": words}, data=data)
    Review.objects.filter(id=review_id).update(claimed_by=person, assigned_to=None, **_until())
    return decision


def _until() -> dict[str, Any]:
    return {"claimed_until": ClockNow() + CLAIM_LASTS}


def _review(review_id: UUID) -> Review:
    review = Review.objects.select_related("desk", "claimed_by").filter(id=review_id).first()
    if review is None:
        raise NoSuchReview("There is no such review.")
    return review
