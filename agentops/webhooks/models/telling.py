"""Outbound: an endpoint, what happened, its delivery to each endpoint, and every attempt at that."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agentops.core.ids import uuid7
from agentops.webhooks.models.signing import Signing
from reviews.models import Desk


class Endpoint(Signing):
    """Where we tell what happened. Its secrets are sealed; the one before counts for a day after a rotation."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    url = models.URLField(max_length=500)
    types = ArrayField(models.CharField(max_length=40))
    desk = models.ForeignKey(Desk, models.PROTECT, null=True, related_name="+")  # only what concerns this desk
    active = models.BooleanField(default=True)
    why_off = models.CharField(max_length=200, default="")
    failing_since = models.DateTimeField(null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(name="endpoint_tells_something", condition=~Q(types=[])),
            models.CheckConstraint(
                name="endpoint_former_secret_has_an_end",
                condition=Q(former_secret=None, former_until=None)
                | Q(former_secret__isnull=False, former_until__isnull=False),
            ),
            models.CheckConstraint(name="endpoint_that_is_off_says_why", condition=Q(active=True) | ~Q(why_off="")),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """What its secrets are sealed to."""
        return f"webhook:{self.pk}"


class Happening(models.Model):
    """Something an endpoint wants to know; put here by triggers, in the transaction in which it happened."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)  # in the `webhook-id` of every attempt
    type = models.CharField(max_length=40)
    subject = models.UUIDField()  # the run, review or refused file
    at = models.DateTimeField()
    body = models.TextField(null=True)  # what is sent, byte for byte the same each time; null until it is written

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(name="happening_is_told_once", fields=["type", "subject"]),)
        indexes = (
            models.Index(name="happening_to_write", fields=["at"], condition=Q(body=None)),
            models.Index(name="happening_by_age", fields=["at"]),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"


class DeliveryStatus(models.TextChoices):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"  # every attempt was used up, or its endpoint is gone for good


class Delivery(models.Model):
    """One happening on its way to one endpoint."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    happening = models.ForeignKey(Happening, models.PROTECT, related_name="deliveries")
    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="deliveries")
    status = models.CharField(max_length=9, choices=DeliveryStatus, default=DeliveryStatus.PENDING)
    tries = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    told = models.CharField(max_length=200, default="")  # how the last attempt went, in words

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(name="delivery_once_per_endpoint", fields=["happening", "endpoint"]),)
        indexes = (
            models.Index(name="delivery_due", fields=["due_at"], condition=Q(status="pending")),
            models.Index(name="delivery_of_endpoint", fields=["endpoint", "-id"]),
        )

    def __str__(self) -> str:
        return f"{self.happening_id} to {self.endpoint_id}"


class Attempt(models.Model):
    """One request that was sent, or could not be; never changes."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="attempts")
    number = models.SmallIntegerField()
    at = models.DateTimeField(default=timezone.now)
    milliseconds = models.IntegerField()
    status = models.SmallIntegerField(null=True)  # of the answer; null without one
    error = models.CharField(max_length=200, default="")
    answer = models.CharField(max_length=500, default="")  # the beginning of it: text of strangers

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(name="attempt_is_numbered", fields=["delivery", "number"]),)

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.delivery_id}"
