"""A vendor's memory: what people corrected, the layouts that taught, where values stand on them, and how that went."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from agentops.core.ids import uuid7

from .vendors import Vendor

# Never who sent a document, nor where money goes: these come from the vendor master and from nowhere else.
LEARNABLE = (
    "invoice_number", "issue_date", "due_date", "order_reference", "net_total", "tax_total", "gross_total", "payable"
)  # fmt: skip
IS_IN_FORCE = Q(ended_at=None)


def _person(**options: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", **options)


class Layout(models.Model):
    """One way in which a vendor draws its documents: the wording that stays, as `wording@place` on the first page."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="layouts")
    marks = models.JSONField()
    document = models.CharField(max_length=64)  # the SHA-256 of the file it was first seen on
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"layout {str(self.pk)[-6:]}"


class CorrectionStatus(models.TextChoices):
    PENDING = "pending", "To be learned from"
    LEARNED = "learned", "Learned"
    NOT_LEARNABLE = "not_learnable", "Kept, nothing to learn"


class Correction(models.Model):
    """One value that a person put right and that took effect: what was read, what it is, who said so."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="corrections")
    run_id = models.UUIDField()
    proposal_id = models.UUIDField()  # the signed proposal through which it took effect
    document = models.CharField(max_length=64)
    field = models.CharField(max_length=40)
    read = models.CharField(max_length=200, default="", blank=True)
    corrected = models.CharField(max_length=200)
    by = _person()
    at = models.DateTimeField()
    status = models.CharField(max_length=14, choices=CorrectionStatus, default=CorrectionStatus.PENDING)
    why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="correction_is_kept_once_per_run_and_field", fields=["run_id", "field"]),
            models.CheckConstraint(name="correction_changes_something", condition=~Q(read=F("corrected"))),
            models.CheckConstraint(name="correction_status_is_known", condition=Q(status__in=CorrectionStatus.values)),
            models.CheckConstraint(
                name="correction_says_why_nothing_was_learned", condition=~Q(status="not_learnable") | ~Q(why="")
            ),
        ]
        indexes = [models.Index(name="correction_pending", fields=["at"], condition=Q(status="pending"))]

    def __str__(self) -> str:
        return f"{self.field}: {self.corrected}"


class Lesson(models.Model):
    """Where one value stands on one layout. It never changes (trigger): it ends, and another version follows."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    layout = models.ForeignKey(Layout, models.PROTECT, related_name="lessons")
    field = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=120)  # the wording beside the value
    way = models.CharField(max_length=5)  # on which side of it the value stands: right, below
    nth = models.PositiveSmallIntegerField(default=0)
    last = models.BooleanField(default=False)  # the last such wording of the document, not the first
    order = models.CharField(max_length=12, default="", blank=True)  # which of two small numbers is the day
    correction = models.ForeignKey(Correction, models.PROTECT, related_name="lessons")
    taught_by = _person()
    taught_at = models.DateTimeField()
    ended_by = _person(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="lesson_only_one_in_force_per_layout_and_field", fields=["layout", "field"], condition=IS_IN_FORCE
            ),
            models.UniqueConstraint(name="lesson_version_is_used_once", fields=["layout", "field", "version"]),
            models.CheckConstraint(
                name="lesson_is_never_about_who_sent_it_or_where_money_goes", condition=Q(field__in=LEARNABLE)
            ),
            models.CheckConstraint(name="lesson_way_is_known", condition=Q(way__in=["right", "below"])),
            models.CheckConstraint(name="lesson_names_its_wording", condition=~Q(label="")),
            models.CheckConstraint(name="lesson_versions_count_from_one", condition=Q(version__gte=1)),
            models.CheckConstraint(
                name="lesson_ended_says_who_when_and_why",
                condition=(Q(ended_at=None, ended_by=None, ended_why=""))
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_why="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.way} of {self.label!r}, version {self.version}"

    @property
    def where(self) -> str:
        """On which side of its wording the value stands, in words."""
        return "to the right of" if self.way == "right" else "below"

    @property
    def is_in_force(self) -> bool:
        return self.ended_at is None


class Outcome(models.TextChoices):
    USED = "used", "Went through unseen"
    CONFIRMED = "confirmed", "Signed by people as read"
    CORRECTED = "corrected", "Put right by a person"


class LessonUse(models.Model):
    """One finished run whose document was read with a lesson, and what people made of the value."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="uses")
    run_id = models.UUIDField()
    outcome = models.CharField(max_length=9, choices=Outcome)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="lesson_is_used_once_per_run", fields=["lesson", "run_id"]),
            models.CheckConstraint(name="lesson_outcome_is_known", condition=Q(outcome__in=Outcome.values)),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id}: {self.outcome}"
