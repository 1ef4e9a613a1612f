"""What customers say about a reply: once, through the link in it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from agentops.core.ids import uuid7

from .tickets import Message


class Rating(models.Model):
    """One answer to one link; words are a stranger's."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    message = models.OneToOneField(Message, models.PROTECT, related_name="rating")
    score = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=1000, default="", blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(name="rating_is_from_one_to_five", condition=Q(score__gte=1, score__lte=5)),
        ]

    def __str__(self) -> str:
        return f"{self.message} {self.score}"
