"""Where a run stands: its stages with the time each took, and what is used of its budget."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from agentops.web.formatting import span, thousands, words
from agentops.web.runs.listing import TONES, stages_of, status_words
from agentops.web.runs.records import Records
from runs.lifecycle import ENDED, RunStatus
from runs.models import Run, ToolCall


@dataclass(frozen=True)
class Stage:
    """One stage of the stepper."""

    label: str
    note: str
    done: bool
    current: bool
    tone: str


@dataclass(frozen=True)
class Spent:
    """One budget: what is used, of how much."""

    label: str
    used: str
    cap: str
    share: int


def stages(records: Records) -> list[Stage]:
    """The agent's stages in order."""
    run = records.run
    names = stages_of(run.agent, run.stage)
    here = names.index(run.stage)
    took = {name: sum(c.duration_ms for c in records.calls if _stage_of(records, c) == name) for name in names}
    return [
        Stage(
            label=words(name),
            note=_stage_note(records, name, at - here, took[name] / 1000),
            done=at < here or run.status == RunStatus.COMPLETED,
            current=at == here and run.status != RunStatus.COMPLETED,
            tone=TONES.get(run.status, "info"),
        )
        for at, name in enumerate(names)
    ]


def _stage_note(records: Records, name: str, place: int, seconds: float) -> str:
    run = records.run
    if place > 0:
        return "not started" if run.status not in ENDED else "not reached"
    if place == 0 and run.status == RunStatus.AWAITING:
        return status_words(run).lower()
    retries = sum(1 for call in records.calls if call.attempt > 1 and _stage_of(records, call) == name)
    again = f", {retries} {'retry' if retries == 1 else 'retries'}" if retries else ""
    return f"{span(seconds)}{again}" if seconds else ""


def _stage_of(records: Records, call: ToolCall) -> str:
    revision, seq = call.revision, call.seq
    step = records.step_of.get((revision, seq))
    if step is not None:
        return step.stage
    return records.planned[seq]["stage"] if 0 <= seq < len(records.planned) else records.run.stage


def budget(run: Run) -> list[Spent]:
    """What is used, of how much."""
    return [
        _spent("Steps", run.spent_steps, run.budget_steps),
        _spent("Tool calls", run.spent_calls, run.budget_calls),
        _spent("Tokens", run.spent_tokens, run.budget_tokens, thousands),
        _spent(
            "Cost",
            run.spent_cost,
            run.budget_cost,
            lambda millionths: f"{Decimal(millionths) / 1_000_000:.3f} {settings.BASE_CURRENCY}",
        ),
        _spent("Work", run.spent_ms, run.budget_ms, lambda ms: span(ms / 1000)),
        _spent("Plans", run.revision - 1, run.budget_revisions),
    ]


def _spent(label: str, used: int, cap: int, write: Callable[[int], str] = str) -> Spent:
    return Spent(label, write(used), write(cap), min(100, round(100 * used / cap)) if cap else 0)
