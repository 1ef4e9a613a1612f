"""Messages of counterparties: one answers the run that waits on its thread, once; a wait that lasted too long is over.

What a message says is data for the agent that asked: it chooses no run, no step and no tool. Which run it reaches is
decided by its thread alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from agentops.core.audit.trail import Actor, Event
from agentops.core.clock import db_now
from agentops.core.hashing import canonical_json, digest, plain
from agentops.core.models import User
from runs import bell, sql
from runs.lifecycle import Awaiting, RunStatus
from runs.models import Await, Run
from runs.points import durable
from runs.services.ending import TICKER, record
from runs.services.errors import RunError

MOST_BYTES = 200_000  # of a message with all that comes with it


class MessageTooLarge(RunError):
    """The message is longer than an answer may be; store it and deliver what refers to it."""


@dataclass(frozen=True, slots=True)
class Message:
    """What came in. `id` is the sender's name for it (a Message-ID), `more` plain JSON values. Text of strangers."""

    id: str
    text: str
    sender: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Digest of its name: two messages of one name on one thread are one."""
        return digest(["message", self.id])

    def as_json(self) -> dict[str, Any]:
        """As the agent reads it; without the one character that the database cannot hold."""
        told: dict[str, Any] = _without_nul(
            {"id": self.id, "text": self.text, "sender": self.sender, "more": dict(self.more)}
        )
        return told


class Received(StrEnum):
    """What became of a message."""

    ANSWERED = "answered"  # it is the answer of the run that waited
    KNOWN = "known"  # it was delivered before
    NOBODY_WAITS = "nobody_waits"  # the caller keeps it: it was not recorded here


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message, and the run it concerns: for `nobody_waits` the last that waited on its thread."""

    received: Received
    run_id: UUID | None = None


def deliver_message(*, thread: str, message: Message, by: User, now: datetime) -> Delivery:
    """Give the message to the run that waits on its thread and wake it; safe to repeat under the message's id.

    Raises `MessageTooLarge`. A message that nobody waits for is reported back and not kept.
    """
    told = message.as_json()
    size = len(canonical_json(plain(told)))
    if size > MOST_BYTES:
        raise MessageTooLarge(f"The message has {size} bytes; an answer has at most {MOST_BYTES}.")
    while waiting := _waiting(thread):
        if _is_known(thread, message):
            break
        with durable("message.deliver"):
            run = Run.objects.select_for_update().get(pk=waiting.run_id)
            answer = {"outcome": "answered", "message": told, "by": str(by.pk), "at": now.isoformat()}
            if _answer(waiting, answer, message_key=message.key):
                _record(run, "message.delivered", Actor.of(by), commit=told, size=size)
                _wake(run)
                return Delivery(Received.ANSWERED, run.pk)
        # Another message answered it, or its time was up, a moment ago: who waits now?
    return _not_needed(thread, message)


def expire_messages() -> int:
    """End the waits that lasted too long: `expired` is the answer, and what follows from it the agent's to say."""
    with durable("sweep.messages"):
        rows = sql.query(_OVERDUE)
        for (run_id,) in rows:
            run = Run.objects.get(pk=run_id)
            for waiting in Await.objects.filter(run_id=run_id, kind=Awaiting.MESSAGE, answered_at=None):
                if _answer(waiting, {"outcome": "expired", "message": None}):
                    _record(run, "message.expired", TICKER)
            _wake(run)
    return len(rows)


_OVERDUE = """
SELECT id FROM runs_run WHERE status = 'awaiting' AND awaiting = 'message' AND due_at <= now()
ORDER BY due_at LIMIT 200 FOR UPDATE SKIP LOCKED
"""


def _waiting(thread: str) -> Await | None:
    return Await.objects.filter(thread=thread, answered_at=None).first()


def _is_known(thread: str, message: Message) -> bool:
    return Await.objects.filter(thread=thread, message_key=message.key).exists()


def _not_needed(thread: str, message: Message) -> Delivery:
    earlier = Await.objects.filter(thread=thread)
    known = earlier.filter(message_key=message.key).first()
    if known is not None:
        return Delivery(Received.KNOWN, known.run_id)
    last = earlier.order_by("-created_at").first()
    return Delivery(Received.NOBODY_WAITS, last.run_id if last else None)


def _answer(waiting: Await, answer: dict[str, Any], message_key: str | None = None) -> bool:
    """The caller has locked the run; False if it was answered meanwhile."""
    still_open = Await.objects.filter(pk=waiting.pk, answered_at=None)
    return bool(still_open.update(answer=answer, answered_at=db_now(), message_key=message_key))


def _record(run: Run, action: str, actor: Actor, commit: Any = None, **data: Any) -> None:
    if commit is not None:
        salted = bytes(run.given.salt) + canonical_json(plain(commit))
        data["message"] = hashlib.sha256(salted).hexdigest()
    record(run, Event(action=action, actor=actor, run=str(run.id), data=data))


def _wake(run: Run) -> None:
    waiting = Run.objects.filter(pk=run.pk, status=RunStatus.AWAITING, awaiting=Awaiting.MESSAGE)
    waiting.update(status=RunStatus.QUEUED, awaiting=None, due_at=db_now())
    bell.ring_on_commit()


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, Mapping):
        return {str(_without_nul(key)): _without_nul(item) for key, item in value.items()}
    return [_without_nul(item) for item in value] if isinstance(value, list | tuple) else value
