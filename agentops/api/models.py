"""What was answered to whom under which Idempotency-Key."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agentops.core.ids import uuid7


class Replay(models.Model):
    """One key of one user: what was asked, and once it is known, the answer. Without an answer it is at work."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64)  # digest of method, address and body
    status = models.SmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(default="")
    alive_at = models.DateTimeField(default=timezone.now)  # when whoever works on it last said so
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(name="replay_key_is_used_once_per_user", fields=["owner", "key"]),
            models.CheckConstraint(
                name="replay_is_no_failure_of_ours",
                condition=Q(status=None) | Q(status__gte=200, status__lt=500),
            ),
        ]
        indexes = [models.Index(name="replay_by_age", fields=["created_at"])]

    def __str__(self) -> str:
        return self.key
