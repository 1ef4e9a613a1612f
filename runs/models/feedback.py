"""What people thought of a run's result."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from agentops.core.ids import uuid7
from runs.models.runs import Run

LONGEST = 2000  # characters


class Feedback(models.Model):
    """A thumb and a few words of a person. Added only: of one person's, the newest counts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, models.PROTECT, related_name="feedback")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    good = models.BooleanField()
    words = models.CharField(max_length=LONGEST, default="", blank=True)
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(name="feedback_by_time", fields=["given_at"])]
