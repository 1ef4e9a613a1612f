"""Making the plan of a run whose agent has it made by a model, and noting how it came about."""

from __future__ import annotations

from typing import cast

from runs.agents.planning import Planned
from runs.leased import LeasedRun
from runs.memory import note
from runs.memory.recalling import PLANNED
from runs.models import NoteKind
from runs.planner.agent import ModelPlanned
from runs.planner.asking import context_of


def make_plan(run: LeasedRun) -> tuple[Planned, ...]:
    """The plan of this revision. Raises `MustWait` while it is being asked for, `NoPlan`."""
    context = context_of(run)
    made = cast(ModelPlanned, run.agent).make_plan(context)
    body = {"by": made.by, "steps": [step.name for step in made.steps], "repairs": made.repairs}
    body |= {"tools_shown": len(made.tools), "saved_tokens": context.memory.saved_tokens}
    note(run.id, run.epoch, NoteKind.DECISION, PLANNED, words=made.why, body=body, key=[PLANNED, run.revision])
    return made.steps
