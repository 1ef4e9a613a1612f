"""Given, passed on, given back, taken over: who has something, and who may say so."""

import pytest

from reviews import services
from reviews.models import Review
from reviews.standing import MayNotSign
from tests.reviews.conftest import SETUP, trail


def give(review, to, by):
    return services.assign(review_id=review.id, to=to, by=by)


def test_what_is_nobodys_is_given_by_anybody_at_the_desk_and_stands_in_the_trail(review, people):
    waiting = review()
    give(waiting, people.omar, people.maria)
    assert Review.objects.get().assigned_to == people.omar
    assert trail(waiting)[-1] == "review.assigned"


def test_what_somebody_has_they_pass_on_or_a_controller_does_and_nobody_else(review, people, person, desk):
    nora = person("Nora", "reviewer")
    services.grant_desk(to=nora, desk=desk, by=SETUP)
    waiting = review()
    services.claim(review_id=waiting.id, person=people.omar)
    with pytest.raises(MayNotSign, match="Somebody else has this"):
        give(waiting, nora, people.maria)
    give(waiting, people.maria, people.omar)
    waiting.refresh_from_db()
    assert (waiting.assigned_to, waiting.claimed_by) == (people.maria, None)
    give(waiting, people.amina, people.jonas)
    assert give(waiting, None, people.amina).assigned_to is None


def test_it_is_given_only_to_somebody_who_could_decide_it(review, person, people, now):
    waiting = review(requester=people.maria)
    for who, why in ((people.maria, "asked for this run"), (person("Nora", "reviewer"), "may not decide at the desk")):
        with pytest.raises(MayNotSign, match=why):
            give(waiting, who, people.jonas)
    twice = review(signatures=2)
    services.approve(review_id=twice.id, signer=people.omar, seen=twice.digest, now=now)
    with pytest.raises(MayNotSign, match="signed this already"):
        give(twice, people.omar, people.jonas)


def test_who_is_away_has_a_stand_in_who_gets_it(review, people, now):
    from datetime import timedelta

    services.be_away(
        person=people.omar,
        begins_at=now - timedelta(hours=1),
        ends_at=now + timedelta(days=1),
        stand_in=people.maria,
        by=people.omar,
        now=now,
    )
    assert give(review(), people.omar, people.jonas).assigned_to == people.maria


def test_taking_over_needs_words(review, people, now):
    waiting = review()
    services.claim(review_id=waiting.id, person=people.omar)
    with pytest.raises(services.WordsNeeded):
        services.take_over(review_id=waiting.id, person=people.maria, words=" ", now=now)
    services.take_over(review_id=waiting.id, person=people.maria, words="He is ill.", now=now)
    waiting.refresh_from_db()
    assert waiting.claimed_by == people.maria


def test_an_open_page_holds_ones_own_claim_and_never_takes_anothers(review, people, now):
    waiting = review()
    assert not services.hold(review_id=waiting.id, person=people.maria)
    services.claim(review_id=waiting.id, person=people.maria)
    until = Review.objects.get().claimed_until
    assert services.hold(review_id=waiting.id, person=people.maria)
    assert Review.objects.get().claimed_until > until
    services.take_over(review_id=waiting.id, person=people.omar, words="Mine.", now=now)
    assert not services.hold(review_id=waiting.id, person=people.maria)
    assert Review.objects.get().claimed_by == people.omar
