"""A review is one thing that needs a person."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from agentops.core.ids import uuid7
from reviews.lifecycle import IS_OPEN, TRANSITIONS, WAITING, ReviewKind, ReviewStatus
from reviews.models.desk import Desk
from runs.models import NextNumber, Proposal, Run
from runs.sql import query

MOVE = """
UPDATE reviews_review SET status = %s, closed_at = %s, claimed_by_id = %s, claimed_until = %s WHERE id = %s
"""


_PAST = Q(closed_at__isnull=False) & ~Q(counterparty="")


class Review(models.Model):
    """One proposal or question that waits until a person says something. Facets stand here so that a queue of
    many thousands is filtered without touching runs."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.BigIntegerField(unique=True, db_default=NextNumber(sequence="reviews_review_number"))
    kind = models.CharField(max_length=13, choices=ReviewKind)
    run = models.ForeignKey(Run, models.PROTECT, related_name="reviews")
    proposal = models.ForeignKey(Proposal, models.PROTECT, null=True, related_name="reviews")
    awaited = models.UUIDField(null=True)  # the await that an answer goes to
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="reviews")
    agent = models.CharField(max_length=60)
    status = models.CharField(max_length=11, choices=ReviewStatus, default=ReviewStatus.OPEN)
    round = models.SmallIntegerField(default=1)  # signatures of an earlier round count no more
    digest = models.CharField(max_length=64)  # of the proposal, or of the question: what a decision must name
    title = models.TextField()
    reasons = models.JSONField(default=list)
    codes = ArrayField(models.CharField(max_length=60), default=list)  # of the reasons, for the filter
    tools = ArrayField(models.CharField(max_length=60), default=list, db_default=[])  # of its actions (trigger)
    context = models.JSONField(default=dict)
    urgent = models.BooleanField(default=False)
    counterparty = models.CharField(max_length=120, default="")
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, default="")
    converted = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    confidence = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    assigned_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    claimed_until = models.DateTimeField(null=True)
    snoozed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    snoozed_until = models.DateTimeField(null=True)
    wakes_on_change = models.BooleanField(default=False)  # an answer or a comment ends the snooze
    came_from = models.OneToOneField("self", models.PROTECT, null=True, related_name="went_on_as")
    visited = ArrayField(models.UUIDField(), default=list)  # desks where it expired already
    opened_at = models.DateTimeField(default=timezone.now)
    risk_at = models.DateTimeField()  # half its time is gone
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sort_at = models.DateTimeField()  # see reviews.ranking
    escalated = models.SmallIntegerField(default=0)  # 1: said to be at risk, 2: said to be overdue
    escalated_to = ArrayField(models.UUIDField(), default=list, db_default=[])  # by name
    words = models.TextField(default="")  # what it is found by: party, number, subject, in lower case
    closed_at = models.DateTimeField(null=True)
    closed_why = models.TextField(default="")  # of a withdrawal or an expiry: no person's verdict

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(name="review_only_one_open_per_proposal", fields=["proposal"], condition=IS_OPEN),
            models.UniqueConstraint(
                name="review_only_one_open_question_per_run",
                fields=["run"],
                condition=IS_OPEN & ~Q(kind="sample"),
            ),
            models.CheckConstraint(
                name="review_closed_at_is_set_exactly_when_closed",
                condition=(IS_OPEN & Q(closed_at=None)) | (~IS_OPEN & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="review_of_an_approval_or_sample_has_a_proposal",
                condition=~Q(kind__in=["approval", "sample"]) | Q(proposal__isnull=False),
            ),
            models.CheckConstraint(
                name="review_of_a_clarification_says_what_is_awaited",
                condition=~Q(kind="clarification") | Q(awaited__isnull=False),
            ),
            models.CheckConstraint(
                name="review_is_signed_once_only_as_an_approval",
                condition=~Q(status="signed_once") | Q(kind="approval"),
            ),
            models.CheckConstraint(
                name="review_snooze_has_an_end",
                condition=Q(snoozed_by=None, snoozed_until=None, wakes_on_change=False)
                | Q(snoozed_by__isnull=False, snoozed_until__isnull=False),
            ),
            models.CheckConstraint(
                name="review_is_at_risk_before_it_is_due",
                condition=Q(risk_at__lte=F("due_at")) & Q(sort_at__lte=F("due_at")),
            ),
            models.CheckConstraint(name="review_escalates_in_two_steps", condition=Q(escalated__in=[0, 1, 2])),
            models.CheckConstraint(
                name="review_claim_has_an_end",
                condition=Q(claimed_by=None, claimed_until=None)
                | Q(claimed_by__isnull=False, claimed_until__isnull=False),
            ),
        )
        indexes = (
            # What is put off stands in the indexes by desk, so that an inbox is counted without reading a row.
            models.Index(
                name="review_waiting_at_desk",
                fields=["desk", "-urgent", "sort_at", "id"],
                include=["snoozed_until"],
                condition=IS_OPEN,
            ),
            models.Index(name="review_waiting", fields=["-urgent", "sort_at", "id"], condition=IS_OPEN),
            models.Index(name="review_waiting_by_due", fields=["desk", "due_at"], condition=IS_OPEN),
            models.Index(name="review_at_risk", fields=["risk_at"], condition=IS_OPEN & Q(escalated=0)),
            models.Index(name="review_overdue", fields=["due_at"], condition=IS_OPEN & Q(escalated__lt=2)),
            models.Index(
                name="review_snoozed",
                fields=["snoozed_until"],
                include=["desk"],
                condition=IS_OPEN & Q(snoozed_until__isnull=False),
            ),
            models.Index(name="review_assigned", fields=["assigned_to"], condition=IS_OPEN),
            models.Index(name="review_claimed", fields=["claimed_by"], condition=IS_OPEN),
            GinIndex(name="review_waiting_words", fields=["words"], opclasses=["gin_trgm_ops"], condition=IS_OPEN),
            models.Index(name="review_expires", fields=["expires_at"], condition=IS_OPEN),
            models.Index(name="review_of_run", fields=["run", "opened_at"]),
            models.Index(name="review_closed_at_desk", fields=["desk", "-closed_at"], condition=~IS_OPEN),
            GinIndex(name="review_waiting_codes", fields=["codes"], condition=IS_OPEN),
            GinIndex(name="review_waiting_tools", fields=["tools"], condition=IS_OPEN),
            # The other orders of the queue (`queries.cursor`), and what was decided before about the same or alike.
            models.Index(
                Coalesce("converted", "amount", Value(Decimal(-1))).desc(),
                "id",
                name="review_waiting_by_worth",
                condition=IS_OPEN,
            ),
            models.Index(name="review_waiting_by_age", fields=["opened_at", "id"], condition=IS_OPEN),
            models.Index(
                Coalesce("confidence", Value(Decimal(2))), "id", name="review_waiting_by_surety", condition=IS_OPEN
            ),
            models.Index(
                name="review_signed_once",
                fields=["desk", "-urgent", "sort_at", "id"],
                include=["snoozed_until"],
                condition=Q(status="signed_once"),
            ),
            models.Index(
                name="review_samples",
                fields=["desk", "-urgent", "sort_at", "id"],
                include=["snoozed_until"],
                condition=IS_OPEN & Q(kind="sample"),
            ),
            models.Index(name="review_past_of_party", fields=["counterparty", "-closed_at"], condition=_PAST),
            models.Index(
                name="review_decided_alike",
                fields=["agent", "-closed_at"],
                include=["confidence"],
                condition=Q(status="decided", kind="approval"),
            ),
            models.Index(
                name="review_escalated_by_name", fields=["opened_at"], condition=IS_OPEN & ~Q(escalated_to=[])
            ),
        )

    def __str__(self) -> str:
        return f"Review {self.number}"

    @property
    def is_open(self) -> bool:
        return self.status in WAITING

    def move_to(self, status: ReviewStatus, *, at: datetime, also: tuple[str, ...] = ()) -> None:
        """Change status along the table and save `also`; raises `IllegalTransition`."""
        if status != self.status:
            TRANSITIONS.check(self.status, status)
        self.status = status
        self.closed_at = None if status in WAITING else at
        if self.closed_at:
            self.claimed_by_id = self.claimed_until = None
        if also:
            self.save(update_fields=["status", "closed_at", "claimed_by", "claimed_until", *also])
        else:  # on the measured path from a click to the effect
            query(MOVE, (str(status), self.closed_at, self.claimed_by_id, self.claimed_until, self.id))
