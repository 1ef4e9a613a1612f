"""Doing a step in the place of a run that is stuck: the form of its outcome, filled in by a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from agentops.core.models import User
from reviews.lifecycle import ReviewKind, ReviewStatus, Verdict
from reviews.models import Decision
from reviews.services.case import check_kind, check_open, check_seen, lock_case, same_or_refuse
from reviews.services.ending import check_way
from reviews.services.following import refused_by_the_run
from reviews.services.recording import record_decision
from reviews.services.refusals import RunRefused
from reviews.standing import check_not_requester
from runs import by_hand, steering
from runs.leased import LeasedRun
from runs.points import durable


@durable("review.by_hand")
def do_by_hand(
    *,
    review_id: UUID,
    signer: User,
    seen: str,
    step: str,
    filled: Mapping[str, Any],
    now: datetime,
    places: Mapping[str, Mapping[str, Any]] | None = None,
    words: str = "",
    watched: Mapping[str, Any] | None = None,
    request_key: str | None = None,
) -> Decision:
    """Fill in what a step of a stuck run comes to; the run goes on from there, and what follows waits once more.

    `filled` are the values of the step's form, `places` where on the page somebody took them from. It is no approval:
    whoever asked for the run may not do it either.
    Raises `ReviewClosed`, `ProposalChanged`, `MayNotSign`, `NotForThisKind`, `RequestKeyReused`, and `RunRefused` with
    the errors by field of the form.
    """
    case = lock_case(review_id, signer, request_key=request_key)
    if case.said:
        return same_or_refuse(case.said, {Verdict.BY_HAND})
    check_open(case.review)
    check_kind(case.review, ReviewKind.STUCK)
    check_seen(case.review, seen)
    check_way(case, "send_back")  # where a run may not plan again, nobody does its steps either
    check_not_requester(signer.id, case.asked_by)
    try:
        done, told = by_hand.taken_over(
            LeasedRun.observe(case.run), step, filled, by=signer, words=words, places=places
        )
    except by_hand.DoesNotFit as error:
        raise RunRefused(str(error), errors=error.errors) from error
    except by_hand.NotByHand as error:
        raise RunRefused(str(error)) from error
    decision = record_decision(
        case,
        Verdict.BY_HAND,
        now=now,
        code=step[:60],
        said={"words": words, "fields": _told(told.fields), "step": step},
        watched=watched,
        request_key=request_key,
        data={"step": step},
    )
    case.review.move_to(ReviewStatus.DECIDED, at=now)
    with refused_by_the_run():
        steering.take_step(case.run, seq=done.seq, instruction=told, now=now)
    return decision


def _told(fields: Mapping[str, Any]) -> dict[str, str | None]:
    """The values that a person gave, for the history; of a list how long it is, for the run's rows hold it."""
    return {
        name: None if value is None else f"{len(value)} rows" if isinstance(value, list) else str(value)
        for name, value in fields.items()
    }
