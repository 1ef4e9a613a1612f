"""Tokens as the page shows them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from agentops.core.models import ApiToken, User
from agentops.core.permissions import Role
from agentops.core.tokens.models import Scope

MEANINGS = {
    Scope.START: "Sends documents; each starts a run in the owner's name",
    Scope.READ: "Runs the owner may see, and what happened in them",
    Scope.CANCEL: "Ends runs the owner may end",
    Scope.REVIEWS: "What waits for people. Deciding is done here, by a person",
}
SHOWN = 500


@dataclass(frozen=True)
class Row:
    """One token in the list."""

    id: str
    name: str
    prefix: str
    owner: str
    is_service: bool
    scopes: list[str]
    expires_at: datetime
    used_at: datetime | None
    state: str
    tone: str
    may_revoke: bool


@dataclass(frozen=True)
class TokensPage:
    """The whole page."""

    rows: list[Row]
    everybody: bool
    working: int


def visible_to(user: User) -> QuerySet[ApiToken]:
    """One's own; for a user administrator all of them."""
    tokens = ApiToken.objects.select_related("owner")
    return tokens if user.holds(Role.USER_ADMIN) else tokens.filter(owner=user)


def tokens_page(viewer: User, now: datetime) -> TokensPage:
    """The newest tokens this person may see, those that work first: one query."""
    ended = Q(revoked_at__isnull=False) | Q(expires_at__lte=now)
    found = visible_to(viewer).alias(ended=ended).order_by("ended", "-created_at")[:SHOWN]
    rows = [_row(token, now) for token in found]
    return TokensPage(rows, viewer.holds(Role.USER_ADMIN), sum(row.tone == "ok" for row in rows))


def owners(viewer: User) -> list[tuple[str, str]]:
    """Whom this person may make a token for: themselves, and a user administrator service users."""
    mine = [(str(viewer.pk), f"{viewer.name} (you)")]
    if not viewer.holds(Role.USER_ADMIN):
        return mine
    services = User.objects.filter(kind="service", is_active=True).order_by("name", "email")
    return mine + [(str(user.pk), f"{user.name} ({user.email})") for user in services]


def _row(token: ApiToken, now: datetime) -> Row:
    state, tone = _state(token, now)
    return Row(
        id=str(token.pk),
        name=token.name,
        prefix=token.prefix,
        owner=token.owner.name or token.owner.email,
        is_service=not token.owner.is_person,
        scopes=list(token.scopes),
        expires_at=token.expires_at,
        used_at=token.last_used_at,
        state=state,
        tone=tone,
        may_revoke=token.revoked_at is None and now < token.expires_at,
    )


def _state(token: ApiToken, now: datetime) -> tuple[str, str]:
    if token.revoked_at is not None:
        return "Revoked", "bad"
    if now >= token.expires_at:
        return "Expired", "none"
    return ("Works", "ok") if token.owner.is_active else ("Owner blocked", "bad")
