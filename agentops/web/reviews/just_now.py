"""What this person decided a moment ago, with its way back while the desk's seconds run."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from agentops.web.formatting import money
from agentops.web.queue.rows import headlines
from agentops.web.request import PersonRequest
from reviews.lifecycle import APPROVING, Verdict
from reviews.models import Decision, Review

TOLD = {
    Verdict.APPROVE: ("Approved", ""),
    Verdict.EDIT: ("Approved with your edits", ""),
    Verdict.REJECT: ("Rejected", "Nothing was posted or paid."),
    Verdict.SEND_BACK: ("Sent back", "The agent runs again with what you said."),
    Verdict.HAND_OVER: ("Handed over", ""),
    Verdict.ANSWER: ("Answered", "The run goes on."),
    Verdict.RETRY: ("Tries again", ""),
    Verdict.BY_HAND: ("Done by hand", "The run goes on with it. What follows waits for a signature."),
    Verdict.HAPPENED: ("Recorded", "It did happen."),
    Verdict.DID_NOT_HAPPEN: ("Recorded", "It did not happen."),
}


@dataclass(frozen=True)
class JustDecided:
    """One line above the next item."""

    review_id: UUID
    number: int
    said: str
    about: str
    more: str
    seconds_left: int


def just_decided(request: PersonRequest, now: datetime) -> JustDecided | None:
    """The decision named in the address by `done`, if it is this person's own and fresh."""
    try:
        name = UUID(request.GET.get("done", ""))
    except ValueError:
        return None
    found = Decision.objects.select_related("review__desk", "proposal").filter(id=name, person=request.user).first()
    if found is None or now - found.decided_at > timedelta(minutes=10):
        return None
    review, left = found.review, 0
    if found.verdict in APPROVING and not review.is_open:
        until = found.decided_at + timedelta(seconds=review.desk.undo_seconds)
        left = max(0, int((until - now).total_seconds()))
    said, more = TOLD.get(Verdict(found.verdict), ("Kept", "Thank you."))
    if found.verdict in APPROVING and review.is_open:
        said, more = "Signed", "A second person must sign as well."
    return JustDecided(review.id, review.number, said, _about(review), more, left)


def _about(review: Review) -> str:
    """`NW-11873, 18,240.00 EUR`: enough to know it again."""
    named = headlines([review]).get(review.run_id)
    name = named.number if named and named.number else ""
    worth = money(review.amount, review.currency) if review.amount is not None else ""
    return ", ".join(part for part in (name, worth) if part)
