"""Finding passages: the words of a question in PostgreSQL's dictionaries, misspelt ones by their trigrams.

A passage's score says how much of what was asked it covers: each word weighs as much as it is rare in the collection,
in the heading more than in the text. One sentence of the question decides, so that a long story around it does not
dilute it. The same question on the same articles has the same score.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from agentops.knowledge import embedding
from agentops.knowledge.models import Passage

SENTENCES, LONGEST = 24, 400  # of one question, and characters of one of them
CANDIDATES, FEW = 400, 40  # passages that are weighed; those found by parts of words alone
ALIKE = 0.5  # of a word's trigrams that a heading must hold
IN_TEXT, IN_PARTS = 0.65, 0.6  # what a word counts that stands in the text alone, or only in parts in the heading
SATURATION = 1.6  # one rare word alone is worth less than half
_ODD = frozenset("'\\")  # signs that a tsquery reads otherwise
# Words of courtesy ask for nothing, in whatever language they stand.
_POLITE = re.compile(
    r"\b(hello|hi|hey|dear|good|morning|afternoon|evening|thanks?|thank you|please|regards|hallo|guten|tag|morgen|abend"
    r"|danke|vielen|dank|bitte|grüße|bonjour|bonsoir|merci|cordialement|hola|buenos|buenas|días|tardes|gracias|saludo"
    r"|buongiorno|salve|ciao|grazie|saluti|goedendag|goedemorgen|bedankt|groet|groeten)\b",
    re.IGNORECASE,
)
_BREAK = re.compile(r"(?<=[.!?…])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Found:
    """One passage with where it is from: evidence. `score` is from 0 to 1."""

    id: UUID
    key: str
    title: str
    text: str
    source: str
    updated_on: date
    digest: str
    score: float


def search(*, collection: str, text: str, language: str, limit: int = 5) -> list[Found]:
    """The passages that cover most of the question, best first; those of other languages are not looked at."""
    asked = _lexemes(_sentences(text), language)
    words = sorted({word for sentence in asked for word in sentence})
    if not words:
        return []
    rows = _candidates(collection, language, words)
    parts, more = _in_parts(collection, language, words, rows)
    often = Counter(word for row in rows for word in row.body)
    total = _how_many(collection, language)
    weigh = {word: math.log(1 + total / (often[word] or 0.5)) for word in words}
    found = [_scored(row, asked, weigh, parts.get(row.found.id, frozenset())) for row in (*rows, *more)]
    found = _with_meaning(found, embedding.near(collection=collection, text=text, language=language))
    return sorted((one for one in found if one.score > 0), key=lambda one: (-one.score, one.key))[:limit]


def _with_meaning(found: list[Found], near: dict[UUID, float]) -> list[Found]:
    """Passages that speak of the same in other words stand among the others by how near they are."""
    if not near:
        return found
    known = {one.id for one in found}
    new = [passage for passage in near if passage not in known]
    missed = [row.found for row in _rows("WHERE p.id = ANY(%s) ORDER BY p.id", (new,))] if new else []
    return [
        replace(one, score=max(one.score, round(embedding.WORTH * near.get(one.id, 0.0), 4)))
        for one in (*found, *missed)
    ]


@dataclass(frozen=True, slots=True)
class _Row:
    found: Found
    head: frozenset[str]
    body: frozenset[str]


def _sentences(text: str) -> list[str]:
    found = (_POLITE.sub(" ", part).strip() for part in _BREAK.split(text[: SENTENCES * LONGEST]))
    return [part[:LONGEST] for part in found if part][:SENTENCES]


def _lexemes(sentences: Sequence[str], language: str) -> list[frozenset[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tsvector_to_array(to_tsvector(knowledge_config(%s), s.said)) "
            "FROM unnest(%s::text[]) WITH ORDINALITY AS s(said, n) ORDER BY s.n",
            (language, list(sentences)),
        )
        found = [frozenset(word for word in words or () if not _ODD & set(word)) for (words,) in cursor.fetchall()]
    return [words for words in found if words]


def _candidates(collection: str, language: str, words: Sequence[str]) -> list[_Row]:
    return _rows(
        """
        JOIN (SELECT string_agg(quote_literal(word), ' | ')::tsquery AS query FROM unnest(%s::text[]) word) q
            ON p.words @@ q.query
        WHERE a.collection = %s AND a.active AND p.language = %s
        ORDER BY ts_rank(p.words, q.query) DESC, p.id LIMIT %s
        """,
        (list(words), collection, language, CANDIDATES),
    )


def _how_many(collection: str, language: str) -> int:
    rows = Passage.objects.filter(article__collection=collection, article__active=True, language=language)
    return max(rows.count(), 1)


_ROWS = """
SELECT p.id, a.key, a.title, p.text, a.source, a.updated_on, a.digest,
    tsvector_to_array(ts_filter(p.words, '{a}')), tsvector_to_array(p.words)
FROM knowledge_passage p JOIN knowledge_article a ON a.id = p.article_id
"""


def _rows(rest: str, given: Iterable[Any]) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS + rest, list(given))
        return [_Row(_found(row), frozenset(row[7] or ()), frozenset(row[8] or ())) for row in cursor.fetchall()]


def _found(row: Sequence[Any]) -> Found:
    key, title, text, source, updated_on, digest = row[1:7]
    return Found(row[0], key, title, text, source, updated_on, digest, score=0.0)


def _in_parts(
    collection: str, language: str, words: Sequence[str], rows: Sequence[_Row]
) -> tuple[dict[UUID, frozenset[str]], list[_Row]]:
    """Words that stand nowhere as they are, by the passages whose heading has something like them; and those of these
    passages that were not found before."""
    there = {word for row in rows for word in row.body}
    strange = [word for word in words if word not in there and len(word) > 4]
    if not strange:
        return {}, []
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, (strange, ALIKE, collection, language, FEW))
        near = {passage: frozenset(found) for passage, found in cursor.fetchall()}
    known = {row.found.id for row in rows}
    new = [passage for passage in near if passage not in known]
    return near, _rows("WHERE p.id = ANY(%s) ORDER BY p.id", (new,)) if new else []


_ALIKE = """
SELECT p.id, array_agg(word) FROM knowledge_passage p
JOIN knowledge_article a ON a.id = p.article_id
JOIN unnest(%s::text[]) word ON word_similarity(word, p.heading) >= %s
WHERE a.collection = %s AND a.active AND p.language = %s GROUP BY p.id ORDER BY p.id LIMIT %s
"""


def _scored(row: _Row, asked: Iterable[frozenset[str]], weigh: dict[str, float], near: frozenset[str]) -> Found:
    best = 0.0
    for sentence in asked:
        whole = sum(weigh[word] for word in sentence)
        met = sum(weigh[word] * _worth(row, word, near) for word in sentence)
        best = max(best, met / whole * met / (met + SATURATION))
    found = row.found
    return replace(found, score=round(best, 4))


def _worth(row: _Row, word: str, near: frozenset[str]) -> float:
    if word in row.head:
        return 1.0
    if word in row.body:
        return IN_TEXT
    return IN_PARTS if word in near else 0.0
