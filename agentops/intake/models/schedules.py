"""Schedules, and each time one was due."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agentops.core.ids import uuid7
from agentops.intake.models.ways import Way
from runs.models import Run


class CatchUp(models.TextChoices):
    """What follows when the house slept through a due time."""

    NONE = "none", "skip what was missed"
    LAST = "last", "start the last one missed"


class Schedule(Way):
    """Starts a run of an agent at the times a cron expression names, in a time zone, in its owner's name."""

    cron = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60)
    goal = models.TextField(max_length=10_000)
    given = models.JSONField(default=dict, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    catch_up = models.CharField(max_length=4, choices=CatchUp, default=CatchUp.NONE)
    next_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="schedule_knows_its_next_time_exactly_when_active",
                condition=Q(active=True, next_at__isnull=False) | Q(active=False, next_at=None),
            ),
            models.CheckConstraint(
                name="schedule_that_is_paused_says_why", condition=Q(active=True) | ~Q(paused_why="")
            ),
        ]
        indexes = [models.Index(name="schedule_due", fields=["next_at"], condition=Q(active=True))]


class FiringOutcome(models.TextChoices):
    """What became of a due time."""

    STARTED = "started", "started"
    SKIPPED = "skipped", "skipped"
    REFUSED = "refused", "refused"


class Firing(models.Model):
    """One due time of a schedule, written in the transaction that starts its run."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    schedule = models.ForeignKey(Schedule, models.PROTECT, related_name="firings")
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=FiringOutcome)
    sentence = models.CharField(max_length=500, default="", blank=True)
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="schedule_fires_once_per_due_time", fields=["schedule", "due_at"]),
            models.CheckConstraint(
                name="firing_names_its_run_exactly_when_started",
                condition=Q(outcome="started", run__isnull=False) | (~Q(outcome="started") & Q(run=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schedule} {self.due_at:%Y-%m-%d %H:%M}"
