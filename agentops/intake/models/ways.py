"""Mailboxes and watched folders: where documents come from by themselves, in whose name, and how the last look went."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from agentops.core.ids import uuid7

SECRET_NAME = r"^[a-z0-9][a-z0-9_-]{0,59}$"  # noqa: S105 - the pattern of a file's name, not a secret


class Way(models.Model):
    """What all ways in have: a name, an agent, and whether it is open. Paused, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=80, unique=True)
    agent = models.CharField(max_length=60, default="", blank=True)
    active = models.BooleanField(default=True)
    paused_why = models.CharField(max_length=300, default="", blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Polled(Way):
    """A way that must be looked at: by when, and what the last look found."""

    desk = models.CharField(max_length=60)  # whose people see what could not be taken
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")  # a service (trigger)
    every_seconds = models.PositiveIntegerField(default=60)
    due_at = models.DateTimeField(default=timezone.now)  # pushed ahead by whoever looks: a lease, and the next look
    looked_at = models.DateTimeField(null=True, blank=True)
    fine_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, default="", blank=True)  # of the last look, in words
    failures = models.PositiveIntegerField(default=0)  # looks in a row that failed

    class Meta:
        abstract = True


class Tls(models.TextChoices):
    """How the connection to a mail server is protected; its certificate is always checked."""

    TLS = "tls", "TLS from the start (port 993)"
    STARTTLS = "starttls", "STARTTLS (port 143)"
    NONE = "none", "None, only to this machine"


class Mailbox(Polled):
    """One folder of an IMAP account. The password lies in a file that `secret` names, never here."""

    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=993)
    tls = models.CharField(max_length=8, choices=Tls, default=Tls.TLS)
    user = models.CharField(max_length=254)
    secret = models.CharField(max_length=60)
    folder = models.CharField(max_length=200, default="INBOX")
    done_folder = models.CharField(max_length=200, default="Processed")
    acknowledge = models.BooleanField(default=False)
    address = models.EmailField(max_length=254, default="", blank=True)  # the sender of acknowledgements

    class Meta:
        constraints = [
            models.CheckConstraint(name="mailbox_secret_is_the_name_of_a_file", condition=Q(secret__regex=SECRET_NAME)),
            models.CheckConstraint(name="mailbox_tls_is_known", condition=Q(tls__in=Tls.values)),
            models.CheckConstraint(
                name="mailbox_is_looked_at_every_ten_seconds_to_a_day",
                condition=Q(every_seconds__gte=10, every_seconds__lte=86_400),
            ),
            models.CheckConstraint(
                name="mailbox_that_acknowledges_has_an_address", condition=Q(acknowledge=False) | ~Q(address="")
            ),
            # Moved to where it was it would be a new mail each time.
            models.CheckConstraint(
                name="mailbox_puts_away_into_another_folder", condition=~Q(done_folder__iexact=F("folder"))
            ),
            models.UniqueConstraint(name="mailbox_one_per_account_and_folder", fields=["host", "user", "folder"]),
        ]


class Watch(Polled):
    """One folder below the house's root; what lies still in it is taken and moved to `done` or `refused` inside it."""

    path = models.CharField(max_length=400, unique=True)  # below the root, with slashes
    settle_seconds = models.PositiveIntegerField(default=5)  # unchanged for so long means complete

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="watch_path_is_below_the_root",
                condition=~Q(path="") & ~Q(path__startswith="/") & ~Q(path__regex=r"(^|/)\.\.?(/|$)"),
            ),
            models.CheckConstraint(
                name="watch_is_looked_at_every_second_to_a_day",
                condition=Q(every_seconds__gte=1, every_seconds__lte=86_400),
            ),
        ]
