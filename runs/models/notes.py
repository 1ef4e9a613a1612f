"""What a run remembers beside its steps, and what it has given to its children."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from agentops.core.ids import uuid7
from runs.models.fields import HashField
from runs.models.runs import Run

DEEPEST = 5  # generations below a run that somebody asked for


class NoteKind(models.TextChoices):
    """What a note is in the working memory."""

    FACT = "fact"
    DECISION = "decision"
    QUESTION = "question"
    SUMMARY = "summary"


class Note(models.Model):
    """One thing a run remembers that no step holds: why it planned again, what its critic found, what was said before.

    Inserted once; `name` tells it from others, so that a step that runs again notes nothing twice. `body` holds
    values by name. What is not `trusted` may be the words of strangers.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    run = models.ForeignKey(Run, models.PROTECT, related_name="notes", db_index=False)
    revision = models.SmallIntegerField()
    kind = models.CharField(max_length=8, choices=NoteKind)
    name = HashField()
    code = models.CharField(max_length=60)
    words = models.TextField(default="")
    body = models.JSONField(default=dict)
    trusted = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="note_is_made_once", fields=["run", "name"])]


class ChildRun(models.Model):
    """What a run was given by its parent: which question it answers, and how much of the parent's budget.

    Settled once, when the child ends: what it used is added to what the parent has spent.
    """

    run = models.OneToOneField(Run, models.PROTECT, primary_key=True, related_name="as_child")
    parent = models.ForeignKey(Run, models.PROTECT, related_name="+", db_index=False)
    asked = HashField()  # agent, goal and what was given: the same question finds its child again
    attempt = models.SmallIntegerField(default=1)
    depth = models.SmallIntegerField()
    aside = models.BooleanField(default=False)  # the parent went on meanwhile
    reserved_tokens = models.IntegerField()
    reserved_cost = models.BigIntegerField()
    tokens = models.IntegerField(null=True)
    cost = models.BigIntegerField(null=True)  # millionths of the house's currency, its own children's in it
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="child_is_started_once", fields=["parent", "asked", "attempt"]),
            models.CheckConstraint(name="child_is_not_too_deep", condition=Q(depth__gte=1, depth__lte=DEEPEST)),
            models.CheckConstraint(
                name="child_reserves_nothing_below_zero", condition=Q(reserved_tokens__gte=0, reserved_cost__gte=0)
            ),
            models.CheckConstraint(
                name="child_is_settled_with_what_it_used",
                condition=Q(settled_at=None, tokens=None, cost=None)
                | Q(settled_at__isnull=False, tokens__gte=0, cost__gte=0),
            ),
        ]
        indexes = [models.Index(name="child_unsettled", fields=["parent"], condition=Q(settled_at=None))]
