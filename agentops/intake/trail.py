"""How this room writes the audit trail: one stream, names of things as ids, words in encrypted payloads."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from agentops.core.audit import payloads
from agentops.core.audit.trail import Actor, Event, append
from agentops.core.models import User

STREAM = "ways"
PART = Actor.system("ways")


def record(
    action: str,
    kind: str,
    object_id: UUID,
    by: User | Actor,
    *,
    reason: str | None = None,
    data: dict[str, Any] | None = None,
    told: dict[str, Any] | None = None,
    facets: tuple[str, ...] = (),
    run: UUID | None = None,
) -> None:
    """One event in the transaction of its change; `told` may hold personal data and is kept apart, encrypted."""
    commitment = payloads.commit(told) if told else None
    event = Event(
        action=action,
        actor=by if isinstance(by, Actor) else Actor.of(by),
        object=(kind, str(object_id), None),
        run=str(run) if run else None,
        reason=reason or None,
        data=data or {},
        commits={"told": commitment.hex} if commitment else {},
        facets=facets,
    )
    seq = append(STREAM, event)
    if commitment:
        payloads.store(STREAM, seq, f"{kind}:{object_id}", commitment, name="told")
