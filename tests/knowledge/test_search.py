"""Articles are found by words and by parts of words, in their language; what is known is cited as it stands."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from agentops.core.audit.trail import Actor
from agentops.core.audit.verify import verify
from agentops.knowledge.models import Article, Passage
from agentops.knowledge.search import search
from agentops.knowledge.services import ArticleUnusable, Written, put_article, withdraw_article

BY = Actor.system("test")


def put(key: str, language: str, title: str, body: str, *asked: str) -> Article:
    written = Written(key, language, title, body, date(2026, 9, 2), tuple(asked), "Help centre")
    return put_article(collection="help", written=written, by=BY, now=timezone.now())


@pytest.fixture
def shelf(db):
    put("A", "en", "Late parcels", "Tracking can stand still for three days.", "Where is my parcel?")
    put("B", "en", "Returning an item", "You can return items within 30 days.", "How do I send it back?")
    put("C", "de", "Verspätete Pakete", "Die Sendungsverfolgung kann stillstehen.", "Wo ist mein Paket?")


def keys(text: str, language: str = "en") -> list[str]:
    return [found.key for found in search(collection="help", text=text, language=language)]


def test_the_article_that_covers_the_question_comes_first_with_source_day_and_score(shelf):
    found = search(collection="help", text="Hello! I am Marco. Where are my parcels?", language="en")[0]
    assert (found.key, found.source, found.updated_on) == ("A", "Help centre", date(2026, 9, 2))
    assert 0 < found.score <= 1
    assert found.text == "Tracking can stand still for three days."


def test_inflected_words_are_found_in_the_dictionary_of_the_language(shelf):
    assert keys("Wo sind meine Pakete?", "de") == ["C"]
    assert keys("Wo sind meine Pakete?", "en") == []


def test_a_misspelt_word_is_found_by_its_parts(shelf):
    assert keys("retturning an itm")[0] == "B"


def test_what_nobody_wrote_about_is_not_found(shelf):
    assert keys("Shall we play chess on Sunday?") == []
    assert search(collection="other", text="Where is my parcel?", language="en") == []
    assert keys("' | ! & :* \\ (") == []


def test_a_new_wording_replaces_the_old_one_and_the_same_again_changes_nothing(shelf):
    article = put("A", "en", "Late parcels", "Ask the carrier first.", "Where is my parcel?")
    assert [found.text for found in search(collection="help", text="late parcels", language="en")] == [
        "Ask the carrier first."
    ]
    stored = article.stored_at
    assert put("A", "en", "Late parcels", "Ask the carrier first.", "Where is my parcel?").stored_at == stored
    withdraw_article(collection="help", key="A", by=BY)
    assert keys("late parcels") == []
    assert verify().ok


def test_an_article_without_text_is_refused_also_around_the_service(db):
    with pytest.raises(ArticleUnusable):
        put("X", "en", "Nothing", "  ")
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.create(
            collection="help", key="X", language="en", title="Nothing", body="", digest="", updated_on=date(2026, 1, 1)
        )
    assert not Passage.objects.exists()
