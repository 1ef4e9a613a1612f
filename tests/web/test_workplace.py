"""What reviewers do to the queue itself: put off, approve several, keep views, be away, write beside a review."""
# ruff: noqa: F811 - fixtures are named as what they make

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from reviews import services
from reviews.models import Absence, Comment, Decision, Review, SavedView
from tests.reviews.conftest import (  # noqa: F401 - fixtures
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
ROUTINE = (Reason("always_reviewed", "Everything of this agent is looked at."),)


@pytest.fixture
def maria(browse, people):
    return browse(as_=people.maria)


@pytest.fixture
def routine(run):
    """Open approvals that one look can weigh, each of another vendor unless told."""

    def make(amount: str = "120.00", **fields):
        waiting = run()
        worth = {"amount": Decimal(amount), "converted": Decimal(amount)}
        reasons = [reason.as_json() for reason in ROUTINE]
        return ask_about(waiting, propose(waiting, reasons=reasons, **worth, **fields))

    return make


@pytest.fixture
def known(run):
    """What is usual for the vendor: five that were done."""
    for _ in range(5):
        propose(
            run(ended=True),
            state="performed",
            verdict="allow",
            reasons=[],
            signatures=0,
            amount=Decimal("118.00"),
            converted=Decimal("118.00"),
        )


def posted(client, url: str, **form):
    return client.post(reverse(url), form, follow=True).content.decode()


def test_several_are_put_off_and_woken(maria, review):
    first, second = review(), review()
    ids = [first.id, second.id, "nonsense"]
    assert "2 put off" in posted(maria, "queue_snooze", ids=ids, until="hour")
    assert Review.objects.exclude(snoozed_until=None).count() == 2
    assert "put it off until" in maria.get(QUEUE, {"view": "snoozed"}).content.decode()
    posted(maria, "queue_wake", ids=[first.id])
    assert Review.objects.get(snoozed_until=None) == first


@pytest.mark.parametrize("form", [{}, {"until": "at", "at": "yesterday"}, {"until": "at", "at": "2020-01-01T08:00"}])
def test_a_time_that_is_none_puts_nothing_off(maria, review, form):
    assert "lies ahead" in posted(maria, "queue_snooze", ids=[review().id], **form)
    assert not Review.objects.exclude(snoozed_until=None).exists()


def test_what_is_elsewhere_cannot_be_put_off(browse, person, review):
    waiting = review()
    stranger = browse(as_=person("Nora", "reviewer"))
    posted(stranger, "queue_snooze", ids=[waiting.id], until="hour")
    assert not Review.objects.exclude(snoozed_until=None).exists()


def test_several_are_approved_after_a_look_with_one_decision_each(maria, people, routine, known):
    fine, large = routine("119.00"), routine("900.00")
    page = posted(maria, "queue_bulk", ids=[fine.id, large.id])
    assert "Approve 2 together" in page
    assert "7.6 times the usual" in page
    assert f'value="{fine.id}" checked' in page
    assert f'value="{large.id}" checked' not in page
    form = {f"digest-{fine.id}": fine.digest, f"digest-{large.id}": large.digest}
    result = posted(maria, "queue_bulk_approve", ids=[fine.id, large.id], **form)
    assert "2 approved" in result
    assert Decision.objects.filter(verdict="approve", person=people.maria).count() == 2
    assert Decision.objects.get(review=fine).seen == {"screen": "bulk"}


def test_what_needs_a_look_of_its_own_is_left_out_and_says_why(maria, people, review, routine, stuck, run):
    fine, heavy, halted, own = routine(), review(), stuck(), run(people.maria)
    mine = ask_about(own, propose(own, reasons=[ROUTINE[0].as_json()]))
    blocked = run()
    check = {"name": "account", "code": "account", "passed": False, "severity": "blocks"}
    stopped = ask_about(blocked, propose(blocked, blocked=True, checks=[check], reasons=[ROUTINE[0].as_json()]))
    page = posted(maria, "queue_bulk", ids=[fine.id, heavy.id, halted.id, mine.id, stopped.id])
    assert "Approve 1 together" in page
    for told in ("amount over limit", "it needs a look of its own", "you asked for this run", "a check blocks"):
        assert told in page
    ids = [heavy.id, halted.id, mine.id, stopped.id]
    digests = {f"digest-{one.id}": one.digest for one in (heavy, halted, mine, stopped)}
    assert "0 approved, 4 not" in posted(maria, "queue_bulk_approve", ids=ids, **digests)
    assert not Decision.objects.exists()


def test_one_that_changed_meanwhile_stops_none_of_the_others(maria, people, routine, now):
    first, second, third = routine(), routine(), routine()
    services.approve(review_id=second.id, signer=people.omar, seen=second.digest, now=now)
    form = {f"digest-{one.id}": one.digest for one in (first, second)} | {f"digest-{third.id}": "0" * 64}
    result = posted(maria, "queue_bulk_approve", ids=[first.id, second.id, third.id], **form)
    assert "1 approved, 2 not" in result
    assert "it is closed already" in result
    assert "changed while you were reading" in result


def test_asked_twice_it_is_decided_once(maria, routine):
    waiting = routine()
    form = {"ids": [waiting.id], f"digest-{waiting.id}": waiting.digest}
    posted(maria, "queue_bulk_approve", **form)
    posted(maria, "queue_bulk_approve", **form)
    assert Decision.objects.count() == 1


def test_only_what_does_the_same_is_approved_together(maria, routine):
    one, two, other = routine(), routine(), routine(label="rename")
    page = posted(maria, "queue_bulk", ids=[one.id, two.id, other.id])
    assert "Approve 2 together" in page
    assert "it does something else than the others" in page


def test_filters_are_kept_under_a_name(maria, review):
    review()
    query = "amount_from=100&reason=amount_over_limit&after=abc&evil=%3Cb%3E"
    page = posted(maria, "queue_save_view", name="Big <b>", query=query)
    view = SavedView.objects.get()
    assert view.query == "reason=amount_over_limit&amount_from=100"
    assert "Big &lt;b&gt;" in page
    assert 'aria-current="true"' in maria.get(f"{QUEUE}?{view.query}").content.decode()
    maria.post(reverse("queue_remove_view", args=[view.id]))
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=f-1", 1),
        ("q=120.00", 1),
        ("q=nothing", 0),
        ("sure=low", 0),
        ("sure=middle", 1),
        ("claim=nobody", 1),
        ("claim=me", 0),
        ("claim=x", 0),
        ("tool=file_it", 1),
        ("tool=other", 0),
        ("vendor=70014", 1),
        ("sort=amount", 1),
        ("sort=nonsense&view=nonsense&age=x&sure=y", 1),
    ],
)
def test_every_filter_finds_what_it_says(maria, review, query, found):
    review()
    groups = maria.get(f"{QUEUE}?{query}").context["groups"]
    assert sum(len(group.rows) for group in groups) == found


def test_what_came_in_is_told_without_moving_anything(maria, review, now):
    before = (now - timedelta(minutes=1)).isoformat()
    assert maria.get(reverse("queue_arrived"), {"since": before}).content.decode().strip() == (
        "" if not Review.objects.exists() else "x"
    )
    review()
    assert "1 new item" in maria.get(reverse("queue_arrived"), {"since": before}).content.decode()
    assert "new item" not in maria.get(reverse("queue_arrived"), {"since": before, "q": "nothing"}).content.decode()
    assert maria.get(reverse("queue_arrived"), {"since": "x"}).status_code == 404


def test_a_comment_stands_in_the_history_as_quoted_text(maria, people, review):
    waiting = review()
    maria.post(reverse("review_comment", args=[waiting.id]), {"comment": "<b>Careful</b>"})
    page = maria.get(reverse("review", args=[waiting.id])).content.decode()
    assert "&lt;b&gt;Careful&lt;/b&gt;" in page
    maria.post(reverse("review_comment", args=[waiting.id]), {"comment": " "})
    assert Comment.objects.count() == 1


def test_days_away_are_set_by_oneself_or_a_user_administrator(maria, browse, people, person):
    here = reverse("people_away")
    form = {"begins": "2027-01-04T08:00", "ends": "2027-01-08T17:00", "stand_in": str(people.omar.id)}
    assert "Omar stands in" in maria.post(here, form, follow=True).content.decode()
    assert "Give both days" in maria.post(here, {**form, "begins": "x"}, follow=True).content.decode()
    admin = browse(as_=person("Ulla", "user_admin"))
    shown = admin.get(here, {"person": str(people.maria.id)}).content.decode()
    assert "Maria, out of office" in shown
    made = Absence.objects.get()
    admin.post(reverse("people_back", args=[made.id]), {"person": str(people.maria.id)})
    assert not Absence.objects.exists()
    assert maria.get(here, {"person": str(people.omar.id)}).status_code == 404
    assert admin.get(here).status_code == 404
