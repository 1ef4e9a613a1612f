"""A decision and its event: a row, a link in the run's chain, and the words apart from both, encrypted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from agentops.core.audit import payloads
from agentops.core.audit.trail import Actor, Event
from agentops.core.ids import uuid7
from reviews.lifecycle import Verdict
from reviews.models import Decision, Review
from reviews.services.case import Case
from reviews.sql import insert_decision
from runs import steering
from runs.models import Proposal, Run

SAID = "said"  # the name of the payload: words, edits, fields
ACTIONS = {
    Verdict.HAND_OVER: "review.handed_over",
    Verdict.TAKE_OVER: "review.taken_over",
    Verdict.TAKE_BACK: "review.taken_back",
}
REVIEWS = Actor.system("reviews")


def record_decision(
    case: Case,
    verdict: Verdict,
    *,
    now: datetime,
    proposal: Proposal | None = None,
    code: str = "",
    said: Mapping[str, Any] | None = None,
    watched: Mapping[str, Any] | None = None,
    request_key: str | None = None,
    data: Mapping[str, Any] | None = None,
    is_last: bool = True,
    write: Callable[[Run, Event], None] = steering.record_event,
) -> Decision:
    """Write down what somebody said: their row, and the event in the run's stream, in one transaction.

    `write` puts the event there, and may do more in the same statement.
    """
    review, proposal = case.review, proposal or case.proposal
    said = {key: value for key, value in (said or {}).items() if value}
    commitment = payloads.commit(said) if said else None
    decision = Decision(
        id=uuid7(),
        review=review,
        proposal=proposal,
        desk_id=review.desk_id,
        round=review.round,
        digest=proposal.digest if proposal else review.digest,
        person=case.person,
        verdict=verdict,
        code=code,
        seen=dict(watched or {}),
        request_key=request_key,
        decided_at=now,
    )
    action = ACTIONS.get(verdict) or ("review.decided" if is_last else "review.signed")
    write(
        case.run,
        Event(
            action=action,
            actor=Actor.of(case.person),
            object=("review", str(review.id), review.number),
            run=case.run.id,
            action_hash=decision.digest,
            decision=str(verdict),
            reason=code or None,
            request_id=request_key,
            policy=proposal.policy if proposal else None,
            data={"decision": str(decision.id), "round": review.round, **(data or {})},
            commits={SAID: commitment.hex} if commitment else {},
            facets=facets(review),
        ),
    )
    if commitment:
        decision.audit_seq = case.run.audit_seq
        payloads.store(stream_of(case.run), case.run.audit_seq, subject_of(review), commitment, name=SAID)
    insert_decision(decision)
    return decision


def record_event(
    run: Run, review: Review, action: str, *, reason: str | None = None, data: Mapping[str, Any] | None = None
) -> None:
    """Write down what nobody in person did: an opening, an expiry, a withdrawal."""
    steering.record_event(
        run,
        Event(
            action=action,
            actor=REVIEWS,
            object=("review", str(review.id), review.number),
            run=run.id,
            action_hash=review.digest,
            reason=reason,
            data=dict(data or {}),
            facets=facets(review),
        ),
    )


def words_of(decision: Decision) -> dict[str, Any]:
    """What was said with a decision: `words`, `edits`, `fields`; `{"erased": True}` once its key is gone."""
    if decision.audit_seq is None:
        return {}
    try:
        found: dict[str, Any] = payloads.read(f"run:{decision.review.run_id}", decision.audit_seq, name=SAID)
    except (payloads.PayloadErased, payloads.PayloadMissing):
        return {"erased": True}
    return found


def facets(review: Review) -> tuple[str, ...]:
    """What the event can be searched by."""
    return (f"counterparty={review.counterparty}",) if review.counterparty else ()


def stream_of(run: Run) -> str:
    return f"run:{run.id}"


def subject_of(review: Review) -> str:
    """Whom erasing the words would concern."""
    return f"counterparty:{review.counterparty}" if review.counterparty else f"run:{review.run_id}"
