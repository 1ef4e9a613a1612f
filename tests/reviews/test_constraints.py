"""Each promise of the tables, tried by going round the services."""

import pytest
from django.db import IntegrityError, connection, transaction

from agentops.core.protection import immutable_sql
from agentops.core.transitions import guard_sql
from reviews import services
from reviews.lifecycle import TRANSITIONS, ReviewStatus
from reviews.models import Decision, Desk, Draft, PersonalLimit, Review

from .conftest import ask_about, propose


@pytest.fixture
def refused():
    def check(match, action):
        with pytest.raises(IntegrityError, match=match), transaction.atomic():
            action()

    return check


@pytest.fixture
def decide(review, people, now):
    waiting = review()

    def make(**fields):
        values = {
            "review": waiting,
            "proposal": waiting.proposal,
            "desk": waiting.desk,
            "round": 1,
            "digest": waiting.digest,
            "person": people.maria,
            "verdict": "approve",
            "decided_at": now,
        }
        return Decision.objects.create(**values | fields)

    return make


def test_the_triggers_are_those_that_the_code_describes():
    from importlib import import_module

    guards = import_module("reviews.migrations.0002_guards")
    forward, reverse = guard_sql("reviews_review", "status", TRANSITIONS)
    assert (guards.MOVES.strip(), guards.MOVES_UNDO.strip()) == (forward.strip(), reverse.strip())
    forward, reverse = immutable_sql("reviews_decision")
    assert (guards.STAYS.strip(), guards.STAYS_UNDO.strip()) == (forward.strip(), reverse.strip())


def test_a_closed_review_stays_closed(review, now, refused):
    waiting = review()
    waiting.move_to(ReviewStatus.WITHDRAWN, at=now)
    refused("withdrawn cannot become open", lambda: Review.objects.update(status="open", closed_at=None))


def test_only_one_review_is_open_per_proposal_and_one_question_per_run(review, refused):
    waiting = review()
    refused("review_only_one_open", lambda: ask_about(waiting.run, waiting.proposal))
    refused(
        "review_only_one_open_question_per_run",
        lambda: ask_about(waiting.run, propose(waiting.run, 2, state="denied")),
    )


def test_closed_at_is_set_exactly_when_closed(review, now, refused):
    review()
    refused("review_closed_at_is_set", lambda: Review.objects.update(closed_at=now))
    refused("review_closed_at_is_set", lambda: Review.objects.update(status="decided"))


def test_an_approval_has_a_proposal_and_a_clarification_something_awaited(review, question, refused):
    refused("review_of_an_approval", lambda: Review.objects.filter(id=review().id).update(proposal=None))
    refused("review_of_a_clarification", lambda: Review.objects.filter(id=question().id).update(awaited=None))


def test_a_round_does_not_fall_and_a_claim_has_an_end(review, people, refused):
    review()
    Review.objects.update(round=2)
    refused("does not follow", lambda: Review.objects.update(round=1))
    refused("review_claim_has_an_end", lambda: Review.objects.update(claimed_by=people.maria))


def test_only_an_approval_is_signed_once(stuck, refused):
    stuck()
    refused("review_is_signed_once_only", lambda: Review.objects.update(status="signed_once"))


def test_a_decision_never_changes_and_never_goes(decide, refused):
    decide()
    refused("append-only", lambda: Decision.objects.update(verdict="reject"))
    refused("append-only", lambda: Decision.objects.all().delete())


def test_one_signature_per_person_and_proposal(decide, people, refused):
    decide()
    refused("decision_one_signature_per_person_and_proposal", decide)
    decide(person=people.omar)
    decide(round=2)


def test_a_request_key_is_used_once(decide, people, refused):
    decide(request_key="k")
    refused("decision_request_key", lambda: decide(request_key="k", verdict="hand_over"))
    decide(request_key="k", person=people.omar)


def test_who_is_no_active_person_does_not_decide(decide, people, refused):
    refused("only an active person", lambda: decide(person=people.inbox, verdict="reject"))
    people.omar.is_active = False
    people.omar.save()
    refused("only an active person", lambda: decide(person=people.omar))


def test_a_signature_keeps_the_rules_even_round_the_services(decide, review, people, run, refused):
    refused("names the digest", lambda: decide(digest="f" * 64))
    refused("names a proposal|names the digest", lambda: decide(proposal=None))
    own = review(requester=people.maria)
    of = {"review": own, "proposal": own.proposal, "digest": own.digest}
    refused("what they asked for", lambda: decide(**of))
    edited = review(authors=[people.maria.id])
    of = {"review": edited, "proposal": edited.proposal, "digest": edited.digest}
    refused("an author does not sign", lambda: decide(**of))
    decide(**of, verdict="edit")
    blocked = review(blocked=True)
    of = {"review": blocked, "proposal": blocked.proposal, "digest": blocked.digest}
    refused("blocked", lambda: decide(**of))


def test_desks_limits_and_drafts_keep_theirs(desk, people, review, refused):
    refused("desk_escalates_to_another", lambda: Desk.objects.update(expiry_rule="escalate"))
    refused("desk_escalates_to_another", lambda: Desk.objects.update(expiry_rule="escalate", escalates_to=desk))
    refused("desk_is_due_before", lambda: Desk.objects.update(expire_hours=1))
    refused("desk_undo_is_seconds", lambda: Desk.objects.update(undo_seconds=3600))
    limit = {"user": people.maria, "desk": desk}
    refused("personal_limit_is_not_negative", lambda: PersonalLimit.objects.create(**limit, amount=-1))
    PersonalLimit.objects.create(**limit, amount=5)
    refused("personal_limit_one_per", lambda: PersonalLimit.objects.create(**limit, amount=6))
    draft = {"review": review(), "person": people.maria, "digest": "a"}
    Draft.objects.create(**draft)
    refused("draft_one_per", lambda: Draft.objects.create(**draft))


def test_a_service_user_is_given_nothing_at_a_desk(people, desk):
    from agentops.core.audit.trail import Actor

    with pytest.raises(services.ReviewError):
        services.grant_desk(to=people.inbox, desk=desk, by=Actor.system("tests"))


def test_the_owner_does_not_empty_the_decisions_outside_of_tests(decide):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgenabled FROM pg_trigger WHERE tgname = 'reviews_decision_never_emptied'")
        assert cursor.fetchone()[0] == "A"
