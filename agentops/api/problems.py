"""What went wrong, as RFC 9457 has it: one shape for every error below /api/."""

from __future__ import annotations

import http
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from ninja.errors import ValidationError

CONTENT_TYPE = "application/problem+json"
DOCS = "/api/docs/"

# What every operation may answer, by status: the code a program tells it by, and what it means.
CODES = {
    400: ("bad_request", "The request cannot be read."),
    401: ("token_missing", "No token was shown, or one that opens nothing."),
    403: ("not_allowed", "The token or its owner may not do this."),
    404: ("not_found", "There is nothing here that this token may see."),
    405: ("method_not_allowed", "This address knows other methods; `Allow` names them."),
    409: ("conflict", "What is asked does not fit what is there."),
    411: ("length_required", "The request does not say how long it is."),
    413: ("too_large", "The request is larger than what is taken."),
    415: ("unsupported_media_type", "The body is in a form that is not taken here."),
    422: ("invalid", "The request is understood, and something in it is wrong."),
    429: ("too_many_requests", "Too many requests; `Retry-After` says when to go on."),
    500: ("server_error", "Our fault. It is logged; the same request may be sent again."),
    503: ("unavailable", "Something we need does not answer; `Retry-After` says when to try again."),
}


class Problem(Exception):
    """A refusal with its answer; `more` are further members of the problem."""

    def __init__(
        self, status: int, detail: str, *, code: str = "", headers: dict[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.code = status, detail, code or CODES[status][0]
        self.headers, self.more = headers or {}, more

    def body(self) -> dict[str, Any]:
        """The problem as JSON has it."""
        return {
            "type": f"{DOCS}#{CODES[self.status][0]}" if self.status in CODES else "about:blank",
            "title": http.HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            **self.more,
        }

    def response(self) -> HttpResponse:
        """The answer."""
        content = orjson.dumps(self.body())
        return HttpResponse(content, status=self.status, content_type=CONTENT_TYPE, headers=self.headers)


def of_status(status: int) -> Problem:
    """The plain problem of a status."""
    known = status if status in CODES else (500 if status >= 500 else 400)
    code, meaning = CODES[known]
    return Problem(status, meaning, code=code)


def from_page(page: HttpResponse) -> HttpResponse:
    """The same error as a problem, where some other part of the house answered with a page."""
    answer = of_status(page.status_code).response()
    for name in ("Allow", "Retry-After", "WWW-Authenticate"):
        if name in page:
            answer[name] = page[name]
    return answer


def from_validation(errors: list[dict[str, Any]]) -> Problem:
    """What does not fit the schema: where it stands and what was expected, without what was sent."""
    told = [
        {"where": ".".join(str(part) for part in error.get("loc", ())), "what": str(error.get("msg", ""))[:300]}
        for error in errors[:20]
    ]
    first = f"{told[0]['where']}: {told[0]['what']}" if told else CODES[422][1]
    return Problem(422, first, errors=told)


def on_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Ninja's handler for our own refusals."""
    return problem.response()


def on_validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Ninja's handler for parameters that do not fit."""
    return from_validation(error.errors).response()


def on_missing(request: HttpRequest, error: Exception) -> HttpResponse:
    """Ninja's handler for what is not there."""
    return of_status(404).response()
