"""Articles and the passages they are found and cited by."""

from __future__ import annotations

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
