"""Following a reference through the schema of what it leads to, before there is anything there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tools_registry.tool import ToolSpec


def leads_nowhere(path: str, answers: Mapping[str, ToolSpec], given: Mapping[str, Any]) -> str:
    """Why a path can lead to nothing; empty if it may lead somewhere."""
    name, *rest = path.split(".")
    if name == "input":
        if not rest or rest[0] not in given:
            return "The run was given nothing of this name."
        return ""
    spec = answers.get(name)
    if spec is None:
        return "No step before this one has this name."
    schema = spec.schema["output"]
    return (
        ""
        if any(_walk(form, rest, schema.get("$defs", {})) for form in _forms(schema, schema.get("$defs", {})))
        else (f"{spec.name} answers nothing of this name.")
    )


def _walk(form: Mapping[str, Any], rest: list[str], defs: Mapping[str, Any]) -> bool:
    if not rest:
        return True
    name, *more = rest
    if isinstance(form.get("properties"), Mapping) and name in form["properties"]:
        return any(_walk(one, more, defs) for one in _forms(form["properties"][name], defs))
    if isinstance(form.get("items"), Mapping) and name.isdigit():
        return any(_walk(one, more, defs) for one in _forms(form["items"], defs))
    open_map = form.get("additionalProperties")
    if isinstance(open_map, Mapping):
        return any(_walk(one, more, defs) for one in _forms(open_map, defs))
    # A schema that says nothing of what is in it may hold anything.
    return open_map is True or (not form.get("properties") and form.get("type") in (None, "object", "array"))


def _forms(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "$ref" in schema:
        yield from _forms(defs.get(str(schema["$ref"]).rsplit("/", 1)[-1], {}), defs)
        return
    others = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
    for one in others:
        yield from _forms(one, defs)
    if not others:
        yield schema
