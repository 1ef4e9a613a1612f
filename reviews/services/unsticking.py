"""Answering what is no proposal: a question, a stuck run, an effect nobody can vouch for, a blind sample."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from agentops.core.models import User
from reviews.lifecycle import OF_A_SAMPLE, ReviewKind, ReviewStatus, Verdict
from reviews.models import Decision
from reviews.services.case import Case, check_kind, check_open, check_seen, lock_case, same_or_refuse
from reviews.services.ending import check_way
from reviews.services.following import refused_by_the_run
from reviews.services.recording import record_decision
from reviews.services.refusals import NotForThisKind, WordsNeeded
from reviews.standing import check_not_requester
from runs import steering
from runs.agents import Instruction
from runs.points import durable


@durable("review.answer")
def answer(
    *,
    review_id: UUID,
    signer: User,
    seen: str,
    answer: Mapping[str, Any],
    now: datetime,
    watched: Mapping[str, Any] | None = None,
    request_key: str | None = None,
) -> Decision:
    """Answer the agent's question; no approval, so whoever asked for the run may answer as well.

    Raises `ReviewClosed`, `ProposalChanged`, `MayNotSign`, `WordsNeeded`, `RunRefused`, `RequestKeyReused`.
    """
    case = lock_case(review_id, signer, request_key=request_key)
    if case.said:
        return same_or_refuse(case.said, {Verdict.ANSWER})
    _check(case, seen, ReviewKind.CLARIFICATION)
    if not any(str(value).strip() for value in answer.values()):
        raise WordsNeeded("Choose an answer, or say it in your words.")
    assert case.review.awaited is not None  # noqa: S101 - a constraint
    decision = _close(case, Verdict.ANSWER, now=now, said=answer, watched=watched, request_key=request_key)
    with refused_by_the_run():
        steering.answer_await(case.run, case.review.awaited, answer=dict(answer), by=signer, now=now)
    return decision


@durable("review.retry")
def retry_stuck(
    *,
    review_id: UUID,
    signer: User,
    seen: str,
    now: datetime,
    words: str = "",
    watched: Mapping[str, Any] | None = None,
    request_key: str | None = None,
) -> Decision:
    """Let a stuck run try again, with guidance for the planner if there are words; raises as `answer`."""
    case = lock_case(review_id, signer, request_key=request_key)
    if case.said:
        return same_or_refuse(case.said, {Verdict.RETRY})
    _check(case, seen, ReviewKind.STUCK)
    check_way(case, "retry")
    check_not_requester(signer.id, case.asked_by)
    decision = _close(case, Verdict.RETRY, now=now, said={"words": words}, watched=watched, request_key=request_key)
    guidance = Instruction(code="retry", words=words, by=signer.id) if words.strip() else None
    with refused_by_the_run():
        steering.retry(case.run, guidance=guidance, now=now)
    return decision


@durable("review.settle")
def settle_unknown(
    *,
    review_id: UUID,
    signer: User,
    seen: str,
    happened: bool,
    now: datetime,
    receipt: str = "",
    words: str = "",
    watched: Mapping[str, Any] | None = None,
    request_key: str | None = None,
) -> Decision:
    """Say whether an effect that nobody can vouch for happened; one that did needs its receipt.

    Raises as `answer` does. "It did not, send it" is no part of this: that is a proposal of its own.
    """
    verdict = Verdict.HAPPENED if happened else Verdict.DID_NOT_HAPPEN
    case = lock_case(review_id, signer, request_key=request_key)
    if case.said:
        return same_or_refuse(case.said, {verdict})
    _check(case, seen, ReviewKind.STUCK)
    key = case.review.context.get("effect")
    if not key:
        raise NotForThisKind("There is no effect here that somebody must vouch for.")
    check_way(case, str(verdict))
    check_not_requester(signer.id, case.asked_by)
    if happened and not receipt.strip():
        raise WordsNeeded("Give the receiver's reference: the receipt, booking or message number.")
    said = {"words": words, "receipt": receipt}
    decision = _close(case, verdict, now=now, said=said, watched=watched, request_key=request_key)
    with refused_by_the_run():
        steering.settle_effect(case.run, key, happened=happened, receipt=receipt, by=signer, now=now)
    return decision


@durable("review.judge_sample")
def judge_sample(
    *,
    review_id: UUID,
    signer: User,
    seen: str,
    verdict: Verdict,
    now: datetime,
    words: str = "",
    edits: Mapping[str, Any] | None = None,
    watched: Mapping[str, Any] | None = None,
    request_key: str | None = None,
) -> Decision:
    """Say what should have happened with something done automatically; nothing follows but knowledge.

    Raises as `answer` does.
    """
    if verdict not in OF_A_SAMPLE:
        raise NotForThisKind(f"{verdict} is no verdict on a sample.")
    case = lock_case(review_id, signer, request_key=request_key)
    if case.said:
        return same_or_refuse(case.said, {verdict})
    _check(case, seen, ReviewKind.SAMPLE)
    check_not_requester(signer.id, case.asked_by)
    said = {"words": words, "edits": dict(edits or {})}
    return _close(case, verdict, now=now, said=said, watched=watched, request_key=request_key)


def _check(case: Case, seen: str, kind: ReviewKind) -> None:
    check_open(case.review)
    check_kind(case.review, kind)
    check_seen(case.review, seen)


def _close(case: Case, verdict: Verdict, *, now: datetime, **said: Any) -> Decision:
    decision = record_decision(case, verdict, now=now, **said)
    case.review.move_to(ReviewStatus.DECIDED, at=now)
    return decision
