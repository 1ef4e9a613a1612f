"""The tool that answers the customer, and the one that writes down that it did. They are decided together."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from pydantic import AfterValidator, Field

from tools_registry.facts import Source
from tools_registry.kinds import Effect, Impact
from tools_registry.results import ToolRefused
from tools_registry.sources import From
from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool

from .. import mailing, queries, services
from ..facts import Fact, ReplyAbout
from .writing import RUN, own_run

LONGEST = 20_000


def _one_line(text: str) -> str:
    if any(not sign.isprintable() for sign in text):
        raise ValueError("a subject is one line of text")
    return text


def _readable(text: str) -> str:
    if any(not sign.isprintable() and sign not in "\n\t" for sign in text):
        raise ValueError("the reply holds characters that cannot be shown")
    if not text.strip():
        raise ValueError("the reply is empty")
    return text


Subject = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_one_line)]
Body = Annotated[str, Field(max_length=LONGEST), AfterValidator(_readable)]


class Reply(ToolInput):
    """A reply; `to` is the ticket's address and no other is ever taken. `[n]` in the body is not sent."""

    about: ReplyAbout
    to: Annotated[str, From(Source.MASTER)]
    subject: Subject
    body: Body


class Sent(ToolOutput):
    """The mail, by its Message-ID."""

    message_id: str
    sender: str


def _world(args: Reply, *, lock: bool) -> dict[str, Any]:
    return queries.world_of(UUID(args.about.run), lock=lock)


_ABOUT = {"run": RUN, "ticket": RUN, "number": 1, "language": "en", "disclosed": True, "rated": True}


@tool(
    # A mail server honours no key and answers no question: what a crash leaves open, a person finds out.
    impact=Impact.EXTERNAL, effect=Effect.ONCE, timeout=timedelta(seconds=60), basis=_world,
    reference=lambda args: f"reply:{args.about.ticket}:{args.about.number}",
    counterparty=lambda args: f"ticket:{args.about.ticket}",
    examples=[{"about": {**_ABOUT, "drafted_by": "template"}, "to": "marco@example.com", "subject": "Re: My parcel",
               "body": "Hello,\n\nit is on its way [1]."}],
)  # fmt: skip
def send_reply(args: Reply, *, call: ToolCall) -> Sent:
    """Answer the customer by mail, at the address of the ticket."""
    ticket = queries.ticket_of(call.run_id)
    if str(ticket.pk) != args.about.ticket or not ticket.reply_to or args.to != ticket.reply_to:
        raise ToolRefused("wrong_recipient", "A reply goes to the address of its own ticket only.")
    answers = queries.last_incoming(ticket).message_id
    letter = mailing.Letter(args.to, args.subject, args.body, args.about, answers)
    message_id, sender = mailing.send(letter, key=call.key)
    return Sent(message_id=message_id, sender=sender)


class Answered(Fact):
    """Which message of which run; nothing that anybody types."""

    run: UUID
    number: int


class Replied(ToolInput):
    """Which message was answered."""

    answered: Answered


class InThread(ToolOutput):
    """The reply's place in the thread."""

    number: int


@tool(
    impact=Impact.WRITE, effect=Effect.TRANSACTIONAL,
    reference=lambda args: f"replied:{args.answered.run}:{args.answered.number}",
    examples=[{"answered": {"run": RUN, "number": 1}}],
)  # fmt: skip
def note_reply(args: Replied, *, call: ToolCall) -> InThread:
    """Write the reply into the thread as it was sent; the ticket waits for the customer."""
    run, number = own_run(args.answered.run, call), args.answered.number
    try:
        message = services.note_reply(run_id=run, number=number, now=call.now or timezone.now())
    except services.TicketError as error:
        raise ToolRefused(error.code, error.message) from error
    return InThread(number=message.number)
