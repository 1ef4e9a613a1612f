"""Reads about tickets. What a run may see of a customer starts from its own ticket, never from an argument."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from .lifecycle import ENDED
from .models import Customer, CustomerAddress, Message, Order, Ticket


class NoTicket(LookupError):
    """The run has no ticket (yet)."""


def ticket_of(run_id: UUID | None, *, lock: bool = False) -> Ticket:
    """The ticket of this run; raises `NoTicket`."""
    rows = Ticket.objects.select_for_update(of=("self",)) if lock else Ticket.objects.select_related("customer")
    ticket = rows.filter(run_id=run_id).first() if run_id else None
    if ticket is None:
        raise NoTicket(f"Run {run_id} has no ticket.")
    return ticket


def last_message(ticket: Ticket) -> Message:
    """The newest message."""
    return ticket.messages.latest("number")


def last_incoming(ticket: Ticket) -> Message:
    """The newest message of the customer's side."""
    return ticket.messages.filter(outgoing=False).latest("number")


def customer_of(run_id: UUID | None) -> Customer | None:
    """The customer of this run's ticket."""
    return ticket_of(run_id).customer


def orders_of(run_id: UUID | None, most: int = 20) -> list[Order]:
    """The newest orders of the customer whose ticket this run works on; nobody else's can be asked for."""
    return orders_of_customer(ticket_of(run_id).customer_id, most)


def orders_of_customer(customer_id: UUID | None, most: int = 20) -> list[Order]:
    """The newest orders of a customer; none where nobody is known."""
    if customer_id is None:
        return []
    return list(Order.objects.filter(customer_id=customer_id).order_by("-placed_on", "number")[:most])


def who_wrote(sender: str, number: str) -> tuple[Customer | None, str, str]:
    """The customer, the address to reply to, and what does not fit: `customer_mismatch`, `customer_unknown` or empty.

    An address counts only if it is on file and verified. Where address and number name two customers, neither counts.
    """
    on_file = CustomerAddress.objects.select_related("customer").filter(address=sender).exclude(verified_at=None)
    by_address = on_file.first() if sender else None
    by_number = Customer.objects.filter(number=number).first() if number else None
    if number and by_number is None:
        return None, sender, "customer_unknown"
    if by_number and by_address and by_address.customer_id != by_number.pk:
        return None, "", "customer_mismatch"
    if by_address:
        return by_address.customer, by_address.address, ""
    if by_number:
        verified = by_number.addresses.exclude(verified_at=None).order_by("verified_at", "address")
        return by_number, verified.values_list("address", flat=True).first() or "", ""
    return None, sender, ""


def named_in(references: Iterable[str]) -> Ticket | None:
    """The ticket that one of these Message-IDs belongs to; the newest reference counts first."""
    names = [name for name in references if name]
    found = {m.message_id: m.ticket for m in Message.objects.select_related("ticket").filter(message_id__in=names)}
    return next((found[name] for name in reversed(names) if name in found), None)


def is_open(ticket: Ticket) -> bool:
    """Whether it is still worked on."""
    return ticket.status not in ENDED


def by_runs(run_ids: Sequence[UUID]) -> dict[UUID, Ticket]:
    """The tickets of these runs; one query."""
    rows = Ticket.objects.select_related("customer").filter(run_id__in=run_ids)
    return {ticket.run_id: ticket for ticket in rows}


def world_of(run_id: UUID | None, *, lock: bool) -> dict[str, Any]:
    """What a reply rests on: the address, the messages so far, and whether the customer wrote anew meanwhile."""
    ticket = ticket_of(run_id, lock=lock)
    return {
        "ticket": str(ticket.pk),
        "status": str(ticket.status),
        "reply_to": ticket.reply_to,
        "messages": ticket.messages.count(),
        "newer tickets": ticket.followed_by.count(),
    }
