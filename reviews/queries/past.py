"""What happened before: to proposals like this one, and to this counterparty."""

from __future__ import annotations

from dataclasses import dataclass

from reviews.models import Review


@dataclass(frozen=True, slots=True)
class Likeness:
    """How confidence turned out: of so many proposals as sure as this one, reviewers changed so many."""

    similar: int
    changed: int


def likeness(review: Review) -> Likeness | None:
    """Of the last proposals of this agent that were about as sure, for a review that was `looked_at`; None where there
    is no confidence."""
    return None if review.confidence is None else Likeness(*review.alike)  # type: ignore[attr-defined]  # looked_at


def counterparty_past(review: Review, most: int = 5) -> list[Review]:
    """The last reviews about the same counterparty, newest first."""
    if not review.counterparty:
        return []
    past = Review.objects.filter(counterparty=review.counterparty).exclude(run_id=review.run_id)
    return list(past.exclude(closed_at=None).order_by("-closed_at")[:most])
