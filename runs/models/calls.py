"""Questions to models: one row for each attempt, and what each provider may still be asked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from agentops.core.ids import uuid7
from runs.models.fields import HashField, Holds
from runs.models.runs import Run


class CallStatus(models.TextChoices):
    """How far a question to a model has come; see `runs.gateway`."""

    DUE = "due"
    SENT = "sent"  # certainly claimed; the provider may have it
    ANSWERED = "answered"
    CACHED = "cached"  # answered by an earlier call (`original`)
    FAILED = "failed"
    LOST = "lost"  # whoever sent it died; it may be billed
    WITHDRAWN = "withdrawn"  # never sent


class ModelCall(models.Model):
    """One attempt at one question to a model: what it cost, and while it is open who has it and what is reserved.

    Exact request and answer are payloads of the run's audit entries `asked_seq` and `told_seq`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    run = models.ForeignKey(Run, models.PROTECT, related_name="model_calls", db_index=False)
    question = models.ForeignKey("Await", models.PROTECT, null=True, related_name="calls")
    revision = models.SmallIntegerField()
    seq = models.SmallIntegerField()
    attempt = models.SmallIntegerField()
    status = models.CharField(max_length=9, choices=CallStatus, default=CallStatus.ANSWERED)
    # When somebody must look at it: due, from when; sent, the lease's end. The only thing claimed by.
    due_at = models.DateTimeField(null=True)
    lease_holder = models.CharField(max_length=60, default="")
    epoch = models.BigIntegerField(default=0)
    role = models.CharField(max_length=20)  # planner, synthesis, executor, critic, reader
    tier = models.CharField(max_length=20, default="")
    provider = models.CharField(max_length=30)
    model = models.CharField(max_length=80)
    prompt = models.CharField(max_length=80, default="")  # its name and version
    prompt_hash = HashField()
    request_digest = HashField()
    parameters = models.JSONField(default=dict)
    asked_seq = models.BigIntegerField(null=True)
    told_seq = models.BigIntegerField(null=True)
    cache_key = HashField(null=True)
    cached_until = models.DateTimeField(null=True)
    original = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    batched = models.BooleanField(default=False, db_default=False)  # it can wait, and is asked with others
    batch = models.ForeignKey("ModelBatch", models.PROTECT, null=True, related_name="asked", db_index=False)
    reserved_tokens = models.IntegerField(default=0)
    reserved_cost = models.BigIntegerField(default=0)
    limits = models.JSONField(default=list)  # the day's counters on which it is reserved
    provider_request_id = models.CharField(max_length=120, default="")
    stop_reason = models.CharField(max_length=40, default="")
    code = models.CharField(max_length=40, default="")  # why there is no answer
    error = models.TextField(default="")
    may_be_billed = models.BooleanField(default=False)  # though nobody here knows for what
    tokens_in = models.IntegerField(default=0)
    tokens_out = models.IntegerField(default=0)
    tokens_cached = models.IntegerField(default=0)
    tokens_written = models.IntegerField(default=0)  # of `tokens_in`, into the provider's cache
    cost = models.BigIntegerField(default=0)  # what counts, in millionths of the house's currency
    cost_known = models.BooleanField(default=True)
    price_day = models.DateField(null=True)  # the day the price table is from
    started_at = models.DateTimeField()
    duration_ms = models.FloatField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="model_call_attempt_is_recorded_once",
                fields=["run", "revision", "seq", "request_digest", "attempt"],
            ),
            models.UniqueConstraint(
                name="model_call_is_open_once_per_question",
                fields=["question"],
                condition=Q(status__in=["due", "sent"]),
            ),
            models.CheckConstraint(
                name="model_call_is_due_exactly_while_it_is_open",
                condition=Holds("(due_at IS NOT NULL) = (status = ANY ('{due,sent}'))"),
            ),
            models.CheckConstraint(
                name="model_call_from_the_cache_names_its_original",
                condition=Holds("(original_id IS NOT NULL) = (status = 'cached')"),
            ),
            models.CheckConstraint(
                name="model_call_reserves_and_costs_nothing_below_zero",
                condition=Q(reserved_tokens__gte=0, reserved_cost__gte=0, cost__gte=0),
            ),
        ]
        indexes = [
            models.Index(name="model_call_due", fields=["provider", "due_at"], condition=Q(status="due")),
            models.Index(name="model_call_of_batch", fields=["batch"], condition=Q(batch__isnull=False)),
            models.Index(name="model_call_sent", fields=["provider", "due_at"], condition=Q(status="sent")),
            models.Index(
                name="model_call_known", fields=["cache_key"], condition=Q(cache_key__isnull=False, status="answered")
            ),
        ]


class ModelBatch(models.Model):
    """Calls that were handed to a provider together. The row is there before the provider has them.

    `due_at` is when somebody must look at it again; `epoch` rises with each who does.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    provider = models.CharField(max_length=30)
    provider_id = models.CharField(max_length=120, null=True)
    status = models.CharField(max_length=9, choices=[("open", "Open"), ("submitted", "Submitted"), ("ended", "Ended")])
    epoch = models.BigIntegerField(default=1)
    due_at = models.DateTimeField(null=True)
    calls = models.IntegerField()
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="model_batch_is_known_once", fields=["provider", "provider_id"]),
            models.CheckConstraint(
                name="model_batch_is_looked_at_until_it_has_ended",
                condition=Holds("(due_at IS NULL) = (status = 'ended') AND (ended_at IS NULL) = (status <> 'ended')"),
            ),
            models.CheckConstraint(
                name="model_batch_under_way_has_the_providers_name",
                condition=Holds("status <> 'submitted' OR (provider_id IS NOT NULL AND submitted_at IS NOT NULL)"),
            ),
        ]
        indexes = [models.Index(name="model_batch_due", fields=["provider", "due_at"], condition=~Q(status="ended"))]


class ModelPace(models.Model):
    """What one provider may still be asked at this moment, over all processes: two buckets that refill with time."""

    provider = models.CharField(primary_key=True, max_length=30)
    requests = models.FloatField()
    tokens = models.FloatField()
    refilled_at = models.DateTimeField()
    closed_until = models.DateTimeField(null=True)  # the provider said so
