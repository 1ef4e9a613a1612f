"""What becomes of reviews that nobody decided: rejected or handed to another desk, never allowed."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from reviews.lifecycle import IS_OPEN, ExpiryRule, ReviewKind, ReviewStatus
from reviews.models import Desk, Review
from reviews.services.opening import open_next
from reviews.services.recording import record_event
from reviews.sql import lock_review
from runs import steering
from runs.models import Run
from runs.points import durable

log = logging.getLogger(__name__)
AT_ONCE = 500


def expire_overdue(*, now: datetime) -> list[UUID]:
    """Close, by their desks' rules, the reviews whose time is over; each in a transaction of its own.

    One that cannot be closed (an effect of its run is unsettled) stays open for people, and the others go on.
    """
    due = Review.objects.filter(IS_OPEN, expires_at__lte=now).order_by("expires_at")
    expired = []
    for review_id, run_id in due.values_list("id", "run_id")[:AT_ONCE]:
        try:
            if expire(review_id, run_id, now=now):
                expired.append(review_id)
        except steering.SteeringError:
            log.exception("review stays open beyond its time", extra={"review": str(review_id)})
    return expired


@durable("review.expire")
def expire(review_id: UUID, run_id: UUID, *, now: datetime) -> bool:
    """Let one review expire; False if somebody decided it in the meantime."""
    run = steering.lock_run(run_id)
    review = lock_review(review_id)
    if not review.is_open or review.expires_at > now:
        return False
    desk = _next_desk(review)
    if review.kind == ReviewKind.SAMPLE:
        _close(run, review, "Nobody checked it.", now=now)
    elif desk:
        _hand_on(run, review, desk, now=now)
    else:
        _reject(run, review, now=now)
    return True


def _next_desk(review: Review) -> Desk | None:
    # A desk that let it expire once does not get it again, so escalation comes to an end.
    desk = review.desk
    if desk.expiry_rule != ExpiryRule.ESCALATE or desk.escalates_to_id in (*review.visited, desk.id):
        return None
    return desk.escalates_to


def _hand_on(run: Run, review: Review, desk: Desk, *, now: datetime) -> None:
    was = ReviewStatus(review.status)
    _close(run, review, f"By the rule of {review.desk.name} it was handed over to {desk.name}.", now=now)
    visited = [*review.visited, review.desk_id]
    following = open_next(review, desk=desk, now=now, status=was, visited=visited)
    following.refresh_from_db(fields=["number"])
    record_event(run, following, "review.opened", data={"desk": desk.slug, "came_from": str(review.id)})


def _reject(run: Run, review: Review, *, now: datetime) -> None:
    _close(run, review, f"By the rule of {review.desk.name} the run was rejected.", now=now)
    steering.end_rejected(run, code="review_expired", proposal=review.proposal, now=now)


def _close(run: Run, review: Review, why: str, *, now: datetime) -> None:
    review.closed_why = why
    review.move_to(ReviewStatus.EXPIRED, at=now, also=("closed_why",))
    record_event(run, review, "review.expired", reason="review_expired", data={"rule": review.desk.expiry_rule})
