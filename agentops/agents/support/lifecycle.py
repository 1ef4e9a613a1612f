"""The life of a ticket.

It is `open` from its first message until a reply is sent, then `waiting` for the customer's answer; an answer opens it
again. It is `resolved` when the wait ends without one, and `closed` when a person ended its run another way. Both are
final: who writes again gets a new ticket that names the old one.
"""

from django.db import models

from agentops.core.transitions import Transitions


class TicketStatus(models.TextChoices):
    """Where a ticket stands."""

    OPEN = "open", "Open"
    WAITING = "waiting", "Waiting for the customer"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Closed by a person"


ENDED = frozenset({TicketStatus.RESOLVED, TicketStatus.CLOSED})

TICKET = Transitions(
    {
        TicketStatus.OPEN: {TicketStatus.WAITING, TicketStatus.CLOSED, TicketStatus.RESOLVED},
        TicketStatus.WAITING: {TicketStatus.OPEN, TicketStatus.RESOLVED, TicketStatus.CLOSED},
    }
)
