"""What of a tool's answer a planner may read: typed values as they are, free text only as a handle to it.

A number, a date, a yes or no, a word of a closed list cannot tell a model what to do; a sentence can. So whoever
plans sees that there is a text, how long it is and where, and may pass it on by its path; it never sees the text.
A field that holds the house's own words, or those of a person who works here, says so with `OWN` in its schema.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from runs.memory.cutting import MOST_ROWS

OWN: dict[str, Any] = {"own": True}  # `Field(json_schema_extra=OWN)`
_FIGURES = re.compile(r"[-+]?[\d.,:/%+ -]{1,40}(?:[TZ][\d.:+-]{0,20})*")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")
_DEEPEST = 8


def typed(schema: Mapping[str, Any], value: Any, path: str) -> Any:
    """`value` as JSON without a word of strangers; `schema` is the JSON schema it is of, `path` leads to it."""
    return _typed(schema, schema.get("$defs", {}), value, path, 0)


def _typed(schema: Any, defs: Mapping[str, Any], value: Any, path: str, depth: int) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    forms = list(_forms(schema, defs))
    if any(form.get("own") for form in forms):
        return value
    if isinstance(value, str):
        return value if any(_is_typed(form, value) for form in forms) or _says_nothing(value) else _handle(value, path)
    if depth >= _DEEPEST:
        return f"<more: {path}>"
    if isinstance(value, Mapping):
        known = {name: one for form in forms for name, one in form.get("properties", {}).items()}
        shown = {
            name: _typed(known[name], defs, value[name], f"{path}.{name}", depth + 1) for name in known if name in value
        }
        others = len(value) - len(shown)
        return {**shown, **({"…": f"<{others} more: {path}>"} if others else {})}
    if isinstance(value, list | tuple):
        items: Any = next((form["items"] for form in forms if isinstance(form.get("items"), Mapping)), {})
        first = [_typed(items, defs, one, f"{path}.{n}", depth + 1) for n, one in enumerate(value[:MOST_ROWS])]
        return [*first, f"<{len(value) - MOST_ROWS} more: {path}>"] if len(value) > MOST_ROWS else first
    return _handle(str(value), path)


def _forms(schema: Any, defs: Mapping[str, Any]) -> Any:
    """The schema itself and whatever it may be instead."""
    if not isinstance(schema, Mapping):
        return
    if "$ref" in schema:
        own = {"own": schema["own"]} if "own" in schema else {}
        yield from ({**form, **own} for form in _forms(defs.get(str(schema["$ref"]).rsplit("/", 1)[-1], {}), defs))
        return
    yield schema
    for one in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _forms(one, defs)


def _is_typed(form: Mapping[str, Any], value: str) -> bool:
    return value in form.get("enum", ()) or value == form.get("const")


def _says_nothing(value: str) -> bool:
    """Figures and ids carry no instruction."""
    return not value or bool(_FIGURES.fullmatch(value) or _ID.fullmatch(value))


def _handle(value: str, path: str) -> str:
    return f"<text of {len(value)} characters: {path}>"
