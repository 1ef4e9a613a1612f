"""Claims are leases: a courtesy with a visible holder."""

from datetime import timedelta

import pytest

from reviews import services
from reviews.models import Decision, Review

from .conftest import trail


def test_a_claim_shows_its_holder_to_others(review, people):
    waiting = review()
    assert services.claim(review_id=waiting.id, person=people.maria).claimed_by == people.maria
    services.claim(review_id=waiting.id, person=people.maria)  # a heartbeat prolongs it
    with pytest.raises(services.ClaimedByAnother, match="Maria is reviewing this"):
        services.claim(review_id=waiting.id, person=people.omar)


def test_a_claim_is_no_condition(review, people, now):
    waiting = review()
    services.claim(review_id=waiting.id, person=people.maria)
    services.approve(review_id=waiting.id, signer=people.omar, seen=waiting.digest, now=now)
    assert Decision.objects.get().person == people.omar


def test_a_claim_ends_by_itself_or_is_released(review, people, now):
    waiting = review()
    services.claim(review_id=waiting.id, person=people.maria)
    Review.objects.update(claimed_until=now - timedelta(seconds=1))
    assert services.claim(review_id=waiting.id, person=people.omar).claimed_by == people.omar
    assert services.release(review_id=waiting.id, person=people.maria).claimed_by == people.omar
    assert services.release(review_id=waiting.id, person=people.omar).claimed_by is None


def test_taking_over_says_why_and_is_in_the_trail(review, people, now):
    waiting = review()
    services.claim(review_id=waiting.id, person=people.maria)
    decision = services.take_over(review_id=waiting.id, person=people.omar, words="Month end.", now=now)
    waiting.refresh_from_db()
    assert waiting.claimed_by == people.omar
    assert services.words_of(decision) == {"words": "Month end."}
    assert trail(waiting) == ["review.taken_over"]


def test_a_closed_review_is_not_claimed(review, people, now):
    waiting = review()
    services.approve(review_id=waiting.id, signer=people.omar, seen=waiting.digest, now=now)
    with pytest.raises(services.ReviewClosed):
        services.claim(review_id=waiting.id, person=people.maria)


def test_a_draft_is_kept_per_person_whatever_happens(review, people, now):
    from reviews.models import Draft

    waiting = review()
    draft = {"review_id": waiting.id, "digest": waiting.digest, "now": now}
    services.save_draft(**draft, person=people.maria, body={"words": "Half a tho"})
    services.save_draft(**draft, person=people.maria, body={"words": "Half a thought"})
    services.save_draft(**draft, person=people.omar, body={"words": "Mine"})
    services.reject(review_id=waiting.id, signer=people.omar, seen=waiting.digest, code="fraud", now=now)
    assert Draft.objects.get(person=people.maria).body == {"words": "Half a thought"}
