"""What became of runs, for commands and reports; the words themselves are those of `reviews.queries.outcome`."""

from __future__ import annotations

from decimal import Decimal

from reviews.models import Review
from reviews.queries.outcome import Outcome, outcome_of
from runs.agents import Found
from runs.models import IntakeProblem, Run, Step

__all__ = ["Outcome", "found_of", "outcome_of"]


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
