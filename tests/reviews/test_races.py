"""Simultaneous decisions on real connections: exactly one wins, and nobody is left without an answer."""

import threading
from collections import Counter

import pytest
from django.db import connection

from reviews import services
from reviews.models import Decision, Review
from reviews.step_up import StepUp
from runs.models import Approval, Proposal
from tests.reviews.conftest import propose

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 12


def at_once(*actions):
    """Run these together; returns what each answered or raised."""
    barrier, answers = threading.Barrier(len(actions)), [None] * len(actions)

    def run(place, action):
        try:
            connection.ensure_connection()
            barrier.wait()
            answers[place] = action()
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_eight_that_approve_reject_and_send_back_together_one_wins(review, people, now, monkeypatch):
    from runs import steering

    monkeypatch.setattr(steering, "send_back", lambda *_, **__: None)
    everybody = [people.maria, people.omar, people.jonas, people.amina]
    for _ in range(ROUNDS):
        waiting = review()
        decide = {"review_id": waiting.id, "seen": waiting.digest, "now": now}
        actions = [lambda who=who, d=decide: services.approve(**d, signer=who) for who in everybody] + [
            lambda d=decide: services.reject(**d, signer=people.maria, code="fraud"),
            lambda d=decide: services.reject(**d, signer=people.omar, code="fraud"),
            lambda d=decide: services.send_back(**d, signer=people.jonas, words="Again."),
            lambda d=decide: services.send_back(**d, signer=people.amina, words="Again."),
        ]
        answers = at_once(*actions)
        kinds = Counter(type(answer).__name__ for answer in answers)
        assert kinds == {"Decision": 1, "ReviewClosed": 7}, kinds
        winner = next(answer for answer in answers if isinstance(answer, Decision))
        told = [answer for answer in answers if isinstance(answer, services.ReviewClosed)]
        assert all(winner.person.name in str(answer) for answer in told)
        assert Approval.objects.filter(action__proposal=waiting.proposal).count() == (winner.verdict == "approve")


def test_of_edits_and_approvals_together_one_wins_and_nothing_is_approved_twice(review, people, now, monkeypatch):
    from runs import steering

    def amend(run, proposal, *, edits, editor, now):
        Proposal.objects.filter(id=proposal.id).update(state="superseded", closed_at=now)
        return propose(run, proposal.number + 1, args={"name": "F-1", **edits[0]}, authors=[editor.id])

    monkeypatch.setattr(steering, "amend_proposal", amend)
    for _ in range(ROUNDS):
        waiting = review()
        decide = {"review_id": waiting.id, "seen": waiting.digest, "now": now}
        edits = [
            lambda who=who, worth=worth, d=decide: services.edit_and_approve(
                **d, signer=who, edits={0: {"amount": worth}}
            )
            for who, worth in ((people.maria, "119.00"), (people.omar, "118.00"), (people.maria, "117.00"))
        ]
        approvals = [
            lambda who=who, d=decide: services.approve(**d, signer=who) for who in (people.jonas, people.amina)
        ]
        answers = at_once(*edits, *approvals)
        kinds = Counter(type(answer).__name__ for answer in answers)
        assert kinds["Decision"] == 1, [str(answer) for answer in answers]
        assert set(kinds) <= {"Decision", "ReviewClosed", "ProposalChanged"}, kinds
        winner = next(answer for answer in answers if isinstance(answer, Decision))
        approved = Approval.objects.filter(action__proposal__run=waiting.run)
        assert [approval.action.proposal_id for approval in approved] == [winner.proposal_id]
        assert winner.proposal.authors == ([winner.person_id] if winner.verdict == "edit" else [])


def test_a_double_click_in_parallel_is_one_decision_with_the_same_answer(review, people, now):
    for number in range(ROUNDS):
        waiting = review()
        decide = {"review_id": waiting.id, "seen": waiting.digest, "now": now, "signer": people.maria}
        key = f"click-{number}"
        answers = at_once(*[lambda d=decide, k=key: services.approve(**d, request_key=k)] * 4)
        assert len({answer.id for answer in answers}) == 1


def test_two_second_signatures_together_are_one(review, people, now):
    for _ in range(ROUNDS):
        waiting = review(signatures=2)
        decide = {"review_id": waiting.id, "seen": waiting.digest, "now": now}
        services.approve(**decide, signer=people.maria)
        answers = at_once(
            *[
                lambda who=who, d=decide, digest=waiting.digest: services.approve(
                    **d, signer=who, step_up=StepUp(who.id, digest, now)
                )
                for who in (people.jonas, people.amina)
            ]
        )
        assert Counter(type(answer).__name__ for answer in answers) == {"Decision": 1, "ReviewClosed": 1}


def test_two_first_signatures_of_one_person_in_two_tabs_are_one(review, people, now):
    for _ in range(ROUNDS):
        waiting = review(signatures=2)
        decide = {"review_id": waiting.id, "seen": waiting.digest, "now": now, "signer": people.jonas}
        answers = at_once(*[lambda d=decide: services.approve(**d)] * 2)
        assert Counter(type(answer).__name__ for answer in answers) == {"Decision": 1, "MayNotSign": 1}


def test_of_two_claims_together_one_is_given(review, people):
    for _ in range(ROUNDS):
        waiting = review()
        answers = at_once(
            lambda r=waiting: services.claim(review_id=r.id, person=people.maria),
            lambda r=waiting: services.claim(review_id=r.id, person=people.omar),
        )
        assert Counter(type(answer).__name__ for answer in answers) == {"Review": 1, "ClaimedByAnother": 1}


def test_expiry_and_a_decision_together_are_one(review, people, now):
    from datetime import timedelta

    for _ in range(ROUNDS):
        waiting = review()
        late = now + timedelta(days=9)
        answers = at_once(
            lambda r=waiting: services.approve(review_id=r.id, signer=people.maria, seen=r.digest, now=now),
            lambda late=late: services.expire_overdue(now=late),
        )
        status = Review.objects.get(id=waiting.id).status
        assert (status == "decided") == isinstance(answers[0], Decision)
        assert not isinstance(answers[1], Exception)
