"""What this person decided a moment ago, with its way back while the desk's seconds run."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
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

NOTED = "just_decided"
FRESH = timedelta(minutes=10)


@dataclass(frozen=True)
class JustDecided:
    """One line above the next item."""

    review_id: UUID
    number: int
    said: str
    about: str
    more: str
    seconds_left: int


def note(request: PersonRequest, decision: Decision) -> None:
    """Keep what was just decided with the session, so that the page that follows need not look it up again."""
    found = _looked_up(decision.pk, request)
    if found:
        until = found.decided_at + timedelta(seconds=_undo_seconds(found))
        request.session[NOTED] = {"id": str(found.pk), "until": until.timestamp(), **_told(found)}


def just_decided(request: PersonRequest, now: datetime, named: str = "") -> JustDecided | None:
    """The decision that is `named`, or in the address by `done`, if it is this person's own and fresh."""
    try:
        name = UUID(named or request.GET.get("done", ""))
    except ValueError:
        return None
    noted = dict(request.session.get(NOTED) or {})
    if noted.pop("id", "") != str(name):
        found = _looked_up(name, request)
        if found is None or now - found.decided_at > FRESH:
            return None
        noted = {"until": found.decided_at.timestamp() + _undo_seconds(found), **_told(found)}
    left = max(0, int(noted.pop("until") - now.timestamp()))
    return JustDecided(review_id=UUID(noted.pop("review")), seconds_left=left, **noted)


def _looked_up(name: UUID, request: PersonRequest) -> Decision | None:
    return Decision.objects.select_related("review__desk").filter(id=name, person=request.user).first()


def _undo_seconds(found: Decision) -> int:
    """For how long an approval that is complete can be taken back."""
    return found.review.desk.undo_seconds if found.verdict in APPROVING and not found.review.is_open else 0


def _told(found: Decision) -> dict[str, Any]:
    said, more = TOLD.get(Verdict(found.verdict), ("Kept", "Thank you."))
    if found.verdict in APPROVING and found.review.is_open:
        said, more = "Signed", "A second person must sign as well."
    about = _about(found.review)
    return {"review": str(found.review_id), "number": found.review.number, "said": said, "about": about, "more": more}


def _about(review: Review) -> str:
    """`NW-11873, 18,240.00 EUR`: enough to know it again."""
    named = headlines([review]).get(review.run_id)
    name = named.number if named and named.number else ""
    worth = money(review.amount, review.currency) if review.amount is not None else ""
    return ", ".join(part for part in (name, worth) if part)
