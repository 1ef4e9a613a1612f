"""The fields of a schema as a form needs them: plain values, choices, and lists of plain records."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from agentops.web.formatting import words

KINDS: Mapping[type, str] = {
    Decimal: "money",
    int: "number",
    float: "number",
    date: "date",
    bool: "choice",
    str: "text",
}


def fields_of(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo, Any]]:
    """Name, description and type of each field; the type without `| None`."""
    for name, info in model.model_fields.items():
        yield name, info, _bare(info.annotation)


def _bare(type_: Any) -> Any:
    """`X` of `X | None`."""
    if get_origin(type_) in (Union, types.UnionType):
        inner = [one for one in get_args(type_) if one is not type(None)]
        return inner[0] if len(inner) == 1 else type_
    return type_


def record_in_list(type_: Any) -> type[BaseModel] | None:
    """The record that a list holds; None for what is no list of records."""
    if get_origin(type_) not in (list, tuple):
        return None
    inner = get_args(type_)[0] if get_args(type_) else None
    return inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None


def kind_of(type_: Any) -> str:
    """What kind of input a plain value has; empty for what is none."""
    if get_origin(type_) is Literal or (isinstance(type_, type) and issubclass(type_, Enum)):
        return "choice"
    return KINDS.get(type_, "") if isinstance(type_, type) else ""


def choices_of(type_: Any) -> tuple[tuple[str, str], ...]:
    """Value and label of each choice; empty where anything may be typed."""
    if get_origin(type_) is Literal:
        return tuple((str(one), words(str(one))) for one in get_args(type_))
    if isinstance(type_, type) and issubclass(type_, Enum):
        return tuple((str(one.value), words(str(one.value))) for one in type_)
    return (("true", "Yes"), ("false", "No")) if type_ is bool else ()


def title_of(name: str, info: FieldInfo) -> str:
    """What a field is called on the page."""
    return info.title or words(name)
