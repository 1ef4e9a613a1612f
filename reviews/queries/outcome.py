"""What became of a run, in the words that people and other programs ask in: auto, review or reject."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from reviews.models import Decision, Review
from runs.lifecycle import RunStatus
from runs.models import Run


@dataclass(frozen=True, slots=True)
class Outcome:
    """`disposition` is None while the run is still at work; `reasons` are codes."""

    status: str
    stage: str | None
    disposition: str | None
    reasons: list[str] = field(default_factory=list)

    @property
    def settled(self) -> bool:
        return self.disposition is not None


def outcome_of(run_id: UUID) -> Outcome:
    """`auto` only if the run completed and nobody decided anything about it."""
    run = Run.objects.only("status", "stage", "awaiting", "end_code").get(pk=run_id)
    reviews = list(Review.objects.filter(run_id=run_id).exclude(kind="sample").order_by("opened_at"))
    reasons = list(dict.fromkeys(code for review in reviews for code in review.codes))
    if run.status == RunStatus.COMPLETED:
        decided = Decision.objects.filter(review__in=reviews).exists()
        return Outcome(run.status, run.stage, "review" if decided or reviews else "auto", reasons)
    if run.status == RunStatus.AWAITING and run.awaiting == "review":
        return Outcome(run.status, run.stage, "review", reasons)
    if run.status in (RunStatus.REJECTED, RunStatus.FAILED, RunStatus.CANCELLED):
        return Outcome(run.status, run.stage, "reject", reasons or [run.end_code])
    return Outcome(run.status, run.stage, None, reasons)


def is_settled(run_id: UUID) -> bool:
    """Whether the run has ended or waits for people: one narrow query, for those who wait."""
    status, awaiting = Run.objects.values_list("status", "awaiting").get(pk=run_id)
    if status == RunStatus.AWAITING:
        return bool(awaiting == "review")
    return status not in (RunStatus.QUEUED, RunStatus.RUNNING)
