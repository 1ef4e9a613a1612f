"""What became of a run, in the words that people and other programs ask in: auto, review or reject."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from reviews.models import Decision, Review
from runs.agents import Found
from runs.lifecycle import RunStatus
from runs.models import IntakeProblem, Run, Step


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


def found_of(agent: str) -> dict[str, Found]:
    """What became of everything this agent was given, by subject (the file's name); for reports over a demo's inbox."""
    found = {
        problem.name: Found("reject", (problem.code,), 0.0, Decimal(0), stuck=True)
        for problem in IntakeProblem.objects.filter(agent=agent)
    }
    for run in Run.objects.filter(agent=agent).select_related("given"):
        said = outcome_of(run.id)
        steps = Step.objects.filter(run_id=run.id, revision=run.revision).values_list("name", "output")
        stuck = Review.objects.filter(run_id=run.id, kind="stuck").exists()
        cost = Decimal(run.spent_cost) / 1_000_000
        seconds = run.spent_ms / 1000
        found[run.given.subject] = Found(
            said.disposition, tuple(said.reasons), seconds, cost, stuck, {name: output or {} for name, output in steps}
        )
    return found
