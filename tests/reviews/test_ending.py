"""Saying no, not yet, or not me."""

import pytest

from reviews import services
from reviews.lifecycle import ReviewStatus, Verdict
from reviews.models import Decision
from runs import steering
from runs.models import Proposal, Run

from .conftest import SETUP, trail


def reject(review, by, now, **more):
    more = {"code": "duplicate", **more}
    return services.reject(review_id=review.id, signer=by, seen=review.digest, now=now, **more)


def test_a_rejection_ends_proposal_and_run(review, people, now):
    waiting = review()
    reject(waiting, people.maria, now, words="Paid in March.")
    waiting.refresh_from_db()
    assert waiting.status == ReviewStatus.DECIDED
    assert Proposal.objects.get().state == "rejected"
    assert (Run.objects.get().status, Run.objects.get().end_code) == ("rejected", "duplicate")
    assert trail(waiting) == ["review.decided"]


@pytest.mark.parametrize(("code", "words"), [("", ""), ("because", ""), ("other", " ")])
def test_a_rejection_needs_a_code_it_knows_or_words(code, words, review, people, now):
    with pytest.raises(services.WordsNeeded):
        reject(review(), people.maria, now, code=code, words=words)
    assert not Decision.objects.exists()


def test_the_requester_does_not_reject_either(review, people, now):
    with pytest.raises(services.MayNotSign):
        reject(review(requester=people.maria), people.maria, now)


def test_a_send_back_gives_the_planner_code_words_and_comments(review, people, now, monkeypatch):
    told = []
    monkeypatch.setattr(steering, "send_back", lambda run, proposal, *, instruction, now: told.append(instruction))
    waiting = review()
    services.send_back(
        review_id=waiting.id,
        signer=people.maria,
        seen=waiting.digest,
        code="look_again",
        words="Check the receipt.",
        fields={"amount": "Order says 118.", "name": " "},
        now=now,
    )
    waiting.refresh_from_db()
    assert (waiting.status, told[0].words, told[0].fields) == (
        ReviewStatus.DECIDED,
        "Check the receipt.",
        {"amount": "Order says 118."},
    )
    assert told[0].by == people.maria.id


def test_what_the_runtime_refuses_leaves_the_review_as_it_was(review, people, now, monkeypatch):
    def refuse(*_, **__):
        raise steering.RoundsUsedUp("Sent back three times already.")

    monkeypatch.setattr(steering, "send_back", refuse)
    waiting = review()
    with pytest.raises(services.RunRefused, match="three times"):
        services.send_back(review_id=waiting.id, signer=people.maria, seen=waiting.digest, words="Again.", now=now)
    waiting.refresh_from_db()
    assert (waiting.status, Decision.objects.count()) == (ReviewStatus.OPEN, 0)


def test_a_review_is_handed_to_a_person_who_may_decide_it(review, people, person, now):
    waiting = review()
    hand = {"review_id": waiting.id, "signer": people.maria, "seen": waiting.digest, "now": now}
    with pytest.raises(services.MayNotSign, match="Nora"):
        services.hand_over(**hand, to_person=person("Nora", "reviewer"))
    services.hand_over(**hand, to_person=people.omar, words="Your vendor.")
    due = waiting.due_at
    waiting.refresh_from_db()
    assert (waiting.assigned_to, waiting.status, waiting.due_at) == (people.omar, ReviewStatus.OPEN, due)
    assert trail(waiting) == ["review.handed_over"]


def test_a_review_is_not_handed_to_who_asked_for_it(review, people, now):
    waiting = review(requester=people.omar)
    with pytest.raises(services.MayNotSign, match="Omar asked for this run"):
        services.hand_over(
            review_id=waiting.id, signer=people.maria, seen=waiting.digest, to_person=people.omar, now=now
        )


def test_the_requester_may_hand_it_over(review, people, now):
    waiting = review(requester=people.maria)
    decision = services.hand_over(
        review_id=waiting.id, signer=people.maria, seen=waiting.digest, to_person=people.omar, now=now
    )
    assert decision.verdict == Verdict.HAND_OVER


def test_a_signature_given_at_one_desk_counts_after_the_review_went_to_another(review, people, desk, now):
    from reviews.inbox import ReviewInbox
    from reviews.step_up import StepUp

    other = services.create_desk(slug="controllers", name="Controllers", by=SETUP)
    services.grant_desk(to=people.amina, desk=other, by=SETUP, permissions=("view", "decide", "sign_second"))
    waiting = review(signatures=2)
    decide = {"review_id": waiting.id, "seen": waiting.digest, "now": now}
    services.approve(**decide, signer=people.maria)
    services.hand_over(**decide, signer=people.maria, to_desk=other)
    services.approve(**decide, signer=people.amina, step_up=StepUp(people.amina.id, waiting.digest, now))
    assert ReviewInbox().objection(waiting.proposal_id, [people.maria.id, people.amina.id], now) is None
