"""Answers to what is no proposal, and blind samples."""

import pytest

from reviews import services
from reviews.lifecycle import ReviewStatus, Verdict
from runs import steering
from runs.models import Await, Run

from .conftest import ask_about, propose, trail


def test_an_answer_goes_to_the_step_that_asked(question, people, now):
    waiting = question()
    services.answer(review_id=waiting.id, signer=people.maria, seen=waiting.digest, answer={"answer": "4100"}, now=now)
    assert Await.objects.get().answer["answer"] == "4100"
    assert Run.objects.get().status == "queued"
    assert trail(waiting) == ["review.decided"]


def test_who_asked_for_the_run_may_answer_its_question(question, people, now):
    waiting = question(requester=people.maria)
    services.answer(review_id=waiting.id, signer=people.maria, seen=waiting.digest, answer={"answer": "4100"}, now=now)


def test_an_empty_answer_is_none(question, people, now):
    waiting = question()
    with pytest.raises(services.WordsNeeded):
        services.answer(review_id=waiting.id, signer=people.maria, seen=waiting.digest, answer={"answer": " "}, now=now)


def test_a_question_cannot_be_approved(question, people, now):
    waiting = question()
    with pytest.raises(services.NotForThisKind):
        services.approve(review_id=waiting.id, signer=people.maria, seen=waiting.digest, now=now)


def test_a_stuck_run_tries_again_with_guidance(stuck, people, now, monkeypatch):
    told = []
    monkeypatch.setattr(steering, "retry", lambda run, *, guidance, now: told.append(guidance))
    waiting = stuck()
    decide = {"review_id": waiting.id, "signer": people.maria, "seen": waiting.digest, "now": now}
    services.retry_stuck(**decide, words="The receipt is booked under LN-5521.")
    waiting.refresh_from_db()
    assert (waiting.status, told[0].words) == (ReviewStatus.DECIDED, "The receipt is booked under LN-5521.")


def test_only_ways_out_that_make_sense_are_taken(stuck, people, now):
    waiting = stuck(ways=["reject"])
    with pytest.raises(services.RunRefused, match="no way out"):
        services.retry_stuck(review_id=waiting.id, signer=people.maria, seen=waiting.digest, now=now)


def test_a_person_vouches_for_an_effect_nobody_can_tell_of(stuck, people, now, monkeypatch):
    told = []
    monkeypatch.setattr(steering, "settle_effect", lambda run, key, **how: told.append((key, how["happened"])))
    waiting = stuck(ways=["happened", "did_not_happen"], effect="e" * 64)
    decide = {"review_id": waiting.id, "signer": people.maria, "seen": waiting.digest, "now": now}
    with pytest.raises(services.WordsNeeded, match="reference"):
        services.settle_unknown(**decide, happened=True)
    services.settle_unknown(**decide, happened=True, receipt="BANK-1")
    assert told == [("e" * 64, True)]


def test_a_blind_sample_is_judged_and_changes_nothing(run, people, now):
    done = run(ended=True)
    proposal = propose(done, state="performed", verdict="allow", signatures=0)
    sample = ask_about(done, proposal, kind="sample")
    assert (sample.reasons, sample.confidence, sample.codes) == ([], None, ["sample"])
    assert "120.00" not in sample.title
    services.judge_sample(
        review_id=sample.id, signer=people.maria, seen=sample.digest, verdict=Verdict.WOULD_REJECT, now=now
    )
    sample.refresh_from_db()
    assert (sample.status, Run.objects.get().status) == (ReviewStatus.DECIDED, "completed")
