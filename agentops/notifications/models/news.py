"""What happened, noticed by triggers in its own transaction; and the bell of each person it concerns."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agentops.core.ids import uuid7


class News(models.Model):
    """Something that may concern somebody. `subject` has no foreign key: it is written on measured paths."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.CharField(max_length=20)
    subject = models.UUIDField(null=True)  # the review, comment, run or refused file
    scope = models.CharField(max_length=120, default="")  # of a kill switch
    person = models.UUIDField(null=True)  # to whom it was given, or who did it
    level = models.SmallIntegerField(default=0)  # how late: 1 at risk, 2 overdue
    at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)  # when to work out whom it concerns; later after a failure
    spread_at = models.DateTimeField(null=True)  # when that was done

    class Meta:
        default_permissions = ()
        indexes = (models.Index(name="news_to_spread", fields=["due_at"], condition=Q(spread_at=None)),)

    def __str__(self) -> str:
        return f"{self.event} {self.subject or self.scope}"


class Item(models.Model):
    """One line in the bell of one person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    news = models.ForeignKey(News, models.CASCADE, related_name="items")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    absent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")  # stood in for
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(name="item_once_per_news_and_person", fields=["news", "person"]),)
        indexes = (
            models.Index(name="item_of_person", fields=["person", "-id"]),
            models.Index(name="item_unread", fields=["person"], condition=Q(read_at=None)),  # counted for each page
            models.Index(name="item_by_age", fields=["at"]),
        )

    def __str__(self) -> str:
        return f"{self.kind} for {self.person_id}"
