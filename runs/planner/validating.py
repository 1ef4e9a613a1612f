"""Whether a drafted plan may be carried out: tools, grants, order, arguments, references. By code, before a step runs.

What does not fit comes back as typed problems, each with the field it is about (`steps.2.args.amount`). A reference
is held to the schema of the step it leads to; arguments are held to their tool's schema, apart from what a reference
will stand for, which is checked again when the step runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from pydantic import ValidationError

from runs.agents.bounds import StageTable
from runs.agents.expecting import Must
from runs.agents.planning import Planned, Ref, refs_in
from runs.planner.shape import Draft, DraftStep
from runs.planner.walking import leads_nowhere
from runs.policy import ALWAYS
from runs.proposing.origins import misplaced
from tools_registry.facts.origins import SAID
from tools_registry.kinds import Effect
from tools_registry.results import Problem
from tools_registry.spec import clipped, problems_of
from tools_registry.tool import ToolSpec

_STAND_IN = "\u2060ref\u2060"  # nothing that an argument could be by accident


@dataclass(slots=True)
class Held:
    """A draft as far as it has been read: steps that fit, and what does not."""

    tools: Mapping[str, ToolSpec]
    stages: StageTable
    given: Mapping[str, Any]
    steps: list[Planned] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    answers: dict[str, ToolSpec] = field(default_factory=dict)  # steps so far, by name

    def add(self, where: str, code: str, message: str, found: str = "") -> None:
        self.problems.append(Problem(clipped(where, 80), code, clipped(message, 200), clipped(found, 80)))


def held(
    draft: Draft, *, tools: Sequence[ToolSpec], stages: StageTable, given: Mapping[str, Any], most_steps: int
) -> tuple[tuple[Planned, ...], tuple[Problem, ...]]:
    """The planned steps, or every problem; never both."""
    book = Held({tool.name: tool for tool in tools}, stages, given)
    if len(draft.steps) > most_steps:
        book.add("steps", "too_many", f"{len(draft.steps)} steps, and the run's budget has {most_steps} left.")
    here = stages.first
    for place, step in enumerate(draft.steps):
        here = _step(book, f"steps.{place}", step, here)
    _labels(book)
    return ((), tuple(book.problems)) if book.problems else (tuple(book.steps), ())


def _step(book: Held, where: str, step: DraftStep, here: str) -> str:
    spec = book.tools.get(step.tool)
    if spec is None:
        book.add(
            f"{where}.tool", "not_granted", "There is no such tool here. Use one of those you were told of.", step.tool
        )
        return here
    if step.name in book.answers or step.name == "input":
        book.add(f"{where}.name", "name_taken", "Another step has this name.", step.name)
    stage = here if step.tool in ALWAYS else book.stages.next_for(step.tool, here)
    if stage is None:
        book.add(f"{where}.tool", "wrong_order", f"{step.tool} cannot come after the steps before it.")
        stage = here
    args = _args(book, where, step, spec)
    must = tuple(_musts(book, where, step, spec))
    if step.when and (wrong := leads_nowhere(step.when, book.answers, book.given)):
        book.add(f"{where}.when", "bad_reference", wrong, step.when)
    reads = spec.effect is Effect.READ
    if step.when and step.together:
        book.add(f"{where}.when", "condition_in_group", "A step with a condition has no `together` label.")
    label = step.together or None
    book.answers[step.name] = spec
    book.steps.append(
        Planned(
            step.name, step.tool, args, stage, step.expect,
            proposal=None if reads else label or step.name, together=label if reads else None,
            must=must, optional=step.optional, when=step.when,
        )
    )  # fmt: skip
    return stage


def _args(book: Held, where: str, step: DraftStep, spec: ToolSpec) -> dict[str, Any]:
    try:
        raw = orjson.loads(step.args or "{}")
    except orjson.JSONDecodeError:
        raw = None
    if not isinstance(raw, dict):
        book.add(f"{where}.args", "not_an_object", "The arguments are not one JSON object.", step.args[:80])
        return {}
    args: dict[str, Any] = refs_in(raw) if set(raw) != {"$ref"} else {}
    places = dict(_refs(args, ()))
    for at, ref in places.items():
        if wrong := leads_nowhere(ref.path, book.answers, book.given):
            book.add(f"{where}.args.{'.'.join(at)}", "bad_reference", wrong, ref.path)
        elif spec.effect is not Effect.READ and _is_undone(book, ref, step):
            book.add(
                f"{where}.args.{'.'.join(at)}",
                "not_yet_done",
                "It is decided at once with the step it refers to.",
                ref.path,
            )
    for name in misplaced(args, spec, book.answers, SAID) if spec.effect is Effect.READ else ():  # else the gate asks
        told = "This is said in your own words: what was found or given cannot be passed on here."
        book.add(f"{where}.args.{name}", "wrong_source", told)
    try:
        spec.parse(_stood_in(args))
    except ValidationError as error:
        locs = [tuple(str(part) for part in item["loc"]) for item in error.errors(include_url=False)]
        for problem, loc in zip(problems_of(error), locs, strict=False):  # of very many, the first are told
            if not _below(loc, places):
                book.add(f"{where}.args.{problem.field}", problem.code, problem.message, problem.found)
    return args


def _is_undone(book: Held, ref: Ref, step: DraftStep) -> bool:
    """An action's argument may not hold what another action of the same proposal comes to."""
    if not step.together:
        return False
    name = ref.path.split(".", 1)[0]
    return any(one.name == name and one.proposal == step.together for one in book.steps)


def _refs(value: Any, at: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Ref]]:
    if isinstance(value, Ref):
        yield at, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _refs(item, (*at, str(key)))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _refs(item, (*at, str(number)))


def _stood_in(value: Any) -> Any:
    if isinstance(value, Ref):
        return _STAND_IN
    if isinstance(value, Mapping):
        return {key: _stood_in(item) for key, item in value.items()}
    return [_stood_in(item) for item in value] if isinstance(value, list) else value


def _below(loc: tuple[str, ...], places: Mapping[tuple[str, ...], Ref]) -> bool:
    """Whether a problem is about what a reference will stand for, or about the whole of which one is a part."""
    return bool(places) and (not loc or any(loc[: len(place)] == place for place in places))


def _musts(book: Held, where: str, step: DraftStep, spec: ToolSpec) -> Iterator[Must]:
    for place, one in enumerate(step.must):
        at = f"{where}.must.{place}"
        try:
            value = orjson.loads(one.value or "null")
        except orjson.JSONDecodeError:
            book.add(f"{at}.value", "not_json", "The value is not JSON.", one.value[:80])
            continue
        if wrong := leads_nowhere(f"{step.name}.{one.path}", {step.name: spec}, {}):
            book.add(f"{at}.path", "bad_reference", wrong, one.path)
        yield Must(one.path, one.holds, value)


def _labels(book: Held) -> None:
    """Steps of one label stand side by side: what lies between would be decided after what follows it."""
    seen: set[str] = set()
    last = ""
    for place, step in enumerate(book.steps):
        label = step.together or step.proposal or ""
        if label in seen and label != last:
            book.add(f"steps.{place}.together", "label_apart", "Steps of one label stand side by side.", label)
        if label:
            seen.add(label)
        last = label
