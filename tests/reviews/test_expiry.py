"""What time does to a review: never a yes."""

from datetime import timedelta

import pytest

from reviews import services
from reviews.lifecycle import ReviewStatus
from reviews.models import Decision, Review
from runs.models import Approval, Proposal, Run

from .conftest import SETUP, trail


@pytest.fixture
def later(now):
    return now + timedelta(hours=73)


def test_by_the_rule_of_denial_the_run_ends_rejected_and_nobody_said_so(review, now, later):
    waiting = review()
    assert services.expire_overdue(now=now) == []
    assert services.expire_overdue(now=later) == [waiting.id]
    waiting.refresh_from_db()
    assert (waiting.status, Run.objects.get().status) == (ReviewStatus.EXPIRED, "rejected")
    assert Proposal.objects.get().state == "rejected"
    assert not Decision.objects.exists()
    assert not Approval.objects.exists()
    assert trail(waiting) == ["review.expired"]


def test_by_the_rule_of_escalation_another_desk_gets_it_with_its_signature(review, people, desk, now, later):
    other = services.create_desk(slug="controllers", name="Controllers", by=SETUP)
    desk.expiry_rule, desk.escalates_to = "escalate", other
    desk.save()
    waiting = review(signatures=2)
    services.approve(review_id=waiting.id, signer=people.maria, seen=waiting.digest, now=now)
    services.expire_overdue(now=later)
    following = Review.objects.get(came_from=waiting)
    assert (following.desk, following.status) == (other, ReviewStatus.SIGNED_ONCE)
    assert following.expires_at > later
    assert trail(waiting) == ["review.signed", "review.expired", "review.opened"]
    with pytest.raises(services.ReviewClosed, match="handed over to Controllers"):
        services.approve(review_id=waiting.id, signer=people.omar, seen=waiting.digest, now=later)


def test_escalation_comes_to_an_end(review, desk, now):
    other = services.create_desk(slug="controllers", name="Controllers", by=SETUP, escalates_to=desk)
    desk.expiry_rule, desk.escalates_to = "escalate", other
    desk.save()
    review()
    for days in (4, 8, 12):
        services.expire_overdue(now=now + timedelta(days=days))
    assert [r.status for r in Review.objects.order_by("opened_at")] == ["expired", "expired"]
    assert Run.objects.get().status == "rejected"


def test_the_ticker_has_it_among_its_chores(review, now):
    from runs import ticker

    waiting = review()
    Review.objects.update(expires_at=now - timedelta(seconds=1), due_at=now, risk_at=now, sort_at=now)
    next(item for item in ticker._chores if item.name == "expired reviews").work()
    waiting.refresh_from_db()
    assert waiting.status == ReviewStatus.EXPIRED


def test_a_decision_in_time_wins(review, people, now, later):
    waiting = review()
    services.approve(review_id=waiting.id, signer=people.maria, seen=waiting.digest, now=later)
    assert services.expire_overdue(now=later) == []


def test_a_sample_that_nobody_checked_just_closes(run, now, later):
    from .conftest import ask_about, propose

    done = run(ended=True)
    sample = ask_about(done, propose(done, state="performed", verdict="allow"), kind="sample")
    services.expire_overdue(now=later)
    sample.refresh_from_db()
    assert (sample.status, Run.objects.get().status) == (ReviewStatus.EXPIRED, "completed")
