"""Receipts of what was refused at the door."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agentops.core.ids import uuid7
from runs.models.fields import HashField
from runs.models.runs import Run


class ProblemStatus(models.TextChoices):
    OPEN = "open"
    RETRIED = "retried"
    KEYED = "keyed"
    REPLACED = "replaced"
    CLOSED = "closed"


class IntakeProblem(models.Model):
    """The receipt of a file that was refused at the door: nothing that came in is ever dropped."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    agent = models.CharField(max_length=60)
    desk = models.CharField(max_length=60)
    name = models.CharField(max_length=300)
    document = HashField()  # of the stored original
    size = models.BigIntegerField()
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    message = models.TextField()
    given = models.JSONField(default=dict)  # what else came with it: claims, origin, goal; a later run gets it
    channel = models.CharField(max_length=40, default="")  # which way it came, in a word
    tries = models.PositiveIntegerField(default=1)  # how often its agent has looked at it
    status = models.CharField(max_length=8, choices=ProblemStatus, default=ProblemStatus.OPEN)
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="+")
    replaced_by = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaces")  # refused as well
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=400, default="")  # it was closed
    at = models.DateTimeField(default=timezone.now)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.status == ProblemStatus.OPEN

    class Meta:
        indexes = [
            models.Index(name="intake_problem_by_time", fields=["-at"]),
            models.Index(
                name="intake_problem_open", fields=["-at"], condition=Q(status="open")
            ),  # counted on each page
        ]
        constraints = [
            models.CheckConstraint(
                name="intake_problem_names_its_run_exactly_when_one_started",
                condition=Q(status__in=["retried", "keyed"], run__isnull=False)
                | Q(status__in=["open", "closed"], run=None)
                | Q(status="replaced"),
            ),
            models.CheckConstraint(
                name="intake_problem_that_was_replaced_names_what_came_instead",
                condition=Q(status="replaced", run__isnull=False, replaced_by=None)
                | Q(status="replaced", run=None, replaced_by__isnull=False)
                | (~Q(status="replaced") & Q(replaced_by=None)),
            ),
            models.CheckConstraint(
                name="intake_problem_is_closed_with_a_reason",
                condition=~Q(status="closed") | ~Q(why="") | Q(settled_by=None),  # those of before had none
            ),
        ]
