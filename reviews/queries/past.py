"""What happened before: to proposals like this one, to this counterparty, and on this review."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q

from agentops.core.models import User
from reviews.lifecycle import ReviewKind, ReviewStatus, Verdict
from reviews.models import Decision, Review
from runs.models import Proposal

MOST = 200
AS_SURE = Decimal("0.05")
CHANGING = [str(v) for v in (Verdict.EDIT, Verdict.REJECT, Verdict.SEND_BACK)]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How confidence turned out: of so many proposals as sure as this one, reviewers changed so many."""

    similar: int
    changed: int


def likeness(review: Review) -> Likeness | None:
    """Of the last proposals of this agent that were about as sure; None where there is no confidence."""
    if review.confidence is None:
        return None
    decided = Review.objects.filter(
        kind=ReviewKind.APPROVAL,
        status=ReviewStatus.DECIDED,
        agent=review.agent,
        confidence__range=(review.confidence - AS_SURE, review.confidence + AS_SURE),
    )
    recent = decided.order_by("-closed_at").values("id")[:MOST]
    was_changed = Count("id", filter=Q(decisions__verdict__in=CHANGING), distinct=True)
    found = Review.objects.filter(id__in=recent).aggregate(similar=Count("id", distinct=True), changed=was_changed)
    return Likeness(found["similar"], found["changed"])


def counterparty_past(review: Review, most: int = 5) -> list[Review]:
    """The last reviews about the same counterparty, newest first."""
    if not review.counterparty:
        return []
    past = Review.objects.filter(counterparty=review.counterparty).exclude(run_id=review.run_id)
    return list(past.exclude(closed_at=None).order_by("-closed_at")[:most])


def said_about(review: Review) -> list[Decision]:
    """Everything people said about this run, oldest first, whichever of its reviews it was about."""
    return list(
        Decision.objects.filter(review__run_id=review.run_id)
        .exclude(review__kind=ReviewKind.SAMPLE)
        .select_related("person", "review", "desk")
        .order_by("decided_at", "id")
    )


def earlier_proposal(review: Review, user: User) -> Proposal | None:
    """The version this person decided about last, if it is not the one on the table now."""
    if review.proposal is None:
        return None
    last = (
        Decision.objects.filter(person=user, proposal__run_id=review.run_id)
        .exclude(proposal_id=review.proposal.id)
        .select_related("proposal")
        .order_by("decided_at", "id")
        .last()
    )
    return last.proposal if last else None
