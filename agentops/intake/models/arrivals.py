"""What came out of a mail or lay in a folder, one row for each file, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from agentops.core.ids import uuid7
from agentops.intake.models.mail import Mail
from agentops.intake.models.ways import Watch
from runs.models import IntakeProblem, Run
from runs.models.fields import HashField


class Disposition(models.TextChoices):
    """What became of a file."""

    RUN = "run", "started"
    REFUSED = "refused", "refused"
    IGNORED = "ignored", "not a document"
    KNOWN = "known", "taken before"


class Arrival(models.Model):
    """One file at the door. `key` is what it is asked for under: the same file of the same mail comes in once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=200)
    mail = models.ForeignKey(Mail, models.PROTECT, null=True, related_name="arrivals")
    watch = models.ForeignKey(Watch, models.PROTECT, null=True, related_name="arrivals")
    ordinal = models.PositiveIntegerField(default=0)  # place in the mail
    name = models.CharField(max_length=300)
    media_type = models.CharField(max_length=120, default="", blank=True)  # as the sender says
    document = HashField()
    size = models.BigIntegerField()
    disposition = models.CharField(max_length=8, choices=Disposition)
    code = models.CharField(max_length=60, default="", blank=True)
    sentence = models.CharField(max_length=500, default="", blank=True)
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="+")
    problem = models.ForeignKey(IntakeProblem, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="arrival_came_one_way",
                condition=Q(mail=None, watch__isnull=False) | Q(mail__isnull=False, watch=None),
            ),
            models.CheckConstraint(
                name="arrival_names_its_run_or_its_refusal",
                condition=Q(disposition="run", run__isnull=False, problem=None)
                | Q(disposition="refused", run=None, problem__isnull=False)
                | Q(disposition="ignored", run=None, problem=None)
                | Q(disposition="known"),
            ),
            models.UniqueConstraint(
                name="arrival_place_in_a_mail_once_until_assigned",
                fields=["mail", "ordinal"],
                condition=Q(mail__isnull=False) & ~Q(disposition="ignored"),
            ),
            models.UniqueConstraint(
                name="arrival_starts_one_run_per_key", fields=["key"], condition=Q(disposition="run")
            ),
        ]
        indexes = [
            models.Index(name="arrival_by_key", fields=["key"]),
            models.Index(name="arrival_by_watch", fields=["watch", "-at"], condition=Q(watch__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.disposition}"
