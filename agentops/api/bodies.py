"""Reading the body of a POST: JSON with caps, or a form with files; and the digest by which a repeat is known."""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import suppress
from typing import Any, TypeVar

import orjson
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from pydantic import BaseModel, ValidationError

from agentops.api.problems import Problem, from_validation

Shape = TypeVar("Shape", bound=BaseModel)
DEEPEST = 8
FORM, JSON = "multipart/form-data", "application/json"
# Possessive, and content with a string that never ends: looking back from each quote would take minutes.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)


def json_object(request: HttpRequest) -> dict[str, Any]:
    """The body as an object; raises `Problem` for what is none, too deep, or says a name twice."""
    try:
        text = request.body.decode()
    except UnicodeDecodeError as error:
        raise Problem(400, "The body is not UTF-8.", code="not_json") from error
    if _depth(text) > DEEPEST:
        raise Problem(400, f"The body is nested more than {DEEPEST} deep.", code="too_deep")
    try:
        given = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except ValueError as error:
        raise Problem(400, f"The body is not JSON: {error}", code="not_json") from error
    if not isinstance(given, dict):
        raise Problem(422, "The body is not an object.")
    return given


def shaped(shape: type[Shape], given: dict[str, Any]) -> Shape:
    """What was given in this shape; raises `Problem` 422 that names each field that does not fit."""
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        raise from_validation([dict(each) for each in error.errors(include_url=False, include_input=False)]) from error


def media_type(request: HttpRequest, *taken: str) -> str:
    """Which of these the body is; raises `Problem` 415."""
    kind = (request.content_type or "").lower()
    if kind in taken:
        return kind
    raise Problem(415, f"Send the body as {' or '.join(taken)}.", headers={"Accept": ", ".join(taken)})


def form_of(request: HttpRequest, *fields: str) -> dict[str, str]:
    """The text fields of a form; raises `Problem` for one that is not known or comes twice."""
    for name in request.POST:
        if name not in fields:
            raise Problem(422, f"There is no field {name[:60]!r}. Fields are {', '.join(fields)}.")
        if len(request.POST.getlist(name)) > 1:
            raise Problem(422, f"The field {name} comes twice.")
    return {name: str(value) for name, value in request.POST.items()}


def files_of(request: HttpRequest, field: str) -> list[UploadedFile[bytes]]:
    """The files of a form, all under one name; raises `Problem` for none, for another name, and for too many."""
    if overflow := getattr(request, "upload_overflow", None):
        raise Problem(413, overflow.message, code=overflow.code)
    if others := sorted(set(request.FILES) - {field}):
        raise Problem(422, f"There is no file field {others[0][:60]!r}. Files come as {field!r}.")
    files: list[Any] = request.FILES.getlist(field)
    if not files:
        raise Problem(422, f"There is no file. Send it as {field!r}.", code="file_missing")
    if len(files) > settings.API_FILES:
        raise Problem(413, f"{len(files)} files came; at most {settings.API_FILES} are taken at a time.")
    return files


def digest_of(request: HttpRequest) -> str:
    """The digest of method, address and content: the same for a form whose boundary is another one."""
    content: Any
    if (request.content_type or "").lower() == FORM:
        fields = sorted((name, values) for name, values in request.POST.lists())
        files = [(name, file.name, _of_file(file)) for name in sorted(request.FILES) for file in _list(request, name)]
        content = [fields, files]
    else:
        content = _canonical(request.body)
    told = orjson.dumps([request.method, request.path_info, content], default=str)
    return hashlib.sha256(told).hexdigest()


def _canonical(body: bytes) -> str:
    # The same object spelled otherwise is the same request; what is no JSON is known by its bytes.
    with suppress(orjson.JSONDecodeError, TypeError):
        body = orjson.dumps(orjson.loads(body), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(body).hexdigest()


def _of_file(file: UploadedFile[bytes]) -> str:
    summed = hashlib.sha256()
    for chunk in file.chunks():
        summed.update(chunk)
    file.seek(0)
    return summed.hexdigest()


def _list(request: HttpRequest, name: str) -> list[Any]:
    return list(request.FILES.getlist(name))


def _depth(text: str) -> int:
    deepest = depth = 0
    for sign in re.findall(r"[\[{\]}]", _STRING.sub("", text)):
        depth += 1 if sign in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name comes twice in an object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
