"""Saying yes: approve, and edit and approve."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from agentops.core.audit.trail import Event
from agentops.core.models import User
from reviews.lifecycle import APPROVING, ReviewStatus, Verdict
from reviews.models import Decision, Review
from reviews.services.case import (
    Case,
    check_not_blocked,
    check_open,
    check_seen,
    is_signed_once,
    lock_case,
    same_or_refuse,
    signatures,
)
from reviews.services.following import refused_by_the_run
from reviews.services.recording import record_decision
from reviews.services.refusals import MayNotSign, RunRefused, StepUpNeeded
from reviews.services.snoozing import end_snooze
from reviews.standing import (
    check_may_sign_second,
    check_not_author,
    check_not_requester,
    check_within_limit,
)
from reviews.step_up import StepUp
from runs import steering
from runs.models import Proposal, Run
from runs.points import durable


@durable("review.approve")
def approve(
    *,
    review_id: UUID,
    signer: User,
    seen: str,
    now: datetime,
    words: str = "",
    watched: Mapping[str, Any] | None = None,
    request_key: str | None = None,
    step_up: StepUp | None = None,
) -> Decision:
    """Sign the proposal that `signer` saw.

    Raises `ReviewClosed`, `ProposalChanged`, `Blocked`, `MayNotSign`, `StepUpNeeded` (second signatures
    only), `RequestKeyReused`.
    """
    # The locks let the second of two simultaneous clicks see what the first one did.
    case = lock_case(review_id, signer, request_key=request_key)
    if case.said:
        return same_or_refuse(case.said, APPROVING)
    check_open(case.review)
    proposal = case.actionable()
    check_seen(case.review, seen)
    check_not_blocked(proposal)
    signed = signatures(proposal, case.review.round) if is_signed_once(case.review) else []
    check_may_sign(case, proposal, signed)
    if signed:
        check_step_up(case, proposal, step_up, now)

    said = {"words": words}
    return _sign(
        case,
        proposal,
        Verdict.APPROVE,
        [*signed, signer.id],
        now=now,
        said=said,
        watched=watched,
        request_key=request_key,
    )


@durable("review.edit_and_approve")
def edit_and_approve(
    *,
    review_id: UUID,
    signer: User,
    seen: str,
    edits: Mapping[int, Mapping[str, Any]],
    now: datetime,
    words: str = "",
    watched: Mapping[str, Any] | None = None,
    request_key: str | None = None,
) -> Decision:
    """Change arguments by action, have them validated and gated again, and sign what becomes of them.

    The editor counts as the author of the next proposal; the edit is their one signature. Earlier signatures
    were given for something else and are void. Raises as `approve` does, and `RunRefused` with the errors by
    field where the edit does not hold.
    """
    case = lock_case(review_id, signer, request_key=request_key)
    if case.said:
        return same_or_refuse(case.said, APPROVING)
    check_open(case.review)
    before = case.actionable()
    check_seen(case.review, seen)
    check_not_requester(signer.id, case.asked_by)

    after = amended(case, before, edits, now)
    check_not_blocked(after)
    check_within_limit(case.who, after)
    _show(case.review, after)
    case.proposal = after
    said = {
        "words": words,
        "edits": [{"action": ordinal, "args": dict(args)} for ordinal, args in edits.items()],
    }
    return _sign(
        case,
        after,
        Verdict.EDIT,
        [signer.id],
        now=now,
        also=_SHOWN,
        said=said,
        watched={**(watched or {}), "digest": seen},
        request_key=request_key,
        data={"edited_from": before.digest},
    )


def check_may_sign(case: Case, proposal: Proposal, signed: list[UUID]) -> None:
    """Raises `MayNotSign`: requester, author, twice, over the own limit, no right to the second signature."""
    check_not_requester(case.who.id, case.asked_by)
    if case.who.id in signed:
        raise MayNotSign("signed_already", "You signed this already. Another person must sign second.")
    check_not_author(case.who.id, proposal.authors)
    check_within_limit(case.who, proposal)
    if signed:
        check_may_sign_second(case.who, desk=case.desk.name)


def check_step_up(case: Case, proposal: Proposal, step_up: StepUp | None, now: datetime) -> None:
    """Raises `StepUpNeeded` unless the person proved who they are for this digest within five minutes."""
    if step_up is None or not step_up.proves(case.who.id, proposal.digest, now):
        raise StepUpNeeded("The second signature needs your password again, for exactly this proposal.")


def _sign(
    case: Case,
    proposal: Proposal,
    verdict: Verdict,
    signers: list[UUID],
    *,
    now: datetime,
    also: tuple[str, ...] = (),
    **told: Any,
) -> Decision:
    """Write the signature down; with the last one the run goes on, in the statement that records it."""
    is_last, review = len(signers) >= proposal.signatures, case.review

    def write(run: Run, event: Event) -> None:
        if is_last:
            _go_on(case, proposal, signers, event, now=now)
        else:
            steering.record_event(run, event)

    decision = record_decision(case, verdict, now=now, is_last=is_last, write=write, **told)
    if is_last:
        review.move_to(ReviewStatus.DECIDED, at=now, also=also)
    else:
        review.claimed_by_id = review.claimed_until = review.assigned_to_id = None
        review.move_to(ReviewStatus.SIGNED_ONCE, at=now, also=("assigned_to", *also))
        if review.snoozed_until is not None:  # it waits for somebody else now
            end_snooze(review)
    return decision


def _go_on(case: Case, proposal: Proposal, signers: list[UUID], event: Event, *, now: datetime) -> None:
    # Expiry and undo are measured by the database's clock, as everything is that a machine waits for.
    clock, desk = case.who.at, case.desk
    with refused_by_the_run():
        steering.approve_proposal(
            case.run,
            proposal,
            event,
            signers=signers,
            expires_at=clock + timedelta(hours=desk.approval_hours),
            not_before=clock + timedelta(seconds=desk.undo_seconds) if desk.undo_seconds else None,
            now=now,
        )


_SHOWN = (
    "proposal", "digest", "title", "reasons", "codes", "urgent", "counterparty", "amount", "currency",
    "converted", "confidence",
)  # fmt: skip


def _show(review: Review, proposal: Proposal) -> None:
    """The review goes on with the next version of its proposal."""
    from reviews.services.opening import facets_of

    review.proposal = proposal
    for name, value in facets_of(proposal).items():
        setattr(review, name, value)


def amended(case: Case, before: Proposal, edits: Mapping[int, Mapping[str, Any]], now: datetime) -> Proposal:
    """The proposal that follows from an edit, validated and gated again. Raises `RunRefused`."""
    asked = {ordinal: dict(args) for ordinal, args in edits.items() if args}
    if not asked:
        raise RunRefused("Nothing was edited. To sign it as it stands, approve it.")
    try:
        return steering.amend_proposal(case.run, before, edits=asked, editor=case.person, now=now)
    except steering.InvalidEdit as error:
        raise RunRefused(str(error), errors=_by_field(error)) from error
    except steering.SteeringError as error:
        raise RunRefused(str(error)) from error


def _by_field(error: steering.InvalidEdit) -> dict[str, str]:
    """`{"0.amount": "..."}`: the ordinal of the action and the argument, as forms name them."""
    return {
        f"{ordinal}.{problem.field}": problem.message
        for ordinal, problems in error.problems.items()
        for problem in problems
    }
