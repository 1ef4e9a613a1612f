"""The runtime's doorway: opening, withdrawing, and asking again whether signatures count."""

from decimal import Decimal

import pytest

from agentops.core.audit.queries import stream_of
from reviews import queries, services
from reviews.inbox import ReviewInbox
from reviews.lifecycle import ReviewStatus
from reviews.models import Review
from reviews.step_up import StepUp
from runs.inbox import inbox
from tools_registry.facts import Reason

from .conftest import SETUP, ask_about, propose


@pytest.fixture
def objection(now):
    return lambda review, *signers: ReviewInbox().objection(review.proposal_id, [s.id for s in signers], now)


def test_the_setting_names_this_inbox():
    assert isinstance(inbox(), ReviewInbox)


def test_a_review_opens_at_the_agents_desk_with_what_the_queue_filters_by(run, desk):
    waiting = run()
    urgent = Reason("personal_data", "It names a person.", urgent=True)
    review = ask_about(waiting, propose(waiting), reasons=(urgent,))
    assert (review.desk, review.urgent, review.codes) == (desk, True, ["personal_data"])
    assert (review.amount, review.counterparty) == (Decimal("120.00"), "vendor:70014")
    assert review.number > 10_000


def test_a_desk_that_lists_the_agent_takes_precedence(run, desk):
    other = services.create_desk(slug="filing", name="Filing", agents=["filer"], by=SETUP)
    waiting = run()
    assert ask_about(waiting, propose(waiting)).desk == other


def test_without_a_desk_it_waits_at_the_desk_of_last_resort_until_there_is_one(run):
    waiting = run()
    review = ask_about(waiting, propose(waiting), desk="nowhere", agent="archivist")
    assert review.desk.slug == "unassigned"
    assert queries.people_at(review.desk) == []
    assert "invoices" in [agent.name for agent in queries.agents_without_desk()]

    other = services.create_desk(slug="nowhere", name="Other", agents=["somebody"], by=SETUP)
    review.refresh_from_db()
    assert review.desk != other, "that desk takes another agent's reviews"

    desk = services.create_desk(slug="archive", name="Archive", agents=["archivist"], by=SETUP)
    review.refresh_from_db()
    assert (review.desk, review.due_at > review.opened_at) == (desk, True)
    assert "review.assigned" in [entry.action for entry in stream_of(f"run:{waiting.id}")]


def test_a_cancelled_run_withdraws_what_is_open(review, people, now):
    waiting = review()
    ReviewInbox().withdraw(waiting.run_id, why="the run was cancelled", now=now)
    waiting.refresh_from_db()
    assert waiting.status == ReviewStatus.WITHDRAWN
    with pytest.raises(services.ReviewClosed, match="cancelled"):
        services.approve(review_id=waiting.id, signer=people.maria, seen=waiting.digest, now=now)


def test_a_signature_that_stands_has_no_objection(review, people, now, objection, django_assert_max_num_queries):
    waiting = review()
    services.approve(review_id=waiting.id, signer=people.maria, seen=waiting.digest, now=now)
    with django_assert_max_num_queries(2):
        assert objection(waiting, people.maria) is None
    assert "taken back" in objection(waiting, people.omar)
    assert "taken back" in objection(waiting)


@pytest.mark.parametrize("lost", ["role", "desk", "account", "limit", "second"])
def test_what_a_signer_lost_since_voids_the_signature(lost, review, people, desk, now, objection):
    waiting = review(signatures=2)
    decide = {"review_id": waiting.id, "seen": waiting.digest, "now": now}
    services.approve(**decide, signer=people.maria)
    services.approve(**decide, signer=people.amina, step_up=StepUp(people.amina.id, waiting.digest, now))
    assert objection(waiting, people.maria, people.amina) is None
    if lost == "role":
        people.maria.groups.clear()
    elif lost == "desk":
        services.revoke_desk(to=people.maria, desk=desk, by=SETUP)
    elif lost == "account":
        people.amina.is_active = False
        people.amina.save()
    elif lost == "limit":
        services.set_personal_limit(user=people.maria, desk=desk, amount=Decimal(1), by=SETUP)
    else:
        services.revoke_desk(to=people.amina, desk=desk, by=SETUP, permissions=("sign_second",))
    assert objection(waiting, people.maria, people.amina)


def test_signatures_of_an_earlier_round_count_no_more(review, people, desk, now, objection):
    desk.undo_seconds = 60
    desk.save()
    waiting = review()
    services.approve(review_id=waiting.id, signer=people.maria, seen=waiting.digest, now=now)
    services.undo(review_id=waiting.id, signer=people.maria, now=now)
    assert Review.objects.count() == 2
    assert "taken back" in objection(waiting, people.maria)
