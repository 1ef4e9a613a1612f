"""What people say to each other about a review, the queues they keep, and the days they are away."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone

from agentops.core.ids import uuid7
from reviews.models.desk import Desk
from reviews.models.review import Review


class Comment(models.Model):
    """Immutable (trigger). Its words are the encrypted payload of the event `audit_seq` in the run's stream."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    review = models.ForeignKey(Review, models.PROTECT, related_name="comments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    mentions = ArrayField(models.UUIDField(), default=list)  # people who were named
    audit_seq = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(name="comment_of_review", fields=["review", "at"]),
            GinIndex(name="comment_mentions", fields=["mentions"]),
        )

    def __str__(self) -> str:
        return f"Comment of {self.person_id}"


class SavedView(models.Model):
    """Filters of the queue under a name: one person's, or shared with everybody at a desk."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)  # of the queue's address
    desk = models.ForeignKey(Desk, models.CASCADE, null=True, related_name="+")  # shared with this desk
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(name="saved_view_name_is_used_once_per_owner", fields=["owner", "name"]),
            models.CheckConstraint(name="saved_view_has_a_name", condition=~Q(name="")),
        )

    def __str__(self) -> str:
        return self.name


class DateTimeRange(Func):
    """`[from, to)` as PostgreSQL compares it."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class Absence(models.Model):
    """Somebody is away, and who stands in for them; what is given to them meanwhile goes to that person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="absences")
    stand_in = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(name="absence_ends_after_it_begins", condition=Q(ends_at__gt=F("begins_at"))),
            models.CheckConstraint(
                name="absence_is_covered_by_somebody_else", condition=Q(stand_in=None) | ~Q(stand_in=F("person"))
            ),
            ExclusionConstraint(
                name="absence_of_a_person_does_not_overlap_another",
                expressions=[
                    (F("person"), RangeOperators.EQUAL),
                    (DateTimeRange(F("begins_at"), F("ends_at")), RangeOperators.OVERLAPS),
                ],
            ),
        )
        indexes = (models.Index(name="absence_covered_by", fields=["stand_in", "ends_at"]),)

    def __str__(self) -> str:
        return f"{self.person_id} away"
