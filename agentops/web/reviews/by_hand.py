"""A step's outcome as a form: one input per plain field of its schema, rows for its lists; and a posted form back.

Names of inputs are places in the schema below `hand.`: `hand.gross_total`, `hand.lines.2.quantity`. What is no plain
value nor a list of plain records has no input and stays as it is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from agentops.web import values
from agentops.web.formatting import words
from agentops.web.reviews.schema import choices_of, fields_of, kind_of, record_in_list, title_of
from reviews.lifecycle import ReviewKind
from reviews.models import Review
from runs import by_hand
from runs.agents import UnknownAgent
from runs.by_hand import ForPeople
from runs.leased import LeasedRun

PREFIX = "hand."
SPARE = 3  # empty rows below those that are known
MOST_ROWS = 200


@dataclass(frozen=True)
class Input:
    """One input: `kind` is text, money, number, date or choice."""

    name: str
    label: str
    kind: str
    value: str
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    error: str = ""

    @property
    def input_id(self) -> str:
        return self.name.replace(".", "-")


@dataclass(frozen=True)
class Rows:
    """The rows of one list: a heading for each column, and the inputs of each row."""

    name: str
    label: str
    columns: tuple[str, ...]
    rows: list[list[Input]]


@dataclass(frozen=True)
class HandStep:
    """One step that a person may do, with its form."""

    name: str
    label: str
    intro: str
    is_open: bool
    inputs: list[Input] = field(default_factory=list)
    lists: list[Rows] = field(default_factory=list)
    problem: str = ""
    is_refused: bool = False  # what was typed did not fit


def steps_of(
    review: Review, typed: Mapping[str, Any], errors: Mapping[str, str], chosen: str = ""
) -> tuple[list[HandStep], HandStep | None]:
    """The steps that a person may do, and the one whose form is shown: the chosen, else the one the run stands at."""
    steps = _steps(review)
    step = next((one for one in steps if one.planned.name == chosen), None)
    step = step or next((one for one in steps if one.is_open), None)
    given = typed if typed.get("step") == (step.planned.name if step else None) else {}
    return [_named(one) for one in steps], _filled(step, given, errors if given else {}) if step else None


def filled_in(review: Review, step: str, form: Mapping[str, str]) -> dict[str, Any]:
    """A posted form as the values of the step's schema; what is not asked for is not there."""
    found = next((one for one in _steps(review) if one.planned.name == step), None)
    return _values(found.form.model, PREFIX, form, found.form.known) if found else {}


def _steps(review: Review) -> list[ForPeople]:
    if review.kind != ReviewKind.STUCK or review.run.plan_id is None:
        return []
    try:
        return by_hand.steps_for_people(LeasedRun.observe(review.run))
    except UnknownAgent:
        return []


def _named(step: ForPeople) -> HandStep:
    return HandStep(step.planned.name, _label(step), step.form.intro, step.is_open)


def _label(step: ForPeople) -> str:
    return words(step.planned.tool)


def _filled(step: ForPeople, typed: Mapping[str, Any], errors: Mapping[str, str]) -> HandStep:
    inputs, lists = [], []
    for name, info, type_ in fields_of(step.form.model):
        if record := record_in_list(type_):
            lists.append(_rows(name, info, record, step.form.known.get(name), typed, errors))
        elif kind_of(type_):
            inputs.append(_input(PREFIX + name, name, info, type_, step.form.known.get(name), typed, errors))
    return HandStep(
        name=step.planned.name,
        label=_label(step),
        intro=step.form.intro,
        is_open=step.is_open,
        inputs=inputs,
        lists=lists,
        problem=str(errors.get("", "")),
        is_refused=bool(errors),
    )


def _rows(
    name: str,
    info: FieldInfo,
    record: type[BaseModel],
    known: Any,
    typed: Mapping[str, Any],
    errors: Mapping[str, str],
) -> Rows:
    there: Sequence[Any] = known or ()
    columns = [(key, about, type_) for key, about, type_ in fields_of(record) if kind_of(type_)]
    count = max(len(there), _last_row(f"{PREFIX}{name}.", typed) + 1) + SPARE
    rows = [
        [
            _input(f"{PREFIX}{name}.{at}.{key}", f"{name}.{at}.{key}", about, type_,
                   there[at].get(key) if at < len(there) else None, typed, errors)
            for key, about, type_ in columns
        ]
        for at in range(min(count, MOST_ROWS))
    ]  # fmt: skip
    return Rows(name, title_of(name, info), tuple(title_of(key, about) for key, about, _ in columns), rows)


def _input(
    name: str, place: str, info: FieldInfo, type_: Any, known: Any, typed: Mapping[str, Any], errors: Mapping[str, str]
) -> Input:
    kind = kind_of(type_)
    known = "" if known is None else str(known.value if isinstance(known, Enum) else known)
    return Input(
        name=name,
        label=title_of(place.rpartition(".")[2], info),
        kind=kind,
        value=str(typed[name]) if name in typed else values.shown(known, kind),
        required=info.is_required(),
        choices=choices_of(type_),
        error=str(errors.get(place, "")),
    )


def _values(
    model: type[BaseModel], prefix: str, form: Mapping[str, str], known: Mapping[str, Any], *, keep: bool = True
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, _, type_ in fields_of(model):
        if record := record_in_list(type_):
            last = min(_last_row(f"{prefix}{name}.", form), MOST_ROWS - 1)
            rows = [_values(record, f"{prefix}{name}.{at}.", form, {}, keep=False) for at in range(last + 1)]
            found[name] = [row for row in rows if row]
        elif kind := kind_of(type_):
            text = values.typed(str(form.get(prefix + name, "")), kind)
            if text:
                found[name] = text
        elif keep and name in known:
            found[name] = known[name]
    return found


def _last_row(prefix: str, form: Mapping[str, Any]) -> int:
    """The number of the last row that somebody typed into; -1 where there is none."""
    numbers = [name.removeprefix(prefix).partition(".")[0] for name in form if name.startswith(prefix) and form[name]]
    return max((int(number) for number in numbers if number.isdigit()), default=-1)
