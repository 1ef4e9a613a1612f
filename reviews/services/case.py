"""The opening of every decision: lock the run and then the review, and read who is deciding."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from agentops.core.models import User
from reviews.changes import checks_of
from reviews.lifecycle import APPROVING, ReviewKind, ReviewStatus
from reviews.models import Decision, Desk, Review
from reviews.services.refusals import (
    Blocked,
    NoSuchReview,
    NotForThisKind,
    ProposalChanged,
    RequestKeyReused,
    ReviewClosed,
)
from reviews.sql import lock_review, lock_run_of
from reviews.standing import Standing, check_may_decide, standing_before
from runs.models import Proposal, Run


@dataclass(slots=True)
class Case:
    """One review under lock, and the person before it."""

    run: Run
    review: Review
    desk: Desk
    proposal: Proposal | None
    person: User
    who: Standing
    asked_by: tuple[UUID, ...]  # who may not decide it, because their hand is in what was asked for
    said: Decision | None  # what the same request was answered before

    def actionable(self) -> Proposal:
        """The proposal; raises `NotForThisKind` where the review has none that could be signed."""
        if self.proposal is None or self.review.kind != ReviewKind.APPROVAL:
            raise NotForThisKind(f"A review of the kind {self.review.kind} is not approved.")
        return self.proposal


def lock_case(review_id: UUID, person: User, *, request_key: str | None = None) -> Case:
    """Lock run and review, in this order, and read who is deciding; raises `NoSuchReview`, `MayNotSign`.

    A closed review passes, so that a request that was answered before gets its answer again.
    """
    run = lock_run_of(review_id)
    if run is None:
        raise NoSuchReview("There is no such review.")
    review = lock_review(review_id)
    who, asked_by = standing_before(run.id, person.id, review.desk_id)
    check_may_decide(who, desk=review.desk.name)
    assert who is not None  # noqa: S101 - just checked
    said = _said_before(request_key, person, review) if request_key else None
    return Case(run, review, review.desk, review.proposal, person, who, asked_by, said)


def check_open(review: Review) -> None:
    """Raises `ReviewClosed`, which says who decided what and when."""
    if not review.is_open:
        raise ReviewClosed(review)


def check_seen(review: Review, seen: str) -> None:
    """Raises `ProposalChanged`, which says what changed, unless `seen` is what stands there now."""
    if seen != review.digest:
        earlier = Proposal.objects.filter(run_id=review.run_id, digest=seen).order_by("number").last()
        raise ProposalChanged(current=review.proposal, seen=earlier, digest=review.digest)


def check_kind(review: Review, *kinds: ReviewKind) -> None:
    """Raises `NotForThisKind`."""
    if review.kind not in kinds:
        raise NotForThisKind(f"This does not answer a review of the kind {review.kind}.")


def check_not_blocked(proposal: Proposal) -> None:
    """Raises `Blocked` while a check that blocks stands."""
    if proposal.blocked or proposal.verdict == "deny":
        names = [
            str(check.get("sentence") or check.get("name"))
            for check in checks_of(proposal)
            if not check.get("passed") and check.get("severity") == "blocks"
        ]
        because = f": {'; '.join(names[:3])}" if names else ""
        raise Blocked(f"Approving is off while a check blocks{because}. No signature overrides it.")


def signatures(proposal: Proposal, round: int) -> list[UUID]:
    """Who has signed this proposal in this round, oldest first."""
    return list(
        Decision.objects.filter(proposal=proposal, round=round, verdict__in=[str(v) for v in APPROVING])
        .order_by("decided_at", "id")
        .values_list("person_id", flat=True)
    )


def is_signed_once(review: Review) -> bool:
    return review.status == ReviewStatus.SIGNED_ONCE


def _said_before(request_key: str, person: User, review: Review) -> Decision | None:
    said = Decision.objects.filter(person=person, request_key=request_key).first()
    if said is not None and said.review_id != review.id:
        raise RequestKeyReused("The key of this request was used for another review.")
    return said


def same_or_refuse(said: Decision, verdicts: Collection[Any]) -> Decision:
    """The first answer to a request that came twice; raises `RequestKeyReused` if it asks for more."""
    if said.verdict not in verdicts:
        raise RequestKeyReused(f"The key of this request was used before, to {said.get_verdict_display().lower()}.")
    return said
