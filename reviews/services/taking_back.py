"""A signature is taken back: within the desk's seconds, or as long as nothing fired."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from agentops.core.models import User
from agentops.core.permissions import Role
from reviews.lifecycle import ReviewStatus, Verdict
from reviews.models import Review
from reviews.services.case import Case, lock_case, signatures
from reviews.services.opening import open_next
from reviews.services.recording import record_decision
from reviews.services.refusals import MayNotSign, ReviewClosed, TooLateToTakeBack, WordsNeeded
from runs import steering
from runs.models import Proposal
from runs.points import durable


@durable("review.undo")
def undo(*, review_id: UUID, signer: User, now: datetime) -> Review:
    """Undo an approval within its desk's seconds; returns the review that is open again.

    Raises `TooLateToTakeBack`, `MayNotSign` (only who signed may undo), `ReviewClosed` (nothing to undo).
    """
    case = lock_case(review_id, signer)
    proposal, signers = _signed(case)
    if signer.id not in signers:
        raise MayNotSign("not_a_signer", "Only somebody who signed this can undo it.")
    if case.review.is_open:
        return _withdraw_signature(case, now=now, words="")
    closed_at = case.review.closed_at or now
    if now > closed_at + timedelta(seconds=case.desk.undo_seconds):
        raise TooLateToTakeBack("The time to undo this is over.")
    return _reopen(case, proposal, now=now, words="")


@durable("review.revoke")
def revoke(*, review_id: UUID, signer: User, words: str, now: datetime) -> Review:
    """Take signatures back as long as nothing fired, saying why: by a signer, or a controller of the desk.

    Raises as `undo` does.
    """
    if not words.strip():
        raise WordsNeeded("Say in a few words why.")
    case = lock_case(review_id, signer)
    proposal, signers = _signed(case)
    if signer.id not in signers and Role.CONTROLLER not in case.who.roles:
        raise MayNotSign("not_a_signer", "Only somebody who signed this, or a controller, can revoke it.")
    if case.review.is_open:
        return _withdraw_signature(case, now=now, words=words)
    return _reopen(case, proposal, now=now, words=words)


def _signed(case: Case) -> tuple[Proposal, list[UUID]]:
    proposal = case.actionable()
    signers = signatures(proposal, case.review.round)
    if not signers or case.review.status not in (ReviewStatus.SIGNED_ONCE, ReviewStatus.DECIDED):
        if case.review.is_open:
            raise MayNotSign("not_signed", "Nobody has signed this.")
        raise ReviewClosed(case.review)
    return proposal, signers


def _withdraw_signature(case: Case, *, now: datetime, words: str) -> Review:
    record_decision(case, Verdict.TAKE_BACK, now=now, said={"words": words})
    case.review.round += 1
    case.review.move_to(ReviewStatus.OPEN, at=now, also=("round",))
    return case.review


def _reopen(case: Case, proposal: Proposal, *, now: datetime, words: str) -> Review:
    try:
        steering.undo_approval(case.run, proposal, now=now)
    except steering.SteeringError as error:
        raise TooLateToTakeBack(str(error) or "It fired already, and cannot be taken back here.") from error
    record_decision(case, Verdict.TAKE_BACK, now=now, said={"words": words})
    return open_next(case.review, desk=case.desk, now=now, round=case.review.round + 1)
