"""Long paragraphs are divided, and passages that say the same in other words are found where somebody makes vectors."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from agentops.core.audit.trail import Actor
from agentops.knowledge import embedding
from agentops.knowledge.chunking import LONG, PASSAGE, packed
from agentops.knowledge.models import Passage, PassageVector
from agentops.knowledge.search import search
from agentops.knowledge.services import Written, put_article

BY = Actor.system("test")
MEANINGS = (("parcel", "shipment", "delivery"), ("refund", "reimburse", "money"))


class Meanings:
    """Two dimensions: how much a text speaks of delivery, and of money."""

    name = "test/1"

    def embed(self, texts):
        return [[float(sum(word in text.casefold() for word in words)) for words in MEANINGS] for text in texts]


class Broken(Meanings):
    """Forgets one."""

    name = "broken/1"

    def embed(self, texts):
        return super().embed(texts)[1:]


@pytest.fixture
def shelf(db, settings):
    settings.KNOWLEDGE_EMBEDDER = f"{__name__}.Meanings"
    embedding.embedder.cache_clear()
    for key, title, body in (("A", "Late parcels", "A parcel may be late."), ("B", "Refunds", "We refund in days.")):
        written = Written(key, "en", title, body, date(2026, 9, 2), (), "Help centre")
        put_article(collection="help", written=written, by=BY, now=timezone.now())
    yield
    embedding.embedder.cache_clear()


def keys(text):
    return [found.key for found in search(collection="help", text=text, language="en")]


def test_small_paragraphs_stay_together_and_a_long_one_is_divided_by_its_sentences():
    assert list(packed("One.\n\nTwo.")) == ["One.\nTwo."]
    whole = " ".join(f"Sentence {number} says something of its own." for number in range(60))
    assert len(whole) > LONG
    parts = list(packed(whole))
    assert all(len(part) <= PASSAGE + 60 for part in parts)
    for before, after in pairwise(parts):
        assert before.rsplit(". ", 1)[1] in after.split(".")[0] + "."  # each begins with the end of the one before
    assert all(f"Sentence {number} says" in " ".join(parts) for number in range(60))


def test_without_an_embedder_only_words_find_and_nothing_is_kept(shelf, settings):
    settings.KNOWLEDGE_EMBEDDER = ""
    embedding.embedder.cache_clear()
    assert (embedding.embed_missing(), PassageVector.objects.count(), keys("reimburse")) == (0, 0, [])
    with pytest.raises(CommandError, match="Nobody makes vectors"):
        call_command("embed_articles")


@pytest.fixture
def pgvector(request, transactional_db):
    """The extension, if asked for: only a superuser brings it, and the throw-away server has one."""
    if not request.param:
        yield False
        return
    place = {
        name.lower(): value for name, value in connection.settings_dict.items() if name in ("HOST", "PORT") and value
    }
    try:
        admin = psycopg.connect(dbname=connection.settings_dict["NAME"], user="postgres", autocommit=True, **place)
        admin.execute("CREATE EXTENSION vector")
    except psycopg.Error as error:
        pytest.skip(f"no pgvector here: {error}")
    yield True
    admin.execute("DROP EXTENSION vector")
    admin.close()


@pytest.mark.parametrize("pgvector", [False, True], indirect=True)
def test_a_passage_is_found_by_what_it_means_in_the_database_or_here(pgvector, shelf, capsys):
    call_command("embed_articles")
    assert f"compared by {'the database' if pgvector else 'this program'}" in capsys.readouterr().out
    assert PassageVector.objects.count() == Passage.objects.count() == 2
    (found,) = search(collection="help", text="Could you reimburse me?", language="en")
    assert (found.key, found.source, found.score) == ("B", "Help centre", embedding.WORTH)
    assert keys("Where is my parcel?") == ["A"]
    assert embedding.embed_missing() == 0  # harmless to repeat


def test_a_new_wording_loses_its_old_vector_and_another_embedder_is_another_space(shelf):
    embedding.embed_missing()
    written = Written("B", "en", "Refunds", "Money comes back.", date(2026, 9, 3), (), "Help centre")
    put_article(collection="help", written=written, by=BY, now=timezone.now())
    assert PassageVector.objects.count() == 1
    PassageVector.objects.update(embedder="another/1")
    assert keys("shipment") == []


def test_an_embedder_that_answers_something_else_is_told_apart(shelf, settings):
    settings.KNOWLEDGE_EMBEDDER = f"{__name__}.Broken"
    embedding.embedder.cache_clear()
    with pytest.raises(embedding.BadVector, match="2 texts and answered 1"):
        embedding.embed_missing()
