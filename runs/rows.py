"""Rows of the measured path as model instances: the statement is text and prepared once, the ORM compiles nothing."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import JSONField, Model

from runs.sql import loads

M = TypeVar("M", bound=Model)


@lru_cache(maxsize=32)
def columns(model: type[Model], alias: str) -> str:
    """Every column of a model, as a SELECT lists them: `p.id, p.run_id, …`."""
    return ", ".join(f"{alias}.{field.column}" for field in model._meta.concrete_fields)


def take(model: type[M], row: tuple[Any, ...]) -> tuple[M, tuple[Any, ...]]:
    """The instance at the beginning of a row that was selected by `columns`, and the rest of the row."""
    names, places = _shape(model)
    values = list(row[: len(names)])
    for place in places:
        values[place] = loads(values[place])
    return model.from_db("default", names, values), row[len(names) :]


@lru_cache(maxsize=32)
def _shape(model: type[Model]) -> tuple[list[str], list[int]]:
    fields = model._meta.concrete_fields
    return [f.attname for f in fields], [place for place, f in enumerate(fields) if isinstance(f, JSONField)]
