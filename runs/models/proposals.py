"""What is to be changed, the right to change it, and the trace of the change."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agentops.core.ids import uuid7
from runs.lifecycle import (
    IS_LIVE,
    LIVE,
    EffectStatus,
    ProposalState,
)
from runs.models.fields import HashField, Holds, SpelledJSONField
from runs.models.runs import Run


class Proposal(models.Model):
    """What is decided at once: one action, or several that belong together. Frozen but for its state."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    run = models.ForeignKey(Run, models.PROTECT, related_name="proposals", db_index=False)
    number = models.SmallIntegerField()
    revision = models.SmallIntegerField()
    position = models.SmallIntegerField()  # seq of its first action's step
    label = models.CharField(max_length=60)
    digest = HashField()
    state = models.CharField(max_length=10, choices=ProposalState)
    sentence = models.TextField()
    body = SpelledJSONField()  # fields, checks, marks, evidence, changes: what a reviewer is shown
    verdict = models.CharField(max_length=8)
    reasons = models.JSONField(default=list)
    blocked = models.BooleanField(default=False)
    signatures = models.SmallIntegerField(default=0)  # needed
    authors = ArrayField(models.UUIDField(), default=list)  # persons who edited it; they may not sign again
    confidence = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    counterparty = models.CharField(max_length=120, default="")
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, default="")
    converted = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    policy = HashField()
    limits = models.JSONField(default=list)
    sample_probability = models.DecimalField(max_digits=6, decimal_places=5, default=0)
    sample_roll = models.DecimalField(max_digits=6, decimal_places=5, default=1)
    sampled = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="proposal_number_is_unique_in_its_run", fields=["run", "number"]),
            models.UniqueConstraint(name="proposal_only_one_live_per_run", fields=["run"], condition=IS_LIVE),
            models.CheckConstraint(
                name="proposal_closed_at_is_set_exactly_when_closed",
                condition=Holds(f"(closed_at IS NULL) = (state = ANY ('{{{','.join(sorted(LIVE))}}}'))"),
            ),
            models.CheckConstraint(
                name="proposal_for_review_names_its_signatures",
                condition=Holds("verdict <> 'review' OR signatures = 1 OR signatures = 2"),
            ),
            models.CheckConstraint(
                name="proposal_blocked_is_never_allowed_or_approved",
                condition=Holds("NOT (blocked AND state = ANY ('{allowed,approved,performed}'))"),
            ),
        ]


class Action(models.Model):
    """One step that changes something, its arguments resolved and frozen."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="actions", db_index=False)
    ordinal = models.SmallIntegerField()
    seq = models.SmallIntegerField()
    name = models.CharField(max_length=60)
    tool = models.CharField(max_length=60)
    tool_version = HashField()
    impact = models.CharField(max_length=12)
    effect_class = models.CharField(max_length=14)
    args = SpelledJSONField()
    digest = HashField()
    reference = models.CharField(max_length=300)
    basis = models.JSONField(null=True)  # the world it rests on, read again under lock when it is performed
    verdict = models.CharField(max_length=8)
    policy = HashField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="action_ordinal_is_unique_in_its_proposal", fields=["proposal", "ordinal"])
        ]


class Approval(models.Model):
    """The single-use right to perform one action, born of signatures and bound to its exact digest."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    action = models.ForeignKey(Action, models.PROTECT, related_name="approvals", db_index=False)
    digest = HashField()
    signers = ArrayField(models.UUIDField())
    granted_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    consumed_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="approval_only_one_standing_per_action",
                fields=["action"],
                condition=Q(revoked_at=None),
            ),
            models.CheckConstraint(name="approval_is_signed_by_somebody", condition=Q(signers__len__gte=1)),
            models.CheckConstraint(
                name="approval_is_consumed_or_revoked_not_both",
                condition=Q(consumed_at=None) | Q(revoked_at=None),
            ),
        ]


class Effect(models.Model):
    """The trace of one change outside the step."""

    key = HashField(primary_key=True)
    run = models.ForeignKey(Run, models.PROTECT, related_name="effects", db_index=False)
    action = models.OneToOneField(Action, models.PROTECT, related_name="effect")
    approval = models.OneToOneField(Approval, models.PROTECT, null=True, related_name="effect")
    tool = models.CharField(max_length=60)
    reference = models.CharField(max_length=300)
    status = models.CharField(max_length=10, choices=EffectStatus)
    epoch = models.BigIntegerField()  # of the lease under which it was last sent
    attempts = models.SmallIntegerField(default=0)
    intended_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    receipt = models.JSONField(null=True)
    error = models.TextField(default="")
    limits = models.JSONField(default=list)  # reserved for it; released if it is refused

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="effect_happens_once_per_business_reference",
                fields=["tool", "reference"],
                condition=~Q(status="refused"),
            ),
            models.CheckConstraint(
                name="effect_settled_at_is_set_exactly_when_settled",
                condition=Holds("(settled_at IS NOT NULL) = (status = ANY ('{confirmed,refused}'))"),
            ),
        ]
        indexes = [
            models.Index(
                name="effect_unsettled",
                fields=["run"],
                condition=Q(status__in=["intended", "sent", "unknown"]),
            ),
            models.Index(name="effect_of_run", fields=["run"]),
        ]
