"""Tools that write into our own records: the ticket, and what was made of its message."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone

from tools_registry.kinds import Effect, Impact
from tools_registry.results import ToolRefused
from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool

from .. import services
from ..incoming import Incoming

RUN = "0192f0c0-0000-7000-8000-000000000000"


def own_run(named: UUID, call: ToolCall) -> UUID:
    """The run that calls, which is the one that the arguments name; raises `ToolRefused` for any other."""
    if named != call.run_id:
        raise ToolRefused("another_run", "A run writes about its own ticket only.")
    return named


class Opening(ToolInput):
    """The first message, as it was read."""

    run: UUID
    said: dict[str, Any]


class Opened(ToolOutput):
    """The ticket; `wrong` says what does not fit about who wrote it."""

    ticket: str
    thread: str
    wrong: str = ""


@tool(
    impact=Impact.WRITE, effect=Effect.TRANSACTIONAL, reference=lambda args: f"ticket:{args.run}",
    examples=[{"run": RUN, "said": {"subject": "My parcel", "text": "Where is it?", "channel": "api"}}],
)  # fmt: skip
def open_ticket(args: Opening, *, call: ToolCall) -> Opened:
    """Open the ticket of this run with its first message, for the customer whose verified address wrote it."""
    told = {name: str(args.said.get(name) or "") for name in ("subject", "text", "sender", "customer", "message_id")}
    said = Incoming(
        **told,
        channel=str(args.said.get("channel") or "api"),
        references=tuple(args.said.get("references") or ()),
    )
    ticket, wrong = services.open_ticket(run_id=own_run(args.run, call), said=said, now=call.now or timezone.now())
    return Opened(ticket=str(ticket.pk), thread=ticket.thread, wrong=wrong)


class Triaged(ToolInput):
    """What was made of one message; `turn` is the revision that did."""

    run: UUID
    number: int
    turn: int
    category: str
    language: str
    escalated: tuple[str, ...] = ()
    looked: bool = False


class Noted(ToolOutput):
    """`stop`: a person has not looked yet, and must."""

    stop: bool


@tool(
    impact=Impact.WRITE, effect=Effect.TRANSACTIONAL,
    reference=lambda args: f"triage:{args.run}:{args.number}:{args.turn}",
    examples=[{"run": RUN, "number": 1, "turn": 1, "category": "delivery", "language": "en", "escalated": ["legal"]}],
)  # fmt: skip
def note_triage(args: Triaged, *, call: ToolCall) -> Noted:
    """Write down a message's category and the codes for which a person must look before anything is proposed."""
    services.note_triage(
        run_id=own_run(args.run, call),
        number=args.number,
        turn=args.turn,
        category=args.category,
        language=args.language,
        escalated=args.escalated,
        now=call.now or timezone.now(),
    )
    return Noted(stop=bool(args.escalated) and not args.looked)
