"""Whether an outcome keeps what its plan says it must: by rule, and with the words to say what does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runs.agents.expecting import Must
from runs.agents.planning import follow
from runs.memory.cutting import number_in

NOTHING: tuple[Any, ...] = (None, "", [], {})


def kept(must: Must, output: Mapping[str, Any]) -> bool:
    """Does it hold? What cannot be compared does not."""
    found = follow(must.path.split("."), output)
    match must.holds:
        case "not_empty":
            return found not in NOTHING
        case "empty":
            return found in NOTHING
        case "equals":
            return same(found, must.value)
        case "one_of":
            return isinstance(must.value, list) and any(same(found, one) for one in must.value)
    number, bound = number_in(found), number_in(must.value)
    if number is None or bound is None:
        return False
    return number >= bound if must.holds == "at_least" else number <= bound


def same(found: Any, value: Any) -> bool:
    """Equal as JSON; figures by their worth, however they are spelled."""
    number, other = number_in(found), number_in(value)
    if number is not None and other is not None:
        return number == other
    return type(found) is type(value) and bool(found == value)


def told(must: Must) -> str:
    """The rule in words."""
    value = "" if must.value is None else f" {must.value}"
    return f"{must.path} {must.holds.replace('_', ' ')}{value}"[:200]
