"""What is remembered about a counterparty: in the name of a person who signed it, never changed, and never else."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from agentops.core.audit.verify import verify
from agentops.core.models import User
from agentops.knowledge.models import Memory
from agentops.knowledge.remembering import NotRemembered, forget, known_about, remember

ABOUT = "customer:sommer"


@pytest.fixture
def person(db):
    return User.objects.create(email="ada@example.test", name="Ada", kind="person", password="!")


@pytest.fixture
def inbox(db):
    return User.objects.create(email="inbox@example.test", name="Inbox", kind="service", password="!")


def taught(by, words="30 days", topic="terms"):
    return remember(
        about=ABOUT, topic=topic, words=words, proposal=uuid.uuid4(), digest="a" * 64, by=by, now=timezone.now()
    )


def test_what_a_person_signed_is_known_with_where_it_is_from(person):
    memory = taught(person)
    (known,) = known_about(ABOUT)
    assert (known.topic, known.words, known.source) == ("terms", "30 days", f"proposal {memory.proposal}")
    assert known.as_evidence()["kind"] == "memory"
    assert verify().ok


def test_the_next_word_ends_the_one_before_and_the_same_word_changes_nothing(person):
    first = taught(person)
    assert taught(person).pk == first.pk
    taught(person, "14 days")
    assert [known.words for known in known_about(ABOUT)] == ["14 days"]
    first.refresh_from_db()
    assert first.ended_by == person


def test_no_service_user_teaches_by_the_service_or_around_it(person, inbox):
    with pytest.raises(NotRemembered):
        taught(inbox)
    row = {"about": ABOUT, "topic": "t", "words": "w", "proposal": uuid.uuid4(), "digest": "a" * 64}
    with pytest.raises(DatabaseError, match="only persons teach"), transaction.atomic():
        Memory.objects.create(**row, taught_by=inbox, taught_at=timezone.now())
    assert not Memory.objects.exists()


def test_what_was_taught_is_neither_changed_nor_deleted(person):
    memory = taught(person)
    with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
        Memory.objects.filter(pk=memory.pk).update(words="pay at once")
    with pytest.raises(DatabaseError, match="it ends"), transaction.atomic():
        memory.delete()
    forget(memory_id=memory.pk, by=person, now=timezone.now())
    assert known_about(ABOUT) == []
    with pytest.raises(DatabaseError), transaction.atomic():
        Memory.objects.filter(pk=memory.pk).update(ended_at=None, ended_by=None)
