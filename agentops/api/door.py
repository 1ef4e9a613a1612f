"""The door of everything below /api/: transport, size, token and limits, before anybody reads the body.

No cookie passes it, so no session and no forged form does. What comes back is JSON: an error page of another
part of the house leaves as a problem.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from agentops.api.problems import CONTENT_TYPE, DOCS, Problem, from_page
from agentops.core.addresses import network_of
from agentops.core.clock import database_time
from agentops.core.models import ApiToken
from agentops.core.tokens.checking import TokenRefused, checked
from tools_registry import limits

log = logging.getLogger(__name__)
BELOW = "/api/"
SCHEMA = "/api/v1/openapi.json"
JSON_BYTES = 256 * 1024
CHALLENGE = 'Bearer realm="agentops"'


class DoorMiddleware:
    """Stands before sessions and forms; addresses outside the API, and its page for people, pass untouched."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and log who asked for what."""
        if not request.path_info.startswith(BELOW) or request.path_info == DOCS:
            return self.get_response(request)
        began = time.monotonic()
        request.META.pop("HTTP_COOKIE", None)
        try:
            answer = self._let_in(request)
        except Problem as refusal:
            answer = refusal.response()
        except DatabaseError:
            log.exception("the API cannot ask the database")
            said = "The database does not answer. Try again in a moment."
            answer = Problem(503, said, headers={"Retry-After": "5"}).response()
        if answer.status_code >= 400 and not answer.get("Content-Type", "").startswith(CONTENT_TYPE):
            answer = _with_headers(from_page(answer), request)
        answer.setdefault("Cache-Control", "no-store")
        _log(request, answer, began)
        return answer

    def _let_in(self, request: HttpRequest) -> HttpResponse:
        _check_transport(request)
        _check_size(request)
        if request.path_info == SCHEMA:
            return self.get_response(request)
        token = _token(request)
        request.api_token = token  # type: ignore[attr-defined]
        counted = take(token)
        if not counted.passed:
            raise too_often(counted)
        request.api_left = counted  # type: ignore[attr-defined]
        return _with_headers(self.get_response(request), request)


def take(token: ApiToken, *, cost: int = 1) -> limits.Taken:
    """Count against the token's limit and its owner's."""
    mine = limits.Limit("token", f"token:{token.pk}", settings.API_RATE_TOKEN)
    owners = limits.Limit("user", f"user:{token.owner_id}", settings.API_RATE_USER)
    return limits.take((mine, owners), cost=cost)


def too_often(counted: limits.Taken) -> Problem:
    """429 with everything a client needs to go on."""
    headers = {**counted.headers(), "Retry-After": str(counted.turns_in)}
    return Problem(429, f"Too many requests. Go on in {counted.turns_in} seconds.", headers=headers)


def _check_transport(request: HttpRequest) -> None:
    # A redirect would let the token travel in the clear again and again; a refusal is noticed once.
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        raise Problem(403, "The API is spoken over https only. Revoke this token: it was sent in the clear.")


def _check_size(request: HttpRequest) -> None:
    given = request.META.get("CONTENT_LENGTH") or ""
    if not given and request.META.get("HTTP_TRANSFER_ENCODING"):
        raise Problem(411, "Say with Content-Length how long the request is.")
    if given and not (given.isascii() and given.isdigit()):
        raise Problem(400, "Content-Length is no number.")
    is_form = (request.content_type or "").lower() == "multipart/form-data"
    most = settings.API_BODY_MB * 1024 * 1024 if is_form else JSON_BYTES
    if given and int(given) > most:
        raise Problem(413, f"The request has {int(given):,} bytes; at most {most:,} are taken here.")


def _token(request: HttpRequest) -> ApiToken:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        said = "Show a token: Authorization: Bearer agops_…"
        raise Problem(401, said, headers={"WWW-Authenticate": CHALLENGE})
    try:
        return checked(secret.strip(), now=database_time())
    except TokenRefused as refusal:
        _count_wrong(request)
        challenge = f'{CHALLENGE}, error="invalid_token"'
        raise Problem(401, str(refusal), code=refusal.code, headers={"WWW-Authenticate": challenge}) from refusal


def _count_wrong(request: HttpRequest) -> None:
    """Raises `Problem` 429 where an address shows one wrong token after the other.

    Only wrong ones wait: a token has too many bits to be guessed, and whoever sits behind the same address with a good
    one must not pay for a neighbour's forgotten script.
    """
    counted = limits.take((limits.Limit("wrong_tokens", f"wrong:{network_of(request)}", settings.API_RATE_WRONG),))
    if not counted.passed:
        raise too_often(counted)


def _with_headers(answer: HttpResponse, request: HttpRequest) -> HttpResponse:
    counted: limits.Taken | None = getattr(request, "api_left", None)
    for name, value in (counted.headers() if counted else {}).items():
        answer.setdefault(name, value)
    return answer


def _log(request: HttpRequest, answer: HttpResponse, began: float) -> None:
    token: ApiToken | None = getattr(request, "api_token", None)
    facts = {
        "token_prefix": token.prefix if token else None,
        "run": getattr(request, "api_run", None),
        "method": request.method,
        "path": request.path_info[:200],
        "outcome": answer.status_code,
        "duration_ms": round((time.monotonic() - began) * 1000),
    }
    log.info("api request", extra=facts)
