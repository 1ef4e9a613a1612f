"""The queue as people meet it."""
# ruff: noqa: F811 - fixtures are named as what they make

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from agentops.core.permissions import Role
from reviews import services
from reviews.models import Decision, Review
from tests.reviews.conftest import (  # noqa: F401 - fixtures
    SETUP,
    ask_about,
    desk,
    filer,
    now,
    people,
    person,
    propose,
    question,
    review,
    run,
    stuck,
)
from tools_registry.facts import Reason

QUEUE = "/queue/"


@pytest.fixture
def maria(browse, people):
    return browse(as_=people.maria)


def rows(answer):
    return [Review.objects.get(pk=row.id) for group in answer.context["groups"] for row in group.rows]


def test_a_row_says_what_why_how_much_and_by_when(maria, review):
    review()
    page = maria.get(QUEUE).content.decode()
    for told in ("File F-1 over 120.00 EUR.", "over the limit of 100", "120.00", "in 7 h", "Approve F-1"):
        assert told in page


def test_only_the_reviews_of_ones_own_desks_are_there(maria, browse, review, person):
    review()
    assert len(rows(maria.get(QUEUE))) == 1
    assert rows(browse(as_=person("Nora", "reviewer")).get(QUEUE)) == []
    assert len(rows(browse(Role.AUDITOR, as_=person("Otto", "auditor")).get(QUEUE))) == 1


def test_what_is_urgent_comes_first_and_then_what_is_due(maria, run, now):
    made = []
    for place in range(3):
        waiting = run()
        reasons = (Reason("personal_data", "Names a person.", urgent=True),) if place == 2 else ()
        made.append(ask_about(waiting, propose(waiting), reasons=reasons))
    late = now - timedelta(hours=1)
    Review.objects.filter(id=made[1].id).update(due_at=late, risk_at=late, sort_at=late)
    assert rows(maria.get(QUEUE)) == [made[2], made[1], made[0]]


def test_each_inbox_holds_its_own_and_counts_it(maria, people, review, stuck, now):
    claimed, signed, done = review(), review(signatures=2), review()
    stuck()
    services.claim(review_id=claimed.id, person=people.maria)
    services.approve(review_id=signed.id, signer=people.omar, seen=signed.digest, now=now)
    services.approve(review_id=done.id, signer=people.maria, seen=done.digest, now=now)
    answer = maria.get(QUEUE)
    counted = {tab["title"]: tab["count"] for tab in answer.context["tabs"]}
    assert counted == {
        "Mine": "1",
        "My desks": "3",
        "Unclaimed": "2",
        "2nd signature": "1",
        "Overdue": "0",
        "Snoozed": "0",
        "Samples": "0",
        "Done": "1",
    }
    for view, expected in (("mine", claimed), ("second", signed), ("done", done)):
        assert rows(maria.get(QUEUE, {"view": view})) == [expected]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"reason": "price_variance"}, 1),
        ({"reason": "no_such"}, 0),
        ({"agent": "filer"}, 2),
        ({"agent": "other"}, 0),
        ({"vendor": "70014"}, 1),
        ({"amount_from": "1,000"}, 1),
        ({"amount_to": "1,000"}, 1),
        ({"amount_from": "much"}, 2),
        ({"age": "hour"}, 2),
        ({"age": "older"}, 0),
        ({"q": "F-1"}, 2),
        ({"q": "nothing like it"}, 0),
        ({"desk": "payables"}, 2),
        ({"after": "99999999999"}, 2),
    ],
)
def test_the_filters_are_a_get_form(asked, found, maria, run):
    one, other = run(), run()
    ask_about(one, propose(one), reasons=(Reason("price_variance", "6.2 % over the order."),))
    ask_about(other, propose(other, counterparty="vendor:1", amount=Decimal(5000), converted=Decimal(5000)))
    assert len(rows(maria.get(QUEUE, asked))) == found


def test_text_of_a_stranger_is_escaped_and_its_hidden_signs_are_shown(maria, review):
    review(sentence="Pay <script>alert(1)</script> \u202egnihton")
    page = maria.get(QUEUE).content.decode()
    assert "<script>alert" not in page
    assert "U+202E" in page


def test_a_claim_from_the_queue_returns_to_it(maria, people, review):
    waiting = review()
    answer = maria.post(reverse("review_claim", args=[waiting.id]), {"back": "queue"})
    assert answer.url == QUEUE
    assert Review.objects.get().claimed_by == people.maria


def test_a_clean_row_is_approved_with_one_key_and_another_is_not(maria, review):
    failed = {"name": "sum", "field": "amount", "expected": "1", "found": "2", "passed": False}
    failed |= {"severity": "warns", "code": "totals_inconsistent", "sentence": ""}
    clean, other = review(), review(checks=[failed])
    page = maria.get(QUEUE).content.decode()
    assert reverse("review_decide", args=[clean.id]) in page
    assert reverse("review_decide", args=[other.id]) not in page
    answer = maria.post(reverse("review_decide", args=[clean.id]), {"decision": "approve", "digest": clean.digest})
    assert answer.status_code == 302
    assert Review.objects.get(id=clean.id).status == "decided"


def test_the_next_item_is_never_ones_own_request_or_held_by_another(maria, people, review):
    review(requester=people.maria)
    held, free = review(), review()
    services.claim(review_id=held.id, person=people.omar)
    assert maria.get(reverse("queue_next")).url == reverse("review", args=[free.id])


def test_after_a_decision_the_next_item_is_the_one_behind_it_and_at_the_end_the_first(maria, review):
    first, second, third = review(), review(), review()
    decide = {"decision": "approve"}
    answer = maria.post(reverse("review_decide", args=[second.id]), {**decide, "digest": second.digest})
    assert answer.url.startswith(reverse("review", args=[third.id]))
    answer = maria.post(reverse("review_decide", args=[third.id]), {**decide, "digest": third.digest})
    assert answer.url.startswith(reverse("review", args=[first.id]))


def test_what_somebody_decided_is_counted_once_for_each(maria, people, review, now):
    for _ in range(3):
        done = review()
        services.approve(review_id=done.id, signer=people.maria, seen=done.digest, now=now)
    assert {tab["title"]: tab["count"] for tab in maria.get(QUEUE).context["tabs"]}["Done"] == "3"


def test_a_row_is_called_as_its_agent_calls_it(maria, review, filer):
    from runs.agents import Headline

    waiting = review()
    filer.headlines = lambda runs: {
        waiting.run_id: Headline("Nordwind \u202eGmbH", "NW-11873", "order 45", "Post and pay")
    }
    page = maria.get(QUEUE).content.decode()
    assert "NW-11873" in page
    assert "Post and pay, order 45" in page
    assert "U+202E" in page


def test_approving_from_the_queue_returns_to_it_and_says_so(maria, review):
    waiting = review()
    # The button names the round and the digest that its row showed; all rows share one form.
    stamp = re.search(r'name="approve" value="([^"]+)"', maria.get(QUEUE).content.decode())[1]
    form = {"approve": stamp, "back": "queue"}
    answer = maria.post(reverse("review_decide", args=[waiting.id]), form)
    assert answer.url.startswith(f"{QUEUE}?done=")
    assert "<b>Approved</b>" in maria.get(answer.url).content.decode()
    assert maria.post(reverse("review_decide", args=[waiting.id]), form).url == answer.url  # pressed twice
    (decision,) = Decision.objects.all()
    assert (decision.proposal_id, decision.request_key) == (waiting.proposal_id, f"q-{waiting.id}-1")


def test_an_approval_from_a_row_of_what_has_changed_is_refused(maria, review):
    waiting = review()
    stale = {"approve": f"1.{'0' * 64}", "back": "queue"}
    assert maria.post(reverse("review_decide", args=[waiting.id]), stale).status_code == 409
    assert not Decision.objects.exists()


def test_a_row_that_was_drawn_before_says_what_has_changed_since(maria, browse, people, review):
    waiting = review()
    assert "Omar" not in line_of(maria.get(QUEUE), waiting)
    services.claim(review_id=waiting.id, person=people.omar)
    line = line_of(maria.get(QUEUE), waiting)
    assert "Omar holds this until" in line
    assert "Take over F-1" in line
    assert "Release F-1" in line_of(browse(as_=people.omar).get(QUEUE), waiting)
    services.release(review_id=waiting.id, person=people.omar)
    assert "Omar" not in line_of(maria.get(QUEUE), waiting)


def line_of(answer, review):
    return re.search(rf'<tr id="review-{review.number}".*?</tr>', answer.content.decode(), re.DOTALL)[0]


def test_nothing_waiting_is_said_so(maria):
    assert "Nothing waits here" in maria.get(QUEUE).content.decode()


def test_the_queue_takes_at_most_twelve_queries(maria, review, django_assert_max_num_queries):
    for _ in range(6):
        review()
    maria.get(QUEUE)
    with django_assert_max_num_queries(12):
        maria.get(QUEUE)


def test_htmx_gets_the_rows_alone(browse, people, review):
    review()
    answer = browse(as_=people.maria, htmx=True).get(QUEUE, headers={"HX-Target": "rows"})
    assert "<html" not in answer.content.decode()
