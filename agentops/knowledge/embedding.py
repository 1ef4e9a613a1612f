"""Passages found by what they mean: a doorway for embeddings. Off unless the setting names who makes them.

`KNOWLEDGE_EMBEDDER` names a class with `name` and `embed(texts)`: one vector of the same length for each text. Where
the database has the extension `vector`, it compares them; where not, they are compared here, which is exact and
quick enough for some thousands of passages. Words stay the first way of finding: this one adds what they miss.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Protocol, cast
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from agentops.knowledge.models import Passage, PassageVector

AT_ONCE = 64
NEAR = 0.6  # cosine below which a passage does not speak of it
WORTH = 0.9  # what nearness counts against words
MOST = 20

Vector = Sequence[float]


class Embedder(Protocol):
    """Whoever makes vectors of texts; another `name` is another space, and nothing is compared across."""

    name: str

    def embed(self, texts: Sequence[str]) -> list[Vector]:
        """One vector for each text."""


class BadVector(ValueError):
    """The embedder answered with something that is no vector for each text."""


@lru_cache(maxsize=1)
def embedder() -> Embedder | None:
    """Who makes vectors in this house; None: nobody."""
    return cast(Embedder, import_string(settings.KNOWLEDGE_EMBEDDER)()) if settings.KNOWLEDGE_EMBEDDER else None


def embed_missing(*, collection: str | None = None, most: int = 10_000) -> int:
    """Make the vectors that are missing, in batches; says how many. Raises `BadVector`."""
    maker = embedder()
    if maker is None:
        return 0
    done = 0
    while done < most:
        rows = Passage.objects.exclude(vectors__embedder=maker.name).filter(article__active=True)
        rows = rows.filter(article__collection=collection) if collection else rows
        batch = list(rows.order_by("id")[: min(AT_ONCE, most - done)])
        if not batch:
            break
        made = _checked(maker.embed([f"{one.heading}\n{one.text}" for one in batch]), len(batch))
        PassageVector.objects.bulk_create(
            [
                PassageVector(passage=one, embedder=maker.name, vector=list(v))
                for one, v in zip(batch, made, strict=True)
            ],
            ignore_conflicts=True,
        )
        done += len(batch)
    return done


def near(*, collection: str, text: str, language: str) -> dict[UUID, float]:
    """Passages that speak of what the text speaks of, with how near they are; nothing where nobody makes vectors."""
    maker = embedder()
    if maker is None or not text.strip():
        return {}
    (asked,) = _checked(maker.embed([text]), 1)
    compare = _in_database if has_pgvector() else _here
    found = compare(asked, (maker.name, collection, language))
    return {passage: score for passage, score in found if score >= NEAR}


def has_pgvector() -> bool:
    """Whether this database compares vectors itself (`CREATE EXTENSION vector`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'vector')")
        return bool(cursor.fetchone()[0])


_OF = """
FROM knowledge_passagevector v JOIN knowledge_passage p ON p.id = v.passage_id
JOIN knowledge_article a ON a.id = p.article_id
WHERE v.embedder = %s AND a.collection = %s AND a.active AND p.language = %s
"""


def _in_database(asked: Vector, where: tuple[str, str, str]) -> list[tuple[UUID, float]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, 1 - (v.vector::vector <=> %s::float8[]::vector) AS near"
            + _OF
            + "AND cardinality(v.vector) = %s ORDER BY near DESC, p.id LIMIT %s",
            (list(asked), *where, len(asked), MOST),
        )
        return [(row[0], float(row[1])) for row in cursor.fetchall()]


def _here(asked: Vector, where: tuple[str, str, str]) -> list[tuple[UUID, float]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT p.id, v.vector" + _OF, where)
        found = [(row[0], _cosine(asked, row[1])) for row in cursor.fetchall() if len(row[1]) == len(asked)]
    return sorted(found, key=lambda one: (-one[1], one[0]))[:MOST]


def _cosine(one: Vector, other: Vector) -> float:
    length = math.hypot(*one) * math.hypot(*other)
    return sum(a * b for a, b in zip(one, other, strict=True)) / length if length else 0.0


def _checked(made: Sequence[Vector], count: int) -> Sequence[Vector]:
    lengths = {len(vector) for vector in made}
    if len(made) != count or len(lengths) != 1 or 0 in lengths or not all(map(math.isfinite, chain(*made))):
        raise BadVector(f"The embedder was given {count} texts and answered {len(made)} vectors of lengths {lengths}.")
    return made
