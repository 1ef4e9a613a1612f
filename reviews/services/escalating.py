"""Time passes: a review is said to be at risk when half its time is gone, and overdue when all of it is.

Whom the desk names for it finds it among their own from then on (`Review.escalated_to`), and is told (the event).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from reviews.lifecycle import IS_OPEN
from reviews.models import Review
from reviews.services.recording import record_event
from reviews.services.snoozing import end_snooze
from reviews.sql import lock_review
from runs import steering
from runs.points import durable

AT_RISK, OVERDUE = 1, 2
AT_ONCE = 200
ACTIONS = {AT_RISK: "review.at_risk", OVERDUE: "review.overdue"}


def escalate_late(*, now: datetime) -> int:
    """Mark what is late by its desk's clock, each in a transaction of its own; says how many."""
    late = Q(escalated=0, risk_at__lte=now) | Q(escalated__lt=OVERDUE, due_at__lte=now)
    rows = Review.objects.filter(IS_OPEN, late).order_by("due_at").values_list("id", "run_id")
    return sum(escalate(review_id, run_id, now=now) for review_id, run_id in rows[:AT_ONCE])


@durable("review.escalate")
def escalate(review_id: UUID, run_id: UUID, *, now: datetime) -> bool:
    """One step further, once each; what was snoozed comes back. False if there is nothing to say any more."""
    run = steering.lock_run(run_id)
    review = lock_review(review_id)
    level = OVERDUE if review.due_at <= now else AT_RISK if review.risk_at <= now else 0
    if not review.is_open or level <= review.escalated:
        return False
    review.escalated = level
    told = review.desk.overdue_to_id if level == OVERDUE else review.desk.risk_to_id
    if told is not None and told not in review.escalated_to:
        review.escalated_to = [*review.escalated_to, told]
    review.save(update_fields=["escalated", "escalated_to"])
    if review.snoozed_until is not None:
        end_snooze(review)
    record_event(run, review, ACTIONS[level], data={"desk": review.desk.slug, "to": str(told or "")})
    return True
