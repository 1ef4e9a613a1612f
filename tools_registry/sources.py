"""What a tool declares of where its values come from: `From` on an argument, `Is` on what it answers.

    account: Annotated[str, From(Source.MASTER)]     # of an input: may come from our records alone
    account: Annotated[str | None, Is(LOOKED_UP)]    # of an output: code looked it up there

An argument without `From` takes anything; `From` stands on an argument as a whole. An answer without `Is` counts as
read from what strangers sent, whatever the tool is: its rows and notes may be theirs.
"""

import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from tools_registry.facts.origins import READ, Origin, Source, joined
from tools_registry.spec import ToolSpec


@dataclass(frozen=True)
class From:
    """On an argument of a tool: the sources it may come from; any other is denied, whoever would sign."""

    allowed: frozenset[Source]

    def __init__(self, *allowed: Source) -> None:
        object.__setattr__(self, "allowed", frozenset(allowed))


@dataclass(frozen=True)
class Is:
    """On a field of a tool's answer: where the tool got it."""

    origin: Origin


@lru_cache(maxsize=256)
def sinks_of(spec: ToolSpec) -> dict[str, frozenset[Source]]:
    """The arguments of a tool that may not come from everywhere, each with where they may come from."""
    fields = spec.input_model.model_fields
    return {name: one.allowed for name, field in fields.items() for one in field.metadata if isinstance(one, From)}


def unseen_sinks(spec: ToolSpec) -> tuple[str, ...]:
    """Where a `From` stands below an argument or beside its None: there nobody would ask for it."""
    fields = spec.input_model.model_fields
    return tuple(place for name, field in fields.items() for place in _sinks_in(field.annotation, name, frozenset()))


def _sinks_in(annotation: Any, place: str, above: frozenset[Any]) -> Iterator[str]:
    if any(isinstance(one, From) for one in getattr(annotation, "__metadata__", ())):
        yield place
    if isinstance(annotation, type) and hasattr(annotation, "model_fields") and annotation not in above:
        for name, field in annotation.model_fields.items():
            if any(isinstance(one, From) for one in field.metadata):
                yield f"{place}.{name}"
            yield from _sinks_in(field.annotation, f"{place}.{name}", above | {annotation})
    for part in typing.get_args(annotation):
        yield from _sinks_in(part, place, above)


@lru_cache(maxsize=4096)
def origin_at(spec: ToolSpec, path: tuple[str, ...]) -> Origin:
    """Where the value at `path` in the tool's answer comes from: as the last `Is` on the way says."""
    return _at(spec.output_model, path, READ)


def _at(model: Any, path: tuple[str, ...], so_far: Origin) -> Origin:
    if not path:
        return _whole(model, so_far, frozenset())
    if model is None:
        return so_far
    if path[0].isdigit():
        return _at(model, path[1:], so_far)
    field = model.model_fields.get(path[0])
    if field is None:
        return READ
    return _at(_model_in(field.annotation), path[1:], _said_of(field, so_far))


def _whole(model: Any, so_far: Origin, above: frozenset[Any]) -> Origin:
    """Of all that a model holds: its least trusted part."""
    if model is None or model in above or not model.model_fields:
        return so_far
    fields = model.model_fields.values()
    return joined(_whole(_model_in(one.annotation), _said_of(one, so_far), above | {model}) for one in fields)


def _said_of(field: Any, otherwise: Origin) -> Origin:
    return next((one.origin for one in field.metadata if isinstance(one, Is)), otherwise)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The one model that a field holds, also in a tuple or beside None; None where it holds plain values."""
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation if issubclass(annotation, BaseModel) else None
    found = [model for part in typing.get_args(annotation) if (model := _model_in(part)) is not None]
    return found[0] if len(found) == 1 else None
