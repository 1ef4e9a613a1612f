"""For whom a request acts: the token it showed, its scopes, and its owner as they are now."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from ninja.security.http import HttpAuthBase

from agentops.api.problems import Problem
from agentops.core.models import ApiToken, User
from agentops.core.tokens.models import Scope


class ApiRequest(HttpRequest):
    """A type only: the request behind the API's door, which has checked the token."""

    api_token: ApiToken
    api_run: str  # for the log


class BearerToken(HttpAuthBase):
    """Says in the schema that a token is needed. The door has read it already, before anything read the body."""

    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> ApiToken | None:
        """The token, or None."""
        return getattr(request, "api_token", None)


def acting(request: HttpRequest, scope: Scope, query: Iterable[str] = ()) -> User:
    """Whom the token acts for; raises `Problem` 403 if it was not made for this, 422 for a parameter in the address
    that is none of `query`: a filter misspelled would show everything."""
    token: ApiToken = request.api_token  # type: ignore[attr-defined]
    if token.allows(scope):
        _check_known(request, frozenset(query))
        return token.owner
    challenge = f'Bearer realm="agentops", error="insufficient_scope", scope="{scope.value}"'
    raise Problem(
        403,
        f"This token has no scope {scope.value}. Make one that has.",
        code="scope_missing",
        headers={"WWW-Authenticate": challenge},
    )


def _check_known(request: HttpRequest, known: frozenset[str]) -> None:
    for name in request.GET:
        if name not in known:
            takes = ", ".join(sorted(known)) or "none"
            raise Problem(422, f"There is no parameter {name[:60]!r} here. Known: {takes}.")
