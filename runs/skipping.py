"""Steps that are left out, each with the reason why: by a rule of the plan, or as an optional one cannot be had."""

from __future__ import annotations

from typing import Any

from runs.agents import Planned, Ref, resolve
from runs.checkpoints import Boundary, write
from runs.leased import LeasedRun
from runs.models import StepStatus
from runs.points import single

NOT_NEEDED = "not needed"
NO: tuple[Any, ...] = (None, False, "", 0, "0", [], {})


def not_needed(run: LeasedRun, step: Planned) -> bool:
    """Skip the step if its `when` leads to no, nothing or zero; True if it was skipped."""
    if not step.when or resolve(Ref(step.when), run.results) not in NO:
        return False
    skip(run, step, run.position, f"{NOT_NEEDED}: {step.when} says no", Boundary())
    return True


def skip(run: LeasedRun, step: Planned, seq: int, why: str, boundary: Boundary) -> bool:
    """Record that the step was left out and why, and go on behind it; always True."""
    boundary.add_step(run, step, seq, StepStatus.SKIPPED, {}, at=run.clock.now(), note=why[:500])
    run.remember(step.name, {}, run.clock.now())
    with single("step.skipped"):
        write(run, boundary, action="run.step", position=seq + 1, data={"skipped": step.name})
    return True
