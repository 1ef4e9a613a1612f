"""Why a review waits, and whether one look at its row can weigh it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from agentops.core.models import User
from agentops.web.reviews.look import Shown, reason
from reviews.lifecycle import ReviewKind
from reviews.models import Review

# Why something waits that one look cannot weigh: these are opened one by one.
HEAVY = frozenset(
    {"amount_over_limit", "second_signature", "above_house_ceiling", "cumulative_limit", "no_exchange_rate"}
)


def reasons_of(review: Review) -> list[tuple[str, Shown]]:
    """By code; of several reasons of one kind the first is shown."""
    first: dict[str, Mapping[str, Any]] = {}
    for told in review.reasons:
        first.setdefault(str(told.get("code")), told)
    return [(code, reason(told, review.amount, review.currency)) for code, told in first.items()]


def is_clean(review: Review, user: User) -> bool:
    """May it be approved from its row: all checks passed, one signature, nothing dangerous, no question, no sample and
    not their own run."""
    proposal = review.proposal
    return bool(
        review.kind == ReviewKind.APPROVAL
        and proposal
        and proposal.signatures <= 1
        and not proposal.blocked
        and not review.urgent
        and not getattr(review, "has_failed", True)
        and user.pk not in asked_by(review)
        and review.is_open
        and not any(chip.tone == "bad" for _, chip in reasons_of(review))
    )


def asked_by(review: Review) -> tuple[UUID, ...]:
    """Everybody whose hand is in what its run was asked for (`with_checks`, `looked_at`)."""
    return tuple(getattr(review, "asked_by", None) or (review.run.requester_id,))


def heavy_code(review: Review) -> str:
    """The first reason that is too heavy to be weighed among others; empty where there is none."""
    return next((code for code in review.codes if code in HEAVY), "")
