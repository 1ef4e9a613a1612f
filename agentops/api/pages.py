"""The schema, the page that explains it to people, and the answer to an address that is not there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from agentops.api.openapi import schema_of
from agentops.api.problems import CODES, of_status
from agentops.core.access import guarded_by, signed_in


@dataclass(frozen=True)
class Field:
    """One parameter, form field or member of an object."""

    name: str
    place: str
    kind: str
    needed: bool
    meaning: str


@dataclass(frozen=True)
class Operation:
    """One operation as the page shows it."""

    name: str
    method: str
    path: str
    summary: str
    scope: str
    paragraphs: list[str]
    fields: list[Field]
    answers: list[tuple[int, str, str]]


@guarded_by("nothing: it tells only what the code is")
@require_safe
def schema(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    """The OpenAPI schema."""
    return HttpResponse(_schema_text(api), content_type="application/json")


@signed_in
@require_safe
def docs(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    """The schema as a page."""
    told = _schema(api)
    operations = [
        _operation(method.upper(), path, details, told["components"]["schemas"])
        for path, methods in told["paths"].items()
        for method, details in methods.items()
    ]
    base = (settings.PUBLIC_URL or "").rstrip("/")
    problems = [(status, code, meaning) for status, (code, meaning) in CODES.items()]
    return render(request, "api/docs.html", {"operations": operations, "base": base, "problems": problems})


def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """404, whatever the method."""
    return of_status(404).response()


@lru_cache(maxsize=1)
def _schema(api: NinjaAPI) -> dict[str, Any]:
    return schema_of(api)


@lru_cache(maxsize=1)
def _schema_text(api: NinjaAPI) -> bytes:
    return orjson.dumps(_schema(api), option=orjson.OPT_NON_STR_KEYS | orjson.OPT_INDENT_2)


def _operation(method: str, path: str, details: dict[str, Any], shapes: dict[str, Any]) -> Operation:
    fields = [
        Field(
            one["name"], one["in"], _kind(one["schema"]), one.get("required", False), _plain(one.get("description", ""))
        )
        for one in details.get("parameters", ())
    ]
    for kind, body in details.get("requestBody", {}).get("content", {}).items():
        place = "form" if kind.startswith("multipart") else "JSON"
        fields = _joined(fields, _members(_resolved(body["schema"], shapes), place))
    return Operation(
        name=details["operationId"],
        method=method,
        path=path,
        summary=details["operationId"].replace("_", " ").capitalize(),
        scope=details["x-scope"],
        paragraphs=_plain(details.get("description", "")).split("\n\n"),
        fields=fields,
        answers=[_answer(status, each, shapes) for status, each in details["responses"].items() if status < 300],
    )


def _joined(fields: list[Field], more: list[Field]) -> list[Field]:
    """What goes into the form and into JSON alike is told once."""
    known = {field.name: at for at, field in enumerate(fields)}
    for field in more:
        if field.name in known:
            fields[known[field.name]] = replace(field, place=f"{fields[known[field.name]].place}, {field.place}")
        else:
            fields.append(field)
    return fields


def _plain(text: str) -> str:
    return text.replace("`", "")


def _members(shape: dict[str, Any], place: str) -> list[Field]:
    needed = shape.get("required", ())
    return [
        Field(name, place, _kind(each), name in needed, _plain(each.get("description", "")))
        for name, each in shape.get("properties", {}).items()
    ]


def _answer(status: int, answer: dict[str, Any], shapes: dict[str, Any]) -> tuple[int, str, str]:
    given = answer["content"]["application/json"]["schema"]
    members = ", ".join(_resolved(given, shapes).get("properties", {}))
    return status, answer["description"], members


def _resolved(shape: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any]:
    named: dict[str, Any] = shapes[shape["$ref"].rsplit("/", 1)[-1]] if "$ref" in shape else shape
    return named


def _kind(shape: dict[str, Any]) -> str:
    if "anyOf" in shape:
        return " or ".join(_kind(each) for each in shape["anyOf"] if each.get("type") != "null")
    if "enum" in shape:
        return ", ".join(shape["enum"])
    if shape.get("type") == "array":
        return f"list of {_kind(shape['items'])}"
    return str(shape.get("format") or shape.get("type", "object"))
