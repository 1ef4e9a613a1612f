"""Inbound: who may call us to start runs, and the calls that were taken."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agentops.core.ids import uuid7
from agentops.webhooks.models.signing import Signing


class Source(Signing):
    """A program that may start runs of one agent by signed calls, as its service user."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    agent = models.CharField(max_length=60)
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    active = models.BooleanField(default=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                name="source_former_secret_has_an_end",
                condition=Q(former_secret=None, former_until=None)
                | Q(former_secret__isnull=False, former_until__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """What its secrets are sealed to."""
        return f"webhook-source:{self.pk}"


class Received(models.Model):
    """A call that was taken, with what it was answered; the same `webhook-id` again gets the same answer."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="received")
    webhook_id = models.CharField(max_length=200)
    body = models.CharField(max_length=64)  # its SHA-256: another body under a used id is refused
    answer = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(name="received_once_per_source", fields=["source", "webhook_id"]),)
        indexes = (
            models.Index(name="received_of_source", fields=["source", "-at"]),
            models.Index(name="received_by_age", fields=["at"]),
        )

    def __str__(self) -> str:
        return self.webhook_id
