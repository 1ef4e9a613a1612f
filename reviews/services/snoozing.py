"""Snoozing: out of the way until a time, or until something changes; never past the moment it is at risk."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from agentops.core.audit.trail import Actor, Event
from agentops.core.models import User
from reviews.models import Review
from reviews.services.case import check_open, lock_case
from reviews.services.refusals import ClaimedByAnother, ReviewError
from runs import steering
from runs.models import Run
from runs.points import durable


class CannotSnooze(ReviewError):
    """This cannot be put off, or not to that time; the message says why."""


@durable("review.snooze")
def snooze(*, review_id: UUID, person: User, until: datetime | None, now: datetime) -> Review:
    """Put a review out of the way until then; without a time until an answer or a comment comes, at the latest
    until it is at risk. The due time stays, and anybody at the desk may wake it.

    Raises `CannotSnooze`, `ReviewClosed`, `MayNotSign`, `NoSuchReview`, and `ClaimedByAnother`: what somebody is
    reviewing is not taken out of their hands without a word.
    """
    case = lock_case(review_id, person)
    check_open(case.review)
    review = case.review
    if (
        review.claimed_by
        and review.claimed_by != person
        and review.claimed_until
        and review.claimed_until > case.who.at
    ):
        raise ClaimedByAnother(review.claimed_by.name, review.claimed_until)
    latest = next((at for at in (review.risk_at, review.due_at) if at > now), None)
    if latest is None:
        raise CannotSnooze("This is overdue; it cannot be put off. Decide it, or hand it over.")
    if until is not None and until <= now:
        raise CannotSnooze("That time is over. Choose a later one.")
    review.snoozed_by, review.wakes_on_change = person, until is None
    review.snoozed_until = min(until or latest, latest)
    review.claimed_by = review.claimed_until = None
    review.save(update_fields=["snoozed_by", "snoozed_until", "wakes_on_change", "claimed_by", "claimed_until"])
    _record(case.run, review, person, "review.snoozed", until=review.snoozed_until.isoformat())
    return review


@durable("review.wake")
def wake(*, review_id: UUID, person: User, now: datetime) -> Review:
    """Bring a snoozed review back now; quiet if it is not snoozed. Raises as `snooze` does."""
    case = lock_case(review_id, person)
    check_open(case.review)
    if case.review.snoozed_until is not None:
        end_snooze(case.review)
        _record(case.run, case.review, person, "review.woken")
    return case.review


def end_snooze(review: Review) -> None:
    """In the caller's transaction, which holds the review."""
    review.snoozed_by = review.snoozed_until = None
    review.wakes_on_change = False
    review.save(update_fields=["snoozed_by", "snoozed_until", "wakes_on_change"])


def _record(run: Run, review: Review, person: User, action: str, **data: str) -> None:
    about = ("review", str(review.id), review.number)
    steering.record_event(run, Event(action=action, actor=Actor.of(person), object=about, run=run.id, data=data))
