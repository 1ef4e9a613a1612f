"""Waiting for the customer's answer on the same thread, and taking it in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from runs.awaiting import StepCall
from tools_registry.kinds import Effect, Impact
from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool

from .. import queries, services
from .writing import RUN, own_run

FOREVER = timedelta(days=3650)  # an answer that came does not grow old


class Wait(ToolInput):
    """How long the answer to message `number` is waited for."""

    number: int
    days: int


class Answer(ToolOutput):
    """`outcome` is `answered` or `expired`; the message is a stranger's text."""

    run: str
    outcome: str
    message: dict[str, Any] | None


@tool(impact=Impact.READ, effect=Effect.READ, max_age=FOREVER, examples=[{"number": 2, "days": 14}])
def await_answer(args: Wait, *, call: StepCall) -> Answer:
    """Wait until the customer answers on the ticket's thread, or the time is over."""
    ticket = queries.ticket_of(call.run_id)
    answer = call.wait_for_message(ticket.thread, expires_in=timedelta(days=args.days), number=args.number)
    return Answer(run=str(call.run_id), outcome=answer["outcome"], message=answer["message"])


class Heard(ToolInput):
    """What came, or that nothing did; `said_before` is how often people had spoken on the run until then."""

    run: UUID
    number: int
    outcome: str
    message: dict[str, Any] | None = None
    said_before: int = 0


class Taken(ToolOutput):
    """What follows: `answered` goes on, `expired` is the end."""

    outcome: str
    number: int


@tool(
    impact=Impact.WRITE, effect=Effect.TRANSACTIONAL, reference=lambda args: f"heard:{args.run}:{args.number}",
    examples=[{"run": RUN, "number": 2, "outcome": "expired"}],
)  # fmt: skip
def hear_answer(args: Heard, *, call: ToolCall) -> Taken:
    """Write the customer's answer into the thread; without one the ticket is resolved as it stands."""
    if args.outcome != "answered" or args.message is None:
        return Taken(outcome="expired", number=args.number)
    message = services.hear(
        run_id=own_run(args.run, call), told=args.message, said_before=args.said_before, now=call.now or timezone.now()
    )
    return Taken(outcome="answered", number=message.number)
