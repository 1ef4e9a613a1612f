"""Nothing loops for ever: what a run may still spend, checked before each batch and held by a constraint after it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.conf import settings

from runs.agents import Agent, Budget, Planned
from runs.leased import LOOP, LeasedRun
from tools_registry.facts import Reason

__all__ = ["LOOP", "TRIES", "loop_reason", "numbers", "of", "problem", "revision_problem"]

MICRO = 1_000_000
TRIES = 5  # attempts at one step over all its waits, those within a call counted; then a person looks


def of(agent: Agent) -> Budget:
    """The agent's own budget, or the house's (setting `RUN_BUDGET`)."""
    return agent.budget or Budget(**getattr(settings, "RUN_BUDGET", {}))


def numbers(budget: Budget) -> tuple[int, int, int, int, int, int]:
    """As the run row holds them: steps, calls, tokens, millionths of money, milliseconds, revisions."""
    return (
        budget.steps,
        budget.tool_calls,
        budget.tokens,
        int(budget.cost * Decimal(MICRO)),
        int(budget.work.total_seconds() * 1000),
        budget.revisions,
    )


def within(
    own: tuple[int, int, int, int, int, int], tokens: int | None, cost: int | None
) -> tuple[int, int, int, int, int, int]:
    """An agent's budget with less of tokens and money where somebody gives less."""
    steps, calls, all_tokens, all_cost, ms, revisions = own
    most = all_tokens if tokens is None else min(tokens, all_tokens)
    return steps, calls, most, all_cost if cost is None else min(cost, all_cost), ms, revisions


def problem(run: LeasedRun, batch: Sequence[Planned]) -> Reason | None:
    """Why the next batch may not be begun, or None. Retries count, so one attempt per step is reserved."""
    steps, calls, tokens, cost, ms, _ = run.budget
    for name, spent, limit in (
        ("steps", run.spent.steps + len(batch), steps),
        ("tool calls", run.spent.calls + len(batch), calls),
        ("tokens", run.spent.tokens, tokens),
        ("millionths of money", run.spent.cost, cost),
        ("milliseconds of work", run.spent.ms, ms),
    ):
        if spent > limit:
            return Reason(
                "budget_exhausted",
                f"The run has used up its budget of {limit} {name}.",
                numbers={"budget": str(limit), "needed": str(spent)},
            )
    return None


def revision_problem(run: LeasedRun) -> Reason | None:
    """Why the plan may not be revised once more, or None."""
    if run.revision <= run.budget[5]:
        return None
    return Reason(
        "revisions_exhausted",
        f"The plan was revised {run.revision - 1} times, which is all its budget allows.",
        numbers={"budget": str(run.budget[5])},
    )


def loop_reason(tool: str) -> Reason:
    return Reason("loop", f"{tool} was called {LOOP} times with the same arguments.")
