"""What people taught the house about a counterparty: from corrections that they signed, and from nothing else.

Nothing that came in from outside, and nothing that a model wrote, is ever remembered: the database takes a row only
in the name of a person, with the proposal that they corrected and signed. A memory is not changed; it ends, or the
next one of its topic takes its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from agentops.core.audit.trail import Actor, Event, append
from agentops.core.models import User
from agentops.knowledge.models import Memory

STREAM = "knowledge"
LONGEST = 500


class NotRemembered(ValueError):
    """This cannot be remembered; the message says why."""


@dataclass(frozen=True, slots=True)
class Known:
    """One memory as evidence: what, since when, from which signed proposal."""

    topic: str
    words: str
    source: str
    since: datetime
    digest: str

    def as_evidence(self) -> dict[str, object]:
        """A row for a proposal's evidence."""
        return {
            "title": f"Remembered: {self.topic}",
            "kind": "memory",
            "ref": self.source,
            "at": self.since.isoformat(),
            "score": None,
            "excerpt": self.words,
        }


@transaction.atomic
def remember(*, about: str, topic: str, words: str, proposal: UUID, digest: str, by: User, now: datetime) -> Memory:
    """Keep what a person's signed correction says about a counterparty; the same again changes nothing.

    `proposal` and `digest` name what was corrected and signed. Raises `NotRemembered`.
    """
    if not by.is_person:
        raise NotRemembered("Only what a person corrected and signed is remembered.")
    if not about or not words.strip() or len(words) > LONGEST or "\0" in words:
        raise NotRemembered(f"A memory is about somebody and has 1 to {LONGEST} characters.")
    there = Memory.objects.select_for_update().filter(about=about, topic=topic, ended_at=None).first()
    if there is not None and there.words == words:
        return there
    if there is not None:
        _end(there, by, now)
    memory = Memory.objects.create(
        about=about, topic=topic, words=words, proposal=proposal, digest=digest, taught_by=by, taught_at=now
    )
    append(STREAM, Event(action="memory.taught", actor=Actor.of(by), object=("memory", str(memory.pk), digest)))
    return memory


@transaction.atomic
def forget(*, memory_id: UUID, by: User, now: datetime) -> None:
    """It is not used any more. Raises `Memory.DoesNotExist`, `NotRemembered`."""
    if not by.is_person:
        raise NotRemembered("Only a person ends what people taught.")
    memory = Memory.objects.select_for_update().get(pk=memory_id)
    if memory.ended_at is None:
        _end(memory, by, now)


def known_about(about: str) -> list[Known]:
    """What is remembered about a counterparty, newest first."""
    rows = Memory.objects.filter(about=about, ended_at=None).order_by("-taught_at", "topic")
    return [Known(row.topic, row.words, f"proposal {row.proposal}", row.taught_at, row.digest) for row in rows]


def _end(memory: Memory, by: User, now: datetime) -> None:
    memory.ended_at, memory.ended_by = now, by
    memory.save(update_fields=["ended_at", "ended_by"])
    append(STREAM, Event(action="memory.ended", actor=Actor.of(by), object=("memory", str(memory.pk), memory.digest)))
