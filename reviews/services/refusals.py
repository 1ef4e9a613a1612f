"""Why a decision was not taken. Each message is written for the person who made it."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from reviews.changes import Change, changes
from reviews.lifecycle import APPROVING, ReviewStatus, Verdict
from reviews.models import Decision, Review
from reviews.standing import MayNotSign, ReviewError
from runs.models import Proposal

__all__ = [
    "Blocked",
    "ClaimedByAnother",
    "MayNotSign",
    "NoSuchReview",
    "NotForThisKind",
    "ProposalChanged",
    "RequestKeyReused",
    "ReviewClosed",
    "ReviewError",
    "RunRefused",
    "StepUpNeeded",
    "TooLateToTakeBack",
    "WordsNeeded",
]


class NoSuchReview(ReviewError):
    """There is no review of this id."""


class NotForThisKind(ReviewError):
    """This verdict does not answer a review of this kind."""


class Blocked(ReviewError):
    """A check that blocks stands, and no signature overrides it."""


class StepUpNeeded(ReviewError):
    """The second signature needs the person to prove again who they are, for exactly this digest."""


class WordsNeeded(ReviewError):
    """The verdict needs a code it knows, or words, and has none."""


class RequestKeyReused(ReviewError):
    """The key of this request was used for another decision."""


class TooLateToTakeBack(ReviewError):
    """The approval fired, or the time to undo it is over."""


class RunRefused(ReviewError):
    """The run cannot do what was decided: rounds used up, an effect unsettled, an edit that does not hold."""

    def __init__(self, message: str, *, errors: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.errors = errors or {}


class ClaimedByAnother(ReviewError):
    """Somebody else holds the claim; deciding is possible all the same."""

    def __init__(self, holder: str, until: datetime) -> None:
        super().__init__(f"{holder} is reviewing this until {_clock(until)}. You can take it over.")
        self.holder, self.until = holder, until


class ReviewClosed(ReviewError):
    """Somebody decided this review, or it expired, meanwhile. `decision` is theirs, None if nobody's."""

    def __init__(self, review: Review) -> None:
        self.review = review
        self.decision = last_word(review)
        super().__init__(what_became_of(review, self.decision))


class ProposalChanged(ReviewError):
    """The proposal is no longer the one that was seen; `changes` says what differs, `current` is it now."""

    def __init__(self, *, current: Proposal | None, seen: Proposal | None, digest: str) -> None:
        self.current, self.digest = current, digest
        self.changes: tuple[Change, ...] = changes(seen, current) if current else ()
        named = ", ".join(change.label for change in self.changes[:3])
        super().__init__(
            "This proposal changed while you were reading"
            + (f": {named}{' and more' if len(self.changes) > 3 else ''}." if named else ".")
            + " Nothing was decided; your draft is kept."
        )


ENDING = [str(verdict) for verdict in set(Verdict) - {Verdict.HAND_OVER, Verdict.TAKE_OVER, Verdict.TAKE_BACK}]


def last_word(review: Review) -> Decision | None:
    """The decision that closed a review."""
    return review.decisions.filter(verdict__in=ENDING).select_related("person").order_by("decided_at", "id").last()


def what_became_of(review: Review, decision: Decision | None) -> str:
    """One sentence: who decided what and when, or that nobody did."""
    return became(review, (decision.verdict, decision.person.name, decision.decided_at) if decision else None)


def became(review: Review, last: tuple[str, str, datetime] | None) -> str:
    """The same from the verdict, the name and the time of the decision that closed it, if one did."""
    if review.status == ReviewStatus.EXPIRED:
        return f"This expired at {_clock(review.closed_at)}; nobody had decided. {review.closed_why}".strip()
    if review.status == ReviewStatus.WITHDRAWN or last is None:
        return f"This was withdrawn at {_clock(review.closed_at)}. {review.closed_why}".strip()
    verdict, name, at = last
    said = "approved" if verdict in APPROVING else PAST.get(verdict, verdict)
    return f"{name} {said} this at {_clock(at)}."


PAST: dict[str, str] = {
    Verdict.REJECT: "rejected",
    Verdict.SEND_BACK: "sent back",
    Verdict.ANSWER: "answered",
    Verdict.RETRY: "let the run try again on",
    Verdict.BY_HAND: "did a step by hand in",
    Verdict.HAPPENED: "said that it did happen, about",
    Verdict.DID_NOT_HAPPEN: "said that it did not happen, about",
}
for _verdict in (Verdict.WOULD_APPROVE, Verdict.WOULD_EDIT, Verdict.WOULD_REJECT, Verdict.UNSURE):
    PAST[_verdict] = "checked"


def _clock(at: datetime | None) -> str:
    return "" if at is None else f"{timezone.localtime(at):%H:%M on %d %b %Y}"
