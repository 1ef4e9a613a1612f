"""An API token: its secret is shown once and kept only as a hash."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from agentops.core.ids import uuid7


class Scope(models.TextChoices):
    """What a token is for. None of them decides anything, and there is no scope that could."""

    START = "runs:start", "Start runs"
    READ = "runs:read", "Read runs and their events"
    CANCEL = "runs:cancel", "Cancel runs"
    REVIEWS = "reviews:read", "Read reviews"


class ApiToken(models.Model):
    """One token. What it may do is its scopes and, at each request, what its owner may do then."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens")
    prefix = models.CharField(max_length=16)  # the beginning of the secret, to tell tokens apart in lists and logs
    digest = models.CharField(max_length=64, unique=True)  # SHA-256: of 256 random bits, so a slow hash adds nothing
    scopes = ArrayField(models.CharField(max_length=20))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="token_is_kept_as_a_sha256", condition=Q(digest__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="token_is_for_something_that_exists",
                condition=Q(scopes__contained_by=Scope.values) & Q(scopes__len__gt=0),
            ),
            models.CheckConstraint(
                name="token_ends_within_a_year",
                condition=Q(expires_at__gt=F("created_at")) & Q(expires_at__lte=F("created_at") + timedelta(days=366)),
            ),
        ]
        indexes = [models.Index(name="token_of_owner", fields=["owner", "-created_at"])]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def works(self, now: datetime) -> bool:
        """Whether it is neither revoked nor expired; whether its owner is active is asked apart."""
        return self.revoked_at is None and now < self.expires_at

    def allows(self, scope: Scope) -> bool:
        """Whether it was made for this."""
        return scope.value in self.scopes
