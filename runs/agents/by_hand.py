"""A step that a person does: the form they fill in, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class HandForm:
    """The form of one step: `model` says which fields there are and checks them, `known` is what stands in them.

    `fields` of the model are plain values or lists of models with plain values. `intro` says in a sentence what is
    wanted. Document text in `known` is text of strangers.
    """

    model: type[BaseModel]
    known: Mapping[str, Any] = field(default_factory=dict)
    intro: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What a person's form comes to: the step's `output` as its tool would have answered, and `fields`, the values
    that the planner is told a person gave."""

    output: Mapping[str, Any]
    fields: Mapping[str, Any] = field(default_factory=dict)


class Unfit(ValueError):
    """What was filled in cannot be the outcome; `errors` by field (`lines.0.amount`), each for the person."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__("; ".join(f"{name}: {told}" if name else told for name, told in self.errors.items()))
