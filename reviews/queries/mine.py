"""What one person may do with one review, and if not, why not: the services' rules, asked for a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from agentops.core.models import User
from reviews.lifecycle import ReviewKind
from reviews.models import Review
from reviews.services.case import is_signed_once, signatures
from reviews.standing import (
    MayNotSign,
    Standing,
    check_may_decide,
    check_may_sign_second,
    check_not_author,
    check_not_requester,
    check_within_limit,
    standings,
)
from runs.queries import asked_by


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


def my_part(review: Review, user: User) -> Part:
    """What this person may do with this review at this moment; read without a lock, so it promises nothing."""
    who = standings([user.id], review.desk_id).get(user.id)
    asked = asked_by(review.run_id)
    signed: tuple[UUID, ...] = ()
    if review.proposal and is_signed_once(review):
        signed = tuple(signatures(review.proposal, review.round))
    return Part(
        not_deciding=_objection(check_may_decide, who, desk=review.desk.name),
        not_signing=_why_not_sign(review, who, asked, signed),
        own_run=user.id in asked,
        signed=signed,
        signed_by_me=user.id in signed,
    )


def _why_not_sign(review: Review, who: Standing | None, asked: tuple[UUID, ...], signed: tuple[UUID, ...]) -> str:
    if who is None:
        return ""
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
