"""Everything recorded about one run, read once: nine queries, however long the run was."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from agentops.core.models import User
from reviews.models import Decision, Review
from runs.models import Await, Effect, ModelCall, Proposal, Run, Step, ToolCall


@dataclass(frozen=True)
class Records:
    """The rows of one run in the order in which they happened."""

    run: Run
    steps: list[Step]
    calls: list[ToolCall]
    model_calls: list[ModelCall]
    awaits: list[Await]
    proposals: list[Proposal]
    effects: list[Effect]
    reviews: list[Review]
    decisions: list[Decision]

    @cached_property
    def planned(self) -> list[dict[str, Any]]:
        """The steps of the plan in force."""
        return list(self.run.plan.steps) if self.run.plan else []

    @cached_property
    def calls_of(self) -> dict[tuple[int, int], list[ToolCall]]:
        """The attempts of each step, by revision and number."""
        found: dict[tuple[int, int], list[ToolCall]] = defaultdict(list)
        for call in self.calls:
            found[call.revision, call.seq].append(call)
        return found

    @cached_property
    def model_calls_of(self) -> dict[tuple[int, int], list[ModelCall]]:
        """The model calls of each step."""
        found: dict[tuple[int, int], list[ModelCall]] = defaultdict(list)
        for call in self.model_calls:
            found[call.revision, call.seq].append(call)
        return found

    @cached_property
    def step_of(self) -> dict[tuple[int, int], Step]:
        """Each step by revision and number."""
        return {(step.revision, step.seq): step for step in self.steps}

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the people who edited or signed, by id."""
        ids = {author for proposal in self.proposals for author in proposal.authors}
        ids |= {signer for effect in self.effects if effect.approval for signer in effect.approval.signers}
        return {str(pk): name for pk, name in User.objects.filter(pk__in=ids).values_list("pk", "name")} if ids else {}


def records_of(run: Run) -> Records:
    """Read what a run's page shows."""
    return Records(
        run=run,
        steps=list(run.steps.order_by("revision", "seq")),
        calls=list(run.tool_calls.order_by("started_at", "revision", "seq", "attempt")),
        model_calls=list(run.model_calls.order_by("started_at")),
        awaits=list(run.awaits.order_by("created_at")),
        proposals=list(run.proposals.order_by("number").prefetch_related("actions")),
        effects=list(run.effects.order_by("intended_at").select_related("approval", "action")),
        reviews=list(Review.objects.filter(run=run).order_by("opened_at").select_related("desk")),
        decisions=list(
            Decision.objects.filter(review__run=run).order_by("decided_at").select_related("person", "review")
        ),
    )
