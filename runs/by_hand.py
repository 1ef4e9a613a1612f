"""A person does a step in the run's place: which steps, in which form, and what the run is told.

Only steps that look: what changes something is proposed and signed, whoever wrote it. What a person fills in passes
the same schema as the tool's own answer, and whatever follows from it waits for people once more
(`corrected_by_person`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from agentops.core.models import User
from runs.agents import Done, HandForm, Instruction, Planned, Stuck, Unfit, resolve
from runs.leased import LeasedRun, call_digest
from runs.steering import SteeringError
from tools_registry.kinds import Effect
from tools_registry.registry import registry
from tools_registry.results import Value


class NotByHand(SteeringError):
    """This step is none that a person may do in the run's place."""


class DoesNotFit(SteeringError):
    """What was filled in cannot be the outcome; `errors` by field of the form, "" for the whole of it."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__("; ".join(f"{name}: {told}" if name else told for name, told in self.errors.items()))


@dataclass(frozen=True, slots=True)
class ForPeople:
    """A step that a person may do; `is_open`: the run stands at it."""

    planned: Planned
    seq: int
    form: HandForm
    is_open: bool


def steps_for_people(view: LeasedRun) -> list[ForPeople]:
    """The step that the run stands at, first, and those it has passed, as far as a person may do them."""
    seen = list(enumerate(view.plan[: view.position + 1]))
    found = []
    for seq, planned in sorted(seen, key=lambda one: one[0] != view.position):
        if registry.get(planned.tool).effect is not Effect.READ:
            continue
        form = view.agent.hand_form(planned, view.results, view.goal())
        if form is not None:
            found.append(ForPeople(planned, seq, form, seq == view.position))
    return found


def taken_over(
    view: LeasedRun,
    name: str,
    filled: Mapping[str, Any],
    *,
    by: User,
    words: str,
    places: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[ForPeople, Instruction]:
    """What the run is told of a step that a person did. Raises `NotByHand`, `DoesNotFit`."""
    step = next((one for one in steps_for_people(view) if one.planned.name == name), None)
    if step is None:
        raise NotByHand("This step cannot be done by hand. What changes something is proposed and signed.")
    done = _checked(view, step, filled, places or {})
    told = Instruction(
        "by_hand", words, dict(done.fields), by.pk, step=name, output=done.output, places=dict(places or {})
    )
    return step, replace(told, asked=_asked(view, step, told))


def _checked(
    view: LeasedRun, step: ForPeople, filled: Mapping[str, Any], places: Mapping[str, Mapping[str, Any]]
) -> Done:
    spec = registry.get(step.planned.tool)
    try:
        form = step.form.model.model_validate(filled)
        done = view.agent.by_hand(step.planned, form, view.results, view.goal(), places)
        output = spec.output_model.model_validate(done.output).model_dump(mode="json")
    except ValidationError as error:
        raise DoesNotFit({_place(item["loc"]): item["msg"] for item in error.errors()}) from None
    except Unfit as error:
        raise DoesNotFit(error.errors) from None
    after = {**view.results, step.planned.name: output}
    judgement = view.agent.judge(step.planned, Value(output), after) if step.is_open else None
    if isinstance(judgement, Stuck):
        raise DoesNotFit({judgement.reason.field or "": judgement.reason.sentence})
    return replace(done, output=output)


def _asked(view: LeasedRun, step: ForPeople, told: Instruction) -> str:
    """The call that is answered: the one the run stands at, or the one its next plan will make."""
    planned = step.planned
    if not step.is_open:
        goal = replace(view.goal(), instructions=(*view.instructions, told), revision=view.revision + 1)
        planned = next((one for one in view.agent.plan(goal) if one.name == planned.name), planned)
    return call_digest(planned.tool, resolve(planned.args, view.results))


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc)
