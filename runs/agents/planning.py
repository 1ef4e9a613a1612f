"""A plan as plain data: its steps, and references to what is known only when a step runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from runs.agents.expecting import Must

LARGE = 200  # bytes of an argument from which on a call's row refers to the result it is

Results = Mapping[str, Mapping[str, Any]]
"""Outputs so far by step name; `results["input"]` is the run's input."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Stands in a planned argument for a value known only when the step runs.

    `path` is dotted: a step's name and then keys or list positions of its output (`match.order.number`,
    `read.lines.0.total`), or `input.` and keys of the run's input. A path that leads nowhere yields None.
    """

    path: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One planned step. Action steps that carry the same `proposal` label are decided at once; independent
    reads that carry the same `together` label share one checkpoint.

    `must` is what the outcome is held to by rule; `expect` says it in words. An `optional` read that cannot be had is
    skipped; a step whose `when` (a path, as a `Ref` has) leads to nothing, no or zero is skipped as well. Either way
    the row says why.
    """

    name: str
    tool: str
    args: Mapping[str, Any]
    stage: str
    expect: str = ""
    proposal: str | None = None
    together: str | None = None
    must: tuple[Must, ...] = ()
    optional: bool = False
    when: str = ""

    def as_json(self) -> dict[str, Any]:
        """As plans are kept and named: what was not said is left out, so that older plans keep their names."""
        more: dict[str, Any] = {"must": [one.as_json() for one in self.must]} if self.must else {}
        more |= {"optional": True} if self.optional else {}
        more |= {"when": self.when} if self.when else {}
        return {
            **more,
            "name": self.name,
            "tool": self.tool,
            "args": _refs_out(self.args),
            "stage": self.stage,
            "expect": self.expect,
            "proposal": self.proposal,
            "together": self.together,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Planned:
        must = tuple(Must(**one) for one in data.get("must", ()))
        return cls(**{**data, "args": refs_in(data["args"]), "must": must})


def resolve(value: Any, results: Results) -> Any:
    """Replace every `Ref` in `value` by what it points to; a path that leads nowhere is None."""
    if isinstance(value, Ref):
        return follow(value.path.split("."), results)
    if isinstance(value, Mapping):
        return {key: resolve(item, results) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [resolve(item, results) for item in value]
    return value


def by_reference(planned: Mapping[str, Any], args: Mapping[str, Any]) -> dict[str, str]:
    """The large arguments that are whole earlier results, each with the path it came from: kept once, not twice."""
    return {
        name: value.path
        for name, value in planned.items()
        if isinstance(value, Ref) and isinstance(args[name], dict | list | str) and _is_large(args[name])
    }


def whole_args(kept: Mapping[str, Any], paths: Mapping[str, str], results: Results) -> dict[str, Any]:
    """The exact arguments of a call, from what was kept of them and from the results it referred to."""
    return {**kept, **{name: follow(path.split("."), results) for name, path in paths.items()}}


def _is_large(value: Any) -> bool:
    return len(value if isinstance(value, str) else orjson.dumps(value, default=str)) > LARGE


def follow(path: list[str], here: Any) -> Any:
    """What a path leads to; nowhere is None."""
    for part in path:
        if isinstance(here, Mapping):
            here = here.get(part)
        elif isinstance(here, Sequence) and not isinstance(here, str) and part.isdigit():
            here = here[int(part)] if int(part) < len(here) else None
        else:
            return None
    return here


def _refs_out(value: Any) -> Any:
    if isinstance(value, Ref):
        return {"$ref": value.path}
    if isinstance(value, Mapping):
        return {key: _refs_out(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_refs_out(item) for item in value]
    return value


def refs_in(value: Any) -> Any:
    """Plain JSON with each `{"$ref": path}` as the `Ref` it stands for."""
    if isinstance(value, Mapping):
        if set(value) == {"$ref"} and isinstance(value["$ref"], str):
            return Ref(value["$ref"])
        return {key: refs_in(item) for key, item in value.items()}
    if isinstance(value, list):
        return [refs_in(item) for item in value]
    return value
