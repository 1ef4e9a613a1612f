"""What became of the planned steps: steps, attempts at tools, questions. Inserted once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from agentops.core.ids import uuid7
from runs.lifecycle import (
    Awaiting,
)
from runs.models.fields import HashField, SpelledJSONField
from runs.models.runs import Run


class StepStatus(models.TextChoices):
    DONE = "done"
    EMPTY = "empty"  # looked, and there is none
    SKIPPED = "skipped"
    CARRIED = "carried"  # a fact of an earlier revision that still holds
    REFUSED = "refused"
    FAILED = "failed"
    BY_HAND = "by_hand"  # a person did it


class Step(models.Model):
    """What became of one planned step; inserted once, when it ends."""

    pk = models.CompositePrimaryKey("run_id", "revision", "seq")
    run = models.ForeignKey(Run, models.PROTECT, related_name="steps", db_index=False)
    revision = models.SmallIntegerField()
    seq = models.SmallIntegerField()
    name = models.CharField(max_length=60)
    tool = models.CharField(max_length=60)
    stage = models.CharField(max_length=40)
    status = models.CharField(max_length=8, choices=StepStatus)
    output = SpelledJSONField(null=True)
    note = models.TextField(default="")
    epoch = models.BigIntegerField()
    at = models.DateTimeField()


class ToolCall(models.Model):
    """One attempt: exact input and output, latency, cost, error. `output` is null where it is the step's own.

    Large arguments that are whole earlier results stand in `input_from` with their path: see `queries.exact_input`.
    """

    pk = models.CompositePrimaryKey("run_id", "revision", "seq", "attempt")
    run = models.ForeignKey(Run, models.PROTECT, related_name="tool_calls", db_index=False)
    revision = models.SmallIntegerField()
    seq = models.SmallIntegerField()
    attempt = models.SmallIntegerField()
    tool = models.CharField(max_length=60)
    tool_version = HashField()
    effect_key = models.CharField(max_length=64, default="")
    input = SpelledJSONField()
    input_from = SpelledJSONField(null=True)
    output = SpelledJSONField(null=True)
    result = models.CharField(max_length=10)  # value, empty, refused, failed, unknown
    error = models.TextField(default="")
    epoch = models.BigIntegerField()
    started_at = models.DateTimeField()
    duration_ms = models.FloatField()
    cpu_ms = models.FloatField(default=0)
    cost = models.BigIntegerField(default=0)  # millionths of the house's currency


class Await(models.Model):
    """Something a step asked for and parked on; its answer is what the same question returns ever after.

    A wait for a counterparty's message names the thread it comes on and when it is over; `message_key` is the digest
    of the name of the message that answered, so that no message answers twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    run = models.ForeignKey(Run, models.PROTECT, related_name="awaits", db_index=False)
    revision = models.SmallIntegerField()
    seq = models.SmallIntegerField()
    request_digest = HashField()
    kind = models.CharField(max_length=10, choices=Awaiting)
    request = models.JSONField()
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)
    thread = models.CharField(max_length=300, null=True)
    expires_at = models.DateTimeField(null=True)
    message_key = HashField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="await_only_one_open_per_thread",
                fields=["thread"],
                condition=Q(thread__isnull=False, answered_at=None),
            ),
            models.UniqueConstraint(
                name="await_is_answered_by_a_message_once",
                fields=["thread", "message_key"],
                condition=Q(message_key__isnull=False),
            ),
            models.CheckConstraint(
                name="await_for_a_message_names_its_thread_and_expiry",
                condition=Q(kind="message", thread__isnull=False, expires_at__isnull=False)
                | (~Q(kind="message") & Q(thread=None, expires_at=None, message_key=None)),
            ),
            models.UniqueConstraint(
                name="await_is_asked_once_per_step",
                fields=["run", "revision", "seq", "request_digest"],
            ),
            models.CheckConstraint(
                name="await_is_answered_with_an_answer",
                condition=Q(answer=None, answered_at=None) | Q(answer__isnull=False, answered_at__isnull=False),
            ),
        ]
