"""What a person said, kept for ever; and what they had not said yet."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agentops.core.ids import uuid7
from reviews.lifecycle import APPROVING, Verdict
from reviews.models.desk import Desk
from reviews.models.review import Review
from runs.models import Proposal

IS_APPROVING = Q(verdict__in=[str(verdict) for verdict in sorted(APPROVING)])


class Decision(models.Model):
    """Immutable (trigger). Words and edits may hold personal data: they are the encrypted payload of the
    event `audit_seq` in the run's stream, and gone when its key is destroyed; the row stays."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    review = models.ForeignKey(Review, models.PROTECT, related_name="decisions")
    proposal = models.ForeignKey(Proposal, models.PROTECT, null=True, related_name="decisions")
    # Where it was taken: the right to it is asked there again before anything happens.
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+")
    round = models.SmallIntegerField()
    digest = models.CharField(max_length=64)  # of what was decided; for an edit, of the proposal it became
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=14, choices=Verdict)
    code = models.CharField(max_length=60, default="")
    seen = models.JSONField(default=dict)  # digest of the screen, evidence opened, seconds
    request_key = models.CharField(max_length=80, null=True)
    audit_seq = models.BigIntegerField(null=True)  # NULL: no words and no edits
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                name="decision_one_signature_per_person_and_proposal",
                fields=["proposal", "person", "round"],
                condition=IS_APPROVING,
            ),
            models.UniqueConstraint(
                name="decision_request_key_is_used_once_per_person",
                fields=["person", "request_key"],
                condition=Q(request_key__isnull=False),
            ),
            models.CheckConstraint(
                name="decision_that_approves_names_a_proposal",
                condition=~IS_APPROVING | Q(proposal__isnull=False),
            ),
        )
        indexes = (models.Index(name="decision_of_person", fields=["person", "-decided_at"]),)

    def __str__(self) -> str:
        return f"{self.verdict} by {self.person_id}"


class Draft(models.Model):
    """What a person had typed into a review, kept until they decide; nothing that happens takes it away."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="drafts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)  # of what they had before them
    body: models.JSONField[Any, Any] = models.JSONField(default=dict)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(name="draft_one_per_person_and_review", fields=["review", "person"]),)

    def __str__(self) -> str:
        return f"Draft of {self.person_id}"
