"""Articles with the passages they are found and cited by, and what people taught about counterparties."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from agentops.core.ids import uuid7


class Article(models.Model):
    """One article in one language. `asked` are ways in which people ask for it, one per line."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    collection = models.CharField(max_length=60)
    key = models.CharField(max_length=60)
    language = models.CharField(max_length=2)
    title = models.CharField(max_length=200)
    asked = models.TextField(default="", blank=True)
    body = models.TextField()
    source = models.CharField(max_length=300, default="", blank=True)
    updated_on = models.DateField()
    digest = models.CharField(max_length=64)
    active = models.BooleanField(default=True)
    stored_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="article_key_once_per_collection", fields=["collection", "key"]),
            models.CheckConstraint(name="article_says_something", condition=~Q(title="") & ~Q(body="")),
            models.CheckConstraint(name="article_language_is_a_code", condition=Q(language__regex="^[a-z]{2}$")),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"


class Passage(models.Model):
    """A part of an article, as it is found and cited. Its search words are a generated column of the database."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    article = models.ForeignKey(Article, models.CASCADE, related_name="passages")
    ordinal = models.PositiveIntegerField()
    language = models.CharField(max_length=2)
    heading = models.TextField()
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="passage_place_once_per_article", fields=["article", "ordinal"]),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.ordinal}"


class PassageVector(models.Model):
    """A passage in the space of one embedder."""

    passage = models.ForeignKey(Passage, models.CASCADE, related_name="vectors")
    embedder = models.CharField(max_length=80)
    vector = ArrayField(models.FloatField())

    class Meta:
        constraints = [
            models.UniqueConstraint(name="passage_vector_once_per_embedder", fields=["passage", "embedder"]),
            models.CheckConstraint(name="passage_vector_is_one", condition=Q(vector__len__gt=0)),
        ]


class Memory(models.Model):
    """What a person's signed correction taught about a counterparty. Never changed (trigger); it ends."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    about = models.CharField(max_length=200)  # the counterparty's neutral key
    topic = models.CharField(max_length=60)
    words = models.CharField(max_length=500)
    proposal = models.UUIDField()  # that was corrected and signed
    digest = models.CharField(max_length=64)
    taught_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taught_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="memory_only_one_in_force_per_topic", fields=["about", "topic"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(name="memory_says_something", condition=~Q(about="") & ~Q(topic="") & ~Q(words="")),
            models.CheckConstraint(
                name="memory_ended_says_by_whom",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]
