"""Tickets, their messages word for word, and what was made of each message."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agentops.core.ids import uuid7
from runs.models import Run

from ..lifecycle import TICKET, TicketStatus
from .customers import Customer


class Ticket(models.Model):
    """One conversation with one customer, worked on by one run; it is called by the run's number."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.OneToOneField(Run, models.PROTECT, related_name="+")
    number = models.BigIntegerField(unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="tickets")
    reply_to = models.CharField(max_length=254, default="", blank=True)  # the master's, or the requester's own
    subject = models.CharField(max_length=300)
    channel = models.CharField(max_length=10)
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followed_by")
    status = models.CharField(max_length=10, choices=TicketStatus, default=TicketStatus.OPEN)
    opened_at = models.DateTimeField(default=timezone.now)
    first_reply_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="ticket_status_is_known", condition=Q(status__in=TicketStatus.values)),
            models.CheckConstraint(
                name="ticket_has_an_end_exactly_when_it_ended",
                condition=Q(status__in=["resolved", "closed"], ended_at__isnull=False)
                | Q(status__in=["open", "waiting"], ended_at=None),
            ),
            models.CheckConstraint(name="ticket_channel_is_known", condition=Q(channel__in=["form", "api", "mail"])),
        ]
        indexes = [models.Index(name="ticket_by_time", fields=["-opened_at"])]

    def __str__(self) -> str:
        return f"T-{self.number}"

    @property
    def thread(self) -> str:
        """The name of the conversation in the whole house; answers come in under it."""
        return f"support:{self.pk}"

    def move_to(self, status: TicketStatus) -> None:
        """Change status along the table, not saved; raises `IllegalTransition`."""
        TICKET.check(self.status, status)
        self.status = status


class Message(models.Model):
    """One message as it was written or sent; never changed. `sender` is what it says of itself."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages")
    number = models.PositiveIntegerField()
    outgoing = models.BooleanField()
    sender = models.CharField(max_length=300, default="", blank=True)
    text = models.TextField()
    message_id = models.CharField(max_length=300, default="", blank=True)
    # How often people had spoken on the run before it came: what they said then is not about it.
    said_before = models.PositiveIntegerField(default=0)
    drafted_by = models.CharField(max_length=20, default="", blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="message_number_once_per_ticket", fields=["ticket", "number"]),
        ]
        indexes = [models.Index(name="message_by_id", fields=["message_id"], condition=~Q(message_id=""))]

    def __str__(self) -> str:
        return f"{self.ticket} {self.number}"


class Triage(models.Model):
    """What was made of one message: its category, and the codes that brought it before a person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    message = models.ForeignKey(Message, models.PROTECT, related_name="triages")
    turn = models.PositiveIntegerField()
    category = models.CharField(max_length=20)
    language = models.CharField(max_length=2)
    escalated = ArrayField(models.CharField(max_length=40), default=list)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="triage_once_per_message_and_turn", fields=["message", "turn"]),
        ]

    def __str__(self) -> str:
        return f"{self.message} {self.category}"
