"""Making and revoking tokens, each with its event in the owner's stream."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from agentops.core.audit.trail import Actor, Event, append
from agentops.core.models import ApiToken, User
from agentops.core.permissions import Role, roles_of
from agentops.core.tokens.models import Scope

BEGINS = "agops_"  # recognised by people, by our redaction, and by scanners for lost secrets
SHOWN = len(BEGINS) + 6
SECRET_BYTES = 32


class TokenError(ValueError):
    """A token cannot be made or revoked so; the message is for whoever asked."""


class MayNotManage(TokenError):
    """Whoever asks has no say over this user's tokens."""


def digest_of(secret: str) -> str:
    """How a secret is kept and looked for."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def create_token(
    *, owner: User, name: str, scopes: Iterable[str], days: int, by: User | Actor, now: datetime
) -> tuple[ApiToken, str]:
    """A token that lives for `days`, and its secret, which is stored nowhere. Raises `TokenError`, `MayNotManage`."""
    wanted = _checked_scopes(scopes)
    label = " ".join(name.split())
    if not label or len(label) > 120 or not label.isprintable():
        raise TokenError("Give the token a name of at most 120 characters that says what uses it.")
    if not 1 <= days <= settings.API_TOKEN_DAYS:
        raise TokenError(f"A token lives for 1 to {settings.API_TOKEN_DAYS} days.")
    locked = User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    _check_may_create(by, locked)
    secret = BEGINS + secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken.objects.create(
        name=label,
        owner=locked,
        prefix=secret[:SHOWN],
        digest=digest_of(secret),
        scopes=wanted,
        created_by=by if isinstance(by, User) else None,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    _record("token.created", token, by, {"scopes": wanted, "expires_at": token.expires_at})
    return token, secret


@transaction.atomic
def revoke_token(*, token_id: UUID, by: User | Actor, now: datetime) -> ApiToken:
    """End a token for good; one that is revoked already stays so. Raises `MayNotManage`, `ApiToken.DoesNotExist`."""
    token = ApiToken.objects.select_for_update(of=("self",)).select_related("owner").get(pk=token_id)
    if not may_revoke(by, token):
        raise MayNotManage("Only its owner or a user administrator revokes a token.")
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        _record("token.revoked", token, by, {})
    return token


def may_revoke(by: User | Actor, token: ApiToken) -> bool:
    """Its owner, a user administrator, and the program itself."""
    if isinstance(by, Actor):
        return True
    return by.is_person and by.is_active and (by.pk == token.owner_id or Role.USER_ADMIN in roles_of(by.pk))


def _checked_scopes(scopes: Iterable[str]) -> list[str]:
    asked = set(scopes)
    if unknown := sorted(asked - set(Scope.values)):
        raise TokenError(f"There is no scope {unknown[0][:40]!r}. Scopes are {', '.join(Scope.values)}.")
    if not asked:
        raise TokenError("Choose at least one thing the token is for.")
    return [scope for scope in Scope.values if scope in asked]


def _check_may_create(by: User | Actor, owner: User) -> None:
    if not owner.is_active:
        raise TokenError("Who is blocked gets no token.")
    if isinstance(by, Actor):
        if owner.is_person:
            raise MayNotManage("A person makes their own tokens, on the page for it.")
        return
    if by.is_person and by.pk == owner.pk:
        return
    if owner.is_person or Role.USER_ADMIN not in roles_of(by.pk):
        raise MayNotManage("A person makes their own tokens; a user administrator makes those of service users.")


def _record(action: str, token: ApiToken, by: User | Actor, data: dict[str, object]) -> None:
    # The name is somebody's words and stays out of the trail; the prefix says which token it is.
    event = Event(
        action=action,
        actor=by if isinstance(by, Actor) else Actor.of(by),
        object=("api_token", str(token.pk), None),
        data={"prefix": token.prefix, **data},
    )
    append(f"user:{token.owner_id}", event)
