"""Putting articles into the house: the only way in, recorded, and harmless to repeat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from agentops.core.audit.trail import Actor, Event, append
from agentops.core.hashing import digest
from agentops.core.models import User
from agentops.knowledge.chunking import packed
from agentops.knowledge.models import Article, Passage

STREAM = "knowledge"
LONGEST = 50_000


class ArticleUnusable(ValueError):
    """An article that cannot be kept; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Written:
    """An article as somebody wrote it; paragraphs of `body` are separated by blank lines."""

    key: str
    language: str
    title: str
    body: str
    updated_on: date
    asked: tuple[str, ...] = ()
    source: str = ""

    @property
    def digest(self) -> str:
        asked = "\n".join(self.asked)
        return digest([self.language, self.title, asked, self.body, self.source, self.updated_on.isoformat()])


@transaction.atomic
def put_article(*, collection: str, written: Written, by: User | Actor, now: datetime) -> Article:
    """Keep the article, or the new wording of the one with this key; the same again changes nothing.

    Raises `ArticleUnusable`.
    """
    _check(written)
    there = Article.objects.select_for_update().filter(collection=collection, key=written.key).first()
    if there is not None and there.active and there.digest == written.digest:
        return there
    article = there or Article(collection=collection, key=written.key)
    article.language, article.title, article.body = written.language, written.title, written.body
    article.asked, article.source = "\n".join(written.asked), written.source
    article.updated_on, article.digest, article.active = written.updated_on, written.digest, True
    article.stored_at = now
    article.save()
    article.passages.all().delete()
    Passage.objects.bulk_create(_passages(article))
    _record("knowledge.stored", article, by)
    return article


@transaction.atomic
def withdraw_article(*, collection: str, key: str, by: User | Actor) -> None:
    """It is not found any more; what cited it keeps its words. Raises `Article.DoesNotExist`."""
    article = Article.objects.select_for_update().get(collection=collection, key=key)
    if article.active:
        article.active = False
        article.save(update_fields=["active"])
        _record("knowledge.withdrawn", article, by)


def _check(written: Written) -> None:
    if not written.title.strip() or not written.body.strip():
        raise ArticleUnusable(f"Article {written.key!r} has no title or no text.")
    if len(written.body) > LONGEST:
        raise ArticleUnusable(f"Article {written.key!r} has more than {LONGEST:,} characters. Divide it.")
    if "\0" in written.title + written.body + "".join(written.asked):
        raise ArticleUnusable(f"Article {written.key!r} holds a character that cannot be kept.")


def _passages(article: Article) -> Iterator[Passage]:
    heading = "\n".join(part for part in (article.title, article.asked) if part)
    for ordinal, text in enumerate(packed(article.body)):
        yield Passage(article=article, ordinal=ordinal, language=article.language, heading=heading, text=text)


def _record(action: str, article: Article, by: User | Actor) -> None:
    actor = Actor.of(by) if isinstance(by, User) else by
    append(STREAM, Event(action=action, actor=actor, object=("article", str(article.pk), article.digest)))
