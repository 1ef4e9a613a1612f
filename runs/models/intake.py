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
    status = models.CharField(max_length=8, choices=ProblemStatus, default=ProblemStatus.OPEN)
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(name="intake_problem_by_time", fields=["-at"])]
        constraints = [
            models.CheckConstraint(
                name="intake_problem_names_its_run_exactly_when_retried",
                condition=Q(status="retried", run__isnull=False) | (~Q(status="retried") & Q(run=None)),
            )
        ]
