"""Mails as evidence: their bytes are a blob, their headers data of strangers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agentops.core.ids import uuid7
from agentops.intake.lifecycle import MailStatus
from agentops.intake.models.ways import Mailbox
from runs.models import IntakeProblem
from runs.models.fields import HashField


class Mail(models.Model):
    """One mail. What is done with it (agent, desk, requester) is fixed when it comes in, whatever is edited later."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, null=True, related_name="mails")  # None: a file was given
    uidvalidity = models.BigIntegerField(null=True)
    uid = models.BigIntegerField(null=True)
    document = HashField()  # the blob of the raw mail; of its headers where the mail was too large to fetch
    size = models.BigIntegerField()
    message_id = models.CharField(max_length=300, default="", blank=True)
    sender = models.CharField(max_length=300, default="", blank=True)  # the From header, which proves nothing
    subject = models.CharField(max_length=300, default="", blank=True)
    sent = models.CharField(max_length=100, default="", blank=True)  # the Date header as it stands there
    authentication = models.JSONField(default=list)  # Authentication-Results as they stand there
    agent = models.CharField(max_length=60, default="", blank=True)
    desk = models.CharField(max_length=60, default="", blank=True)
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked = models.JSONField(default=dict)  # what whoever gave it as a file expects: `{"goal"?, "claimed"?}`
    status = models.CharField(max_length=6, choices=MailStatus, default=MailStatus.STORED)
    code = models.CharField(max_length=60, default="", blank=True)  # why it is in triage
    sentence = models.CharField(max_length=500, default="", blank=True)
    assigned = models.BooleanField(default=False)  # a person said: take everything that is in it
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="mail_once_per_place_on_the_server", fields=["mailbox", "uidvalidity", "uid"]),
            models.UniqueConstraint(
                name="mail_same_bytes_once_per_mailbox",
                fields=["mailbox", "document"],
                condition=~Q(status="twin"),
            ),
            models.CheckConstraint(
                name="mail_has_a_place_exactly_if_from_a_mailbox",
                condition=Q(mailbox=None, uidvalidity=None, uid=None)
                | Q(mailbox__isnull=False, uidvalidity__isnull=False, uid__isnull=False),
            ),
            models.CheckConstraint(name="mail_status_is_known", condition=Q(status__in=MailStatus.values)),
            models.CheckConstraint(
                name="mail_in_triage_says_why", condition=~Q(status__in=["triage", "closed"]) | ~Q(code="")
            ),
        ]
        indexes = [
            models.Index(name="mail_unfinished", fields=["status", "at"], condition=Q(status__in=["stored", "triage"])),
            models.Index(name="mail_by_time", fields=["-at"]),
        ]

    def __str__(self) -> str:
        return self.subject or self.message_id or self.document[:12]


class Acknowledgement(models.Model):
    """One fixed answer: at most one per mail, and one a day to one address from one mailbox."""

    mail = models.OneToOneField(Mail, models.PROTECT, primary_key=True, related_name="acknowledgement")
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="+")
    recipient = HashField()  # SHA-256 of the address
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="acknowledgement_once_a_day_per_address", fields=["mailbox", "recipient", "day"]
            )
        ]

    def __str__(self) -> str:
        return f"acknowledged {self.mail_id}"


class Question(models.Model):
    """One fixed question to the sender about a file of theirs that was refused: at most one for each problem."""

    problem = models.OneToOneField(IntakeProblem, models.PROTECT, primary_key=True, related_name="question")
    mail = models.ForeignKey(Mail, models.PROTECT, related_name="questions")
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="+")
    recipient = HashField()  # SHA-256 of the address
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(name="question_of_mailbox", fields=["mailbox", "-at"])]

    def __str__(self) -> str:
        return f"asked about {self.problem_id}"
