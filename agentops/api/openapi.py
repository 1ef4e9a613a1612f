"""What the schema says beyond what ninja reads from the code: scopes, headers, bodies, problems."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI

from agentops.api import shapes
from agentops.api.problems import CODES, CONTENT_TYPE
from agentops.api.repeats import LONGEST as LONGEST_KEY
from agentops.api.repeats import REPLAYED
from agentops.api.waiting import LONGEST as LONGEST_WAIT
from agentops.core.tokens.models import Scope

REF = "#/components/schemas/{model}"
ANSWERS_OF_ANY = tuple(status for status in CODES if status != 405)
TEXT = {"type": "string"}
_AGENT = {**TEXT, "minLength": 1, "maxLength": 60, "description": "Which agent; without it the first that takes files."}
_FORM_FIELDS = {"agent": _AGENT, **shapes.Said.model_json_schema()["properties"]}
_FILE = {"type": "string", "format": "binary"}


def _form(field: str, schema: dict[str, Any]) -> dict[str, Any]:
    properties = {field: schema, **_FORM_FIELDS}
    return {"schema": {"type": "object", "required": [field], "properties": properties, "additionalProperties": False}}


def _json(*models: str) -> dict[str, Any]:
    ways = [{"$ref": REF.format(model=model)} for model in models]
    return {"schema": ways[0] if len(ways) == 1 else {"anyOf": ways}}


BODIES: dict[str, dict[str, Any]] = {
    "start_run": {
        "multipart/form-data": _form("file", _FILE),
        "application/json": _json("StartByReference", "StartByInput"),
    },
    "start_batch": {"multipart/form-data": _form("files", {"type": "array", "items": _FILE, "minItems": 1})},
    "cancel_run": {"application/json": _json("Cancel")},
    "answer_run": {"application/json": _json("Answer")},
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {**TEXT, "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
    "description": "A new one for each new request, the same for its repeats: they get the same answer.",
}
_PREFER = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "schema": {**TEXT, "maxLength": 100, "examples": ["wait=5"]},
    "description": f"`wait=N`: wait up to N seconds (at most {LONGEST_WAIT}) for a result.",
}
WAITING = ("start_run", "read_run")
_HEADERS = {
    "RateLimit": "What is left of each limit, and in how many seconds the minute turns.",
    "RateLimit-Policy": "The limits: requests in seconds.",
}
_MORE_HEADERS = {
    201: {"Location": "The run.", "Preference-Applied": "How long was waited."},
    202: {"Location": "Where the run's status is read."},
    401: {"WWW-Authenticate": "How to show a token."},
    429: {"Retry-After": "Seconds."},
    503: {"Retry-After": "Seconds."},
}


def described(scope: Scope, good: dict[int, Any], name: str) -> dict[str, Any]:
    """What ninja is told about an operation: its answers, all problems included, its headers and its body."""
    parameters = [_PREFER] if name in WAITING else []
    extra: dict[str, Any] = {"x-scope": scope.value}
    if name in BODIES:
        parameters = [_KEY, *parameters]
        extra["requestBody"] = {"required": True, "content": BODIES[name]}
    extra["parameters"] = parameters
    answers = {**good, **dict.fromkeys(ANSWERS_OF_ANY, shapes.ProblemShape)}
    return {"response": answers, "operation_id": name, "openapi_extra": extra}


def schema_of(api: NinjaAPI) -> dict[str, Any]:
    """The whole schema."""
    schema: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="/api/v1/"))
    for methods in schema["paths"].values():
        for operation in methods.values():
            _finish(operation)
    for model in (shapes.StartByReference, shapes.StartByInput, shapes.Cancel, shapes.Answer):
        described_model = model.model_json_schema(ref_template=REF)
        schema["components"]["schemas"].update(described_model.pop("$defs", {}))
        schema["components"]["schemas"][model.__name__] = described_model
    return schema


def _finish(operation: dict[str, Any]) -> None:
    posts = operation["operationId"] in BODIES
    for status, answer in operation["responses"].items():
        if status >= 400:
            answer["description"] = CODES[status][1]
            answer["content"] = {CONTENT_TYPE: answer["content"].pop("application/json")}
        told = {**(_HEADERS if status != 401 else {}), **_MORE_HEADERS.get(status, {})}
        if posts and (status < 300 or status in (409, 422)):
            told[REPLAYED] = "`true` if this is the answer to an earlier request under the same key."
        answer["headers"] = {name: {"schema": TEXT, "description": said} for name, said in told.items()}
