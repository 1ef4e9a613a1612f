"""Whether a token that somebody shows is good, at this moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from agentops.core.models import ApiToken
from agentops.core.tokens.services import BEGINS, digest_of

COARSE = timedelta(minutes=1)  # how exactly "last used" is known: a busy token does not write at each request
LONGEST = 200


class TokenRefused(Exception):
    """The token opens nothing; `code` says why, the message says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def checked(secret: str, *, now: datetime) -> ApiToken:
    """The token with its owner, noted as used; raises `TokenRefused`."""
    token = _found(secret)
    if token is None:
        raise TokenRefused("token_unknown", "This token is not known here. Check that it was copied whole.")
    if token.revoked_at is not None:
        raise TokenRefused("token_revoked", "This token was revoked. Make a new one.")
    if not token.works(now):
        raise TokenRefused("token_expired", "This token has expired. Make a new one.")
    if not token.owner.is_active:
        raise TokenRefused("owner_inactive", "The user this token acts for is blocked.")
    _note_use(token, now)
    return token


def _found(secret: str) -> ApiToken | None:
    if not secret.startswith(BEGINS) or len(secret) > LONGEST or not secret.isascii():
        return None
    return ApiToken.objects.select_related("owner").filter(digest=digest_of(secret)).first()


def _note_use(token: ApiToken, now: datetime) -> None:
    if token.last_used_at and now - token.last_used_at < COARSE:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - COARSE)
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
