"""What one person may do with one review, and if not, why not: the services' rules, asked for a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from agentops.core.models import User
from reviews.lifecycle import APPROVING, ReviewKind
from reviews.models import Review
from reviews.queries.desks import remembered_permissions
from reviews.queries.looking import Said
from reviews.services.case import is_signed_once
from reviews.standing import (
    MayNotSign,
    Standing,
    check_may_decide,
    check_may_sign_second,
    check_not_author,
    check_not_requester,
    check_within_limit,
)


@dataclass(frozen=True, slots=True)
class Part:
    """Each of the two is empty where it may be done, and says otherwise which rule stands against it."""

    not_deciding: str
    not_signing: str
    own_run: bool
    signed: tuple[UUID, ...]
    signed_by_me: bool

    @property
    def may_decide(self) -> bool:
        return not self.not_deciding

    @property
    def may_sign(self) -> bool:
        return not (self.not_deciding or self.not_signing)


def my_part(review: Review, user: User, said: Sequence[Said], now: datetime) -> Part:
    """What this person may do at this moment with a review that was `looked_at`, by what was `said_about` it; nothing
    is locked and nothing asked, so it promises nothing."""
    who, asked = _standing(review, user, now), tuple(review.asked_by)  # type: ignore[attr-defined]  # looked_at
    signed: tuple[UUID, ...] = ()
    if review.proposal and is_signed_once(review):
        signed = tuple(one.person_id for one in said if _signs(one, review))
    return Part(
        not_deciding=_objection(check_may_decide, who, desk=review.desk.name),
        not_signing=_why_not_sign(review, who, asked, signed),
        own_run=user.id in asked,
        signed=signed,
        signed_by_me=user.id in signed,
    )


def _standing(review: Review, user: User, now: datetime) -> Standing:
    return Standing(
        id=user.id,
        name=user.name,
        is_person=user.is_person,
        is_active=user.is_active,
        roles=frozenset(str(role) for role in user.roles),
        permissions=remembered_permissions(user, review.desk_id),
        limit=review.limit,  # type: ignore[attr-defined]  # looked_at
        at=now,
    )


def _signs(one: Said, review: Review) -> bool:
    same = one.proposal_id == review.proposal_id and one.round == review.round
    return same and one.verdict in APPROVING


def _why_not_sign(review: Review, who: Standing, asked: tuple[UUID, ...], signed: tuple[UUID, ...]) -> str:
    if who.id in signed:
        return "You signed this already. Another person must sign second."
    own = _objection(check_not_requester, who.id, asked)
    if own or review.kind != ReviewKind.APPROVAL or review.proposal is None:
        return own
    return (
        _objection(check_not_author, who.id, review.proposal.authors)
        or _objection(check_within_limit, who, review.proposal)
        or (_objection(check_may_sign_second, who, desk=review.desk.name) if signed else "")
    )


def _objection(check: Callable[..., None], *args: Any, **kwargs: Any) -> str:
    try:
        check(*args, **kwargs)
    except MayNotSign as objection:
        return str(objection)
    return ""
