"""What a person thinks of a run's result."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from agentops.core.audit.trail import Actor, Event
from agentops.core.models import User
from runs.leased import digest_of_row
from runs.lifecycle import ENDED, RunStatus
from runs.models import Feedback, Run
from runs.models.feedback import LONGEST
from runs.points import durable
from runs.services.ending import record
from runs.services.errors import RunError


class NoFeedback(RunError):
    """Nothing to think of yet, or not from you; the message says which."""


def give_feedback(*, run_id: UUID, by: User, good: bool, words: str, now: datetime) -> Feedback:
    """Keep a thumb and a few words; said again, the newest counts. Raises `NoFeedback`."""
    words = words.replace("\0", "").strip()
    if by.kind != "person":
        raise NoFeedback("Only people give feedback.")
    if len(words) > LONGEST:
        raise NoFeedback(f"A comment has at most {LONGEST} characters; this one has {len(words)}.")
    with durable("run.feedback"):
        run = Run.objects.select_for_update(of=("self",)).select_related("given").get(pk=run_id)
        if RunStatus(run.status) not in ENDED and run.awaiting != "review":
            raise NoFeedback("There is no result yet: come back when the run has ended or waits for people.")
        found = Feedback.objects.create(run=run, person=by, good=good, words=words, given_at=now)
        # The words stand in the row; the event holds what proves them.
        commitment = digest_of_row(bytes(run.given.salt), [str(found.pk), good, words])
        record(
            run,
            Event(
                action="run.feedback",
                actor=Actor.of(by),
                run=str(run.pk),
                object=("feedback", str(found.pk), None),
                data={"good": good, "characters": len(words)},
                commits={"feedback": commitment},
            ),
        )
    return found
