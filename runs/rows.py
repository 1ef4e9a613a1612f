"""Rows of the measured path as model instances: the statement is text and prepared once, the ORM compiles nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import JSONField, Model

from runs.models import Action
from runs.sql import loads
from tools_registry.facts import ProposalFacts

M = TypeVar("M", bound=Model)


@lru_cache(maxsize=32)
def columns(model: type[Model], alias: str, but: frozenset[str] = frozenset()) -> str:
    """Every column of a model, as a SELECT lists them: `p.id, p.run_id, …`; but these are left out."""
    return ", ".join(f"{alias}.{field.column}" for field in model._meta.concrete_fields if field.name not in but)


def take(model: type[M], row: tuple[Any, ...], but: frozenset[str] = frozenset()) -> tuple[M, tuple[Any, ...]]:
    """The instance at the beginning of a row that was selected by `columns`, and the rest of the row; what was left out
    is asked for when it is looked at."""
    names, places = _shape(model, but)
    values = list(row[: len(names)])
    for place in places:
        values[place] = loads(values[place])
    return model.from_db("default", names, values), row[len(names) :]


@lru_cache(maxsize=32)
def _shape(model: type[Model], but: frozenset[str]) -> tuple[list[str], list[int]]:
    fields = [field for field in model._meta.concrete_fields if field.name not in but]
    return [f.attname for f in fields], [place for place, f in enumerate(fields) if isinstance(f, JSONField)]


# What the gate was told of an action and the action's own row says as well; by the name of the column.
_SAID_BY_ACTION = {
    "tool": "tool",
    "tool_version": "tool_version",
    "impact": "impact",
    "effect": "effect_class",
    "args": "args",
    "reference": "reference",
}


def kept_facts(facts: ProposalFacts) -> dict[str, Any]:
    """A proposal's facts as its body keeps them: without what stands in the rows of its actions."""
    kept = facts.as_json()
    kept["actions"] = [
        {name: value for name, value in action.items() if name not in _SAID_BY_ACTION} for action in kept["actions"]
    ]
    return kept


def whole_facts(kept: Mapping[str, Any], actions: Sequence[Action]) -> ProposalFacts:
    """The facts that `kept_facts` kept, with all of the proposal's actions in their order."""
    said = [{name: getattr(action, column) for name, column in _SAID_BY_ACTION.items()} for action in actions]
    # A body that was kept whole, before these were left out, says them itself.
    whole = [{**row, **about} for row, about in zip(said, kept["actions"], strict=True)]
    return ProposalFacts.from_json({**kept, "actions": whole})
