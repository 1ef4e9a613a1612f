"""A run, what it is pinned to and what it was given. The row is narrow, for each step rewrites it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agentops.core.ids import uuid7
from runs.lifecycle import (
    ENDED,
    Awaiting,
    RunStatus,
)
from runs.models.fields import HashField, Holds, NextNumber, SpelledJSONField

NO_HEAD = bytes(32)


class AgentVersion(models.Model):
    """Immutable snapshot of an agent; runs in flight stay pinned to it."""

    hash = HashField(primary_key=True)
    agent = models.CharField(max_length=60)
    body = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)


class Plan(models.Model):
    """Immutable, content-addressed list of planned steps."""

    hash = HashField(primary_key=True)
    steps = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)


class Run(models.Model):
    """One execution of one agent version for one goal. The row is narrow: it is rewritten at each step."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.BigIntegerField(unique=True, db_default=NextNumber(sequence="runs_run_number"))
    agent = models.CharField(max_length=60)
    version = models.ForeignKey(AgentVersion, models.PROTECT, related_name="+", db_index=False)
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", db_index=False)
    request_key = models.CharField(max_length=200, null=True)
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="+", db_index=False)
    revision = models.SmallIntegerField(default=1)
    position = models.SmallIntegerField(default=0)
    stage = models.CharField(max_length=40)
    status = models.CharField(max_length=10, choices=RunStatus, default=RunStatus.QUEUED)
    awaiting = models.CharField(max_length=10, choices=Awaiting, null=True)
    # When somebody must look at this run again: queued, from when; running, the lease's end; a timer's or
    # hold's end. The only thing a worker claims by.
    due_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    lease_holder = models.CharField(max_length=60, default="")
    epoch = models.BigIntegerField(default=0)
    # A worker died while it held this run: run it alone next, so that only a crash alone counts against it.
    suspect = models.BooleanField(default=False)
    alone = models.BooleanField(default=False)
    crashes = models.SmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    audit_seq = models.BigIntegerField(default=0)
    audit_head = models.BinaryField(max_length=32, default=NO_HEAD)
    spent_steps = models.IntegerField(default=0)
    spent_calls = models.IntegerField(default=0)
    spent_tokens = models.IntegerField(default=0)
    spent_cost = models.BigIntegerField(default=0)  # millionths of the house's currency
    spent_ms = models.BigIntegerField(default=0)  # of work, not of waiting
    budget_steps = models.IntegerField()
    budget_calls = models.IntegerField()
    budget_tokens = models.IntegerField()
    budget_cost = models.BigIntegerField()
    budget_ms = models.BigIntegerField()
    budget_revisions = models.SmallIntegerField()
    end_code = models.CharField(max_length=60, default="")
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="run_is_leased_exactly_when_running",
                condition=Holds(
                    "(lease_until IS NOT NULL) = (status = 'running') AND (lease_until IS NULL OR due_at = lease_until)"
                ),
            ),
            models.CheckConstraint(
                name="run_says_what_it_awaits_exactly_when_awaiting",
                condition=Holds("(awaiting IS NOT NULL) = (status = 'awaiting')"),
            ),
            models.CheckConstraint(
                name="run_ended_at_is_set_exactly_when_ended",
                condition=Holds(f"(ended_at IS NOT NULL) = (status = ANY ('{{{','.join(sorted(ENDED))}}}'))"),
            ),
            models.CheckConstraint(
                name="run_queued_is_due_and_ended_is_not",
                condition=Holds("CASE WHEN due_at IS NULL THEN status <> 'queued' ELSE ended_at IS NULL END"),
            ),
            models.CheckConstraint(
                name="run_spends_within_its_budget",
                condition=Holds(
                    "spent_steps <= budget_steps AND spent_calls <= budget_calls AND spent_tokens <= budget_tokens "
                    "AND spent_cost <= budget_cost AND revision <= budget_revisions + 1"
                ),
            ),
            models.UniqueConstraint(
                name="run_request_key_is_used_once_per_requester",
                fields=["requester", "request_key"],
                condition=Q(request_key__isnull=False),
            ),
        ]
        indexes = [
            # Two, so that a claim walks through what is queued and nothing else, in order, whatever the planner knows.
            models.Index(name="run_queued", fields=["due_at"], condition=Q(status="queued")),
            models.Index(
                name="run_due_later", fields=["due_at"], condition=Q(due_at__isnull=False) & ~Q(status="queued")
            ),
            models.Index(name="run_suspect_due", fields=["due_at"], condition=Q(suspect=True)),
            models.Index(name="run_awaiting", fields=["awaiting"], condition=Q(awaiting__isnull=False)),
            models.Index(name="run_children", fields=["parent"], condition=Q(parent__isnull=False)),
            models.Index(
                name="run_ended_badly",  # few, and found among a million that went well
                fields=["status", "-number"],
                condition=Q(status__in=["failed", "rejected", "cancelled"]),
            ),
        ]

    def __str__(self) -> str:
        return f"R-{self.number}"


class RunInput(models.Model):
    """Goal and input, apart from the run row so that a step does not rewrite them."""

    run = models.OneToOneField(Run, models.PROTECT, primary_key=True, related_name="given")
    goal = models.TextField()
    input = SpelledJSONField()
    subject = models.CharField(max_length=300, default="")  # a line people recognise it by
    document = HashField(null=True)  # of the blob the run is about
    salt = models.BinaryField(max_length=32)  # of the digests in this run's events

    class Meta:
        # And `run_input_words`, by parts of the subject (0019).
        indexes = [models.Index(name="run_input_document", fields=["document"], condition=Q(document__isnull=False))]
