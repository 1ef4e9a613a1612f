"""Every write about tickets: one verb each, in the caller's transaction, harmless to repeat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from runs.models import Action, Run

from . import queries
from .grounding import for_customer
from .incoming import Incoming
from .lifecycle import TicketStatus
from .models import Message, Rating, Ticket, Triage


class TicketError(ValueError):
    """Something that cannot be done with a ticket; `code` for machines, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


@transaction.atomic
def open_ticket(*, run_id: UUID, said: Incoming, now: datetime) -> tuple[Ticket, str]:
    """The ticket of this run with its first message, and what does not fit about who wrote it."""
    customer, reply_to, wrong = queries.who_wrote(said.sender, said.customer)
    there = Ticket.objects.filter(run_id=run_id).first()
    if there is not None:
        return there, wrong
    ticket = Ticket.objects.create(
        run_id=run_id,
        number=Run.objects.values_list("number", flat=True).get(pk=run_id),
        customer=customer,
        reply_to=reply_to,
        subject=said.subject or "(no subject)",
        channel=said.channel,
        follows=queries.named_in(said.references),
        opened_at=now,
    )
    Message.objects.create(
        ticket=ticket, number=1, outgoing=False, sender=said.sender, text=said.text, message_id=said.message_id, at=now
    )
    return ticket, wrong


@transaction.atomic
def note_triage(
    *, run_id: UUID, number: int, turn: int, category: str, language: str, escalated: Sequence[str], now: datetime
) -> Triage:
    """Write down what was made of a message."""
    message = queries.ticket_of(run_id, lock=True).messages.get(number=number)
    known = {"category": category, "language": language, "escalated": list(escalated), "at": now}
    return Triage.objects.get_or_create(message=message, turn=turn, defaults=known)[0]


@transaction.atomic
def note_reply(*, run_id: UUID, number: int, now: datetime) -> Message:
    """The reply to message `number` was sent: it joins the thread as it went out, and the ticket waits.

    Raises `TicketError` where nothing was sent.
    """
    ticket = queries.ticket_of(run_id, lock=True)
    there = ticket.messages.filter(number=number + 1).first()
    if there is not None:
        return there
    done = Action.objects.filter(proposal__run_id=run_id, tool="send_reply", effect__status="confirmed")
    sent = next((one for one in done.select_related("effect") if int(one.args["about"]["number"]) == number), None)
    if sent is None:
        raise TicketError("nothing_sent", "No reply to this message was sent.")
    receipt = sent.effect.receipt or {}
    message = Message.objects.create(
        ticket=ticket,
        number=number + 1,
        outgoing=True,
        sender=str(receipt.get("sender") or "")[:300],
        text=for_customer(sent.args["body"]),
        message_id=str(receipt.get("message_id") or "")[:300],
        drafted_by=sent.args["about"]["drafted_by"],
        at=now,
    )
    ticket.move_to(TicketStatus.WAITING)
    ticket.first_reply_at = ticket.first_reply_at or now
    ticket.save(update_fields=["status", "first_reply_at"])
    return message


@transaction.atomic
def hear(*, run_id: UUID, told: dict[str, Any], said_before: int, now: datetime) -> Message:
    """The customer's answer joins the thread, and the ticket is open again."""
    ticket = queries.ticket_of(run_id, lock=True)
    last = queries.last_message(ticket)
    if not last.outgoing:
        return last
    message = Message.objects.create(
        ticket=ticket,
        number=last.number + 1,
        outgoing=False,
        sender=str(told.get("sender") or "")[:300],
        text=str(told.get("text") or "")[:20_000],
        message_id=str(told.get("id") or "")[:300],
        said_before=said_before,
        at=now,
    )
    ticket.move_to(TicketStatus.OPEN)
    ticket.save(update_fields=["status"])
    return message


@transaction.atomic
def end_ticket(*, run_id: UUID, resolved: bool, now: datetime) -> None:
    """The run has ended, and the ticket with it."""
    ticket = Ticket.objects.select_for_update(of=("self",)).filter(run_id=run_id).first()
    if ticket is None or not queries.is_open(ticket):
        return
    ticket.move_to(TicketStatus.RESOLVED if resolved else TicketStatus.CLOSED)
    ticket.ended_at = now
    ticket.save(update_fields=["status", "ended_at"])


def rate(*, message_id: UUID, score: int, words: str, now: datetime) -> Rating:
    """Keep what a customer says of a reply, once. Raises `TicketError`."""
    if score not in range(1, 6):
        raise TicketError("bad_score", "Choose one of the five answers.")
    words = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())[:1000]
    try:
        with transaction.atomic():
            return Rating.objects.create(message_id=message_id, score=score, words=words, at=now)
    except IntegrityError as error:
        raise TicketError("rated_before", "This answer was rated before. Thank you.") from error
