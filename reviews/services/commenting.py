"""Comments: words between people about a review. They decide nothing, and everybody who sees the review may write."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from agentops.core.audit import payloads
from agentops.core.audit.trail import Actor, Event
from agentops.core.models import User
from reviews.models import Comment
from reviews.queries.desks import may_see, people_at
from reviews.services.recording import SAID, stream_of, subject_of
from reviews.services.refusals import NoSuchReview, WordsNeeded
from reviews.services.snoozing import end_snooze
from reviews.sql import lock_review, run_of
from runs import steering
from runs.points import durable

WORDS = "words"
LONGEST = 4000
NAMED = re.compile(r"@([a-z0-9][a-z0-9._-]{1,60})", re.IGNORECASE)


@durable("review.comment")
def comment(*, review_id: UUID, person: User, words: str, now: datetime) -> Comment:
    """Say something beside a review, also after it was decided. `@anna.lindqvist` names somebody of its desk by the
    beginning of their address; they find it under what mentions them.

    Raises `WordsNeeded`, `NoSuchReview` (also for one that this person may not see).
    """
    said = words.replace("\x00", "").strip()
    if not said:
        raise WordsNeeded("Write something first.")
    if len(said) > LONGEST:
        raise WordsNeeded(f"This has {len(said)} characters; at most {LONGEST} are kept.")
    run_id = run_of(review_id)
    if run_id is None:
        raise NoSuchReview("There is no such review.")
    run = steering.lock_run(run_id)
    review = lock_review(review_id)
    if not person.is_person or not may_see(person, review):
        raise NoSuchReview("There is no such review.")
    called = {name.lower() for name in NAMED.findall(said)}
    named = [one.id for one in people_at(review.desk) if one.email.partition("@")[0].lower() in called]
    commitment = payloads.commit({"words": said})
    about = ("review", str(review.id), review.number)
    event = Event(
        action="review.commented",
        actor=Actor.of(person),
        object=about,
        run=run.id,
        data={"mentions": [str(one) for one in named]},
        commits={WORDS: commitment.hex},
    )
    steering.record_event(run, event)
    payloads.store(stream_of(run), run.audit_seq, subject_of(review), commitment, name=WORDS)
    if review.wakes_on_change:
        end_snooze(review)
    return Comment.objects.create(review_id=review.id, person=person, mentions=named, audit_seq=run.audit_seq, at=now)


def words_of_comment(made: Comment) -> str:
    """What was said; empty once its key is gone."""
    found = payloads.read_several(f"run:{made.review.run_id}", [made.audit_seq], name=WORDS)
    return str(found[made.audit_seq]["words"]) if made.audit_seq in found else ""


def words_about(run_id: UUID, seqs: Iterable[int | None]) -> dict[int, dict[str, Any]]:
    """What was said with decisions and comments about a run, by the place of their entries, in one query; without
    those whose key is gone."""
    there = [seq for seq in seqs if seq is not None]
    return payloads.read_several(f"run:{run_id}", there, name=(SAID, WORDS)) if there else {}
