"""Whom a thing is told by mail or in a channel, and every attempt at that."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agentops.core.ids import uuid7
from agentops.core.sealed import open_secret, seal_secret
from agentops.notifications.models.news import News
from reviews.models import Desk


class Shape(models.TextChoices):
    """How the body of a channel's message looks."""

    SLACK = "slack", "Slack"
    TEAMS = "teams", "Teams"


class Channel(models.Model):
    """Where the people of a desk talk. Who knows its address can write there, so it is kept sealed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    shape = models.CharField(max_length=5, choices=Shape)
    address = models.BinaryField()
    host = models.CharField(max_length=253)  # what may be shown of the address
    kinds = ArrayField(models.CharField(max_length=20))
    shows_amount = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    why_off = models.CharField(max_length=200, default="")
    failures = models.SmallIntegerField(default=0)  # since something last arrived
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(name="channel_tells_something", condition=~Q(kinds=[])),
            models.CheckConstraint(name="channel_that_is_off_says_why", condition=Q(active=True) | ~Q(why_off="")),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """What its address is sealed to."""
        return f"news-channel:{self.pk}"

    @property
    def url(self) -> str:
        """Its address; raises `SealBroken`."""
        return open_secret(self.place, bytes(self.address))

    def seal(self, url: str) -> None:
        """Keep this address; the caller saves."""
        self.address = seal_secret(self.place, url)


class DeliveryStatus(models.TextChoices):
    PENDING = "pending"
    SENT = "sent"
    DROPPED = "dropped"  # it concerns them no more; `told` says why
    FAILED = "failed"  # every attempt was used up


class Delivery(models.Model):
    """One thing on its way to one person by mail, or to one channel."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    news = models.ForeignKey(News, models.PROTECT, related_name="deliveries")
    kind = models.CharField(max_length=20)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    channel = models.ForeignKey(Channel, models.PROTECT, null=True, related_name="deliveries")
    digest = models.BooleanField(default=False)  # goes with whatever else is due to this person then
    status = models.CharField(max_length=7, choices=DeliveryStatus, default=DeliveryStatus.PENDING)
    tries = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    told = models.CharField(max_length=200, default="")  # how the last attempt went, in words

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                name="news_delivery_goes_to_a_person_or_a_channel",
                condition=Q(person__isnull=False, channel=None) | Q(person=None, channel__isnull=False, digest=False),
            ),
            models.UniqueConstraint(
                name="news_delivery_once_per_person", fields=["news", "person"], condition=Q(person__isnull=False)
            ),
            models.UniqueConstraint(
                name="news_delivery_once_per_channel", fields=["news", "channel"], condition=Q(channel__isnull=False)
            ),
        )
        indexes = (
            models.Index(name="news_delivery_due", fields=["due_at"], condition=Q(status="pending")),
            models.Index(name="news_delivery_of_channel", fields=["channel", "-id"], condition=Q(person=None)),
            models.Index(name="news_delivery_of_person", fields=["person", "-id"], condition=Q(channel=None)),
        )

    def __str__(self) -> str:
        return f"{self.kind} to {self.person_id or self.channel_id}"


class Attempt(models.Model):
    """One mail or request that was sent, or could not be; never changes. A digest is one for each thing in it."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="attempts")
    number = models.SmallIntegerField()
    at = models.DateTimeField(default=timezone.now)
    milliseconds = models.IntegerField()
    status = models.SmallIntegerField(null=True)  # of the answer of a channel
    error = models.CharField(max_length=200, default="")
    answer = models.CharField(max_length=500, default="")  # the beginning of it: text of strangers

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(name="news_attempt_is_numbered", fields=["delivery", "number"]),)

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.delivery_id}"
