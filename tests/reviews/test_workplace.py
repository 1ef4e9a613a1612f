"""Snoozing, lateness, comments, saved views, and days away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from agentops.core.models import User
from reviews import queries, services
from reviews.models import Absence, Comment, Desk, Review, SavedView
from reviews.queries.away import covered_absences
from reviews.queries.search import Search
from reviews.queries.waiting import in_view

from .conftest import SETUP, ask_about, propose, trail


def seen_in(view: str, user: User, now) -> list[Review]:
    return list(in_view(user, view, queries.desks_of(user), now))


# --- snoozing


def test_what_is_put_off_is_out_of_the_way_and_comes_back(review, people, now):
    waiting = review()
    services.snooze(review_id=waiting.id, person=people.maria, until=now + timedelta(hours=1), now=now)
    assert seen_in("desks", people.omar, now) == []
    assert seen_in("snoozed", people.omar, now) == [waiting]
    assert seen_in("desks", people.omar, now + timedelta(hours=2)) == [waiting]
    services.wake(review_id=waiting.id, person=people.omar, now=now)
    assert seen_in("unclaimed", people.omar, now) == [waiting]
    assert trail(waiting)[-2:] == ["review.snoozed", "review.woken"]


def test_nothing_is_put_off_past_the_moment_it_is_at_risk(review, people, now):
    waiting = review()
    far = services.snooze(review_id=waiting.id, person=people.maria, until=now + timedelta(days=9), now=now)
    assert far.snoozed_until == far.risk_at
    late = far.risk_at + timedelta(minutes=1)
    assert services.snooze(review_id=waiting.id, person=people.maria, until=None, now=late).snoozed_until == far.due_at
    with pytest.raises(services.CannotSnooze, match="overdue"):
        services.snooze(review_id=waiting.id, person=people.maria, until=None, now=far.due_at)
    with pytest.raises(services.CannotSnooze, match="later"):
        services.snooze(review_id=waiting.id, person=people.maria, until=now, now=now)


def test_only_who_may_decide_puts_off(review, person, desk, now):
    waiting = review()
    onlooker = person("Nora", "reviewer")
    services.grant_desk(to=onlooker, desk=desk, by=SETUP, permissions=("view",))
    with pytest.raises(services.MayNotSign):
        services.snooze(review_id=waiting.id, person=onlooker, until=None, now=now)


def test_a_comment_or_a_hand_over_wakes_what_waits_for_a_change(review, people, now):
    first, second = review(), review()
    for waiting in (first, second):
        services.snooze(review_id=waiting.id, person=people.maria, until=None, now=now)
    services.comment(review_id=first.id, person=people.omar, words="They answered.", now=now)
    services.hand_over(review_id=second.id, signer=people.omar, seen=second.digest, to_person=people.maria, now=now)
    assert not Review.objects.exclude(snoozed_until=None).exists()


# --- lateness


def test_half_the_time_gone_is_at_risk_and_all_of_it_is_overdue_each_said_once(review, people, now):
    waiting = review()
    assert services.escalate_late(now=now) == 0
    at_risk, due = waiting.risk_at, waiting.due_at
    assert [services.escalate_late(now=at) for at in (at_risk, at_risk, due, due)] == [1, 0, 1, 0]
    assert [action for action in trail(waiting) if action in ("review.at_risk", "review.overdue")] == [
        "review.at_risk",
        "review.overdue",
    ]
    assert seen_in("overdue", people.maria, due) == [waiting]


def test_what_is_overdue_at_once_is_not_said_to_be_at_risk_first(review):
    waiting = review()
    assert services.escalate_late(now=waiting.due_at) == 1
    assert "review.at_risk" not in trail(waiting)


def test_lateness_ends_a_snooze(review, people, now):
    waiting = review()
    services.snooze(review_id=waiting.id, person=people.maria, until=None, now=now)
    services.escalate_late(now=waiting.risk_at)
    assert Review.objects.get().snoozed_until is None


def test_a_desk_that_sleeps_at_night_is_not_late_at_night(run, people, desk, now):
    from datetime import time

    Desk.objects.filter(pk=desk.pk).update(opens=time(8), closes=time(17), weekdays=[0, 1, 2, 3, 4], zone="UTC")
    waiting = run()
    opened = ask_about(waiting, propose(waiting))
    assert opened.due_at.weekday() < 5
    assert 8 <= opened.due_at.hour <= 17
    assert opened.risk_at <= opened.due_at


def test_what_is_large_comes_sooner_but_nothing_moves_while_it_waits(run, people, now):
    small, large = run(), run()
    first = ask_about(small, propose(small))
    second = ask_about(large, propose(large, amount="900000.00", converted="900000.00"))
    found = queries.waiting(people.maria, Search(), queries.desks_of(people.maria), now)
    assert [row.id for row in found.rows] == [second.id, first.id]
    assert second.sort_at < second.due_at


# --- comments


def test_a_comment_is_kept_encrypted_in_the_trail_and_names_people(review, people, now):
    waiting = review()
    handle = people.omar.email.partition("@")[0]
    made = services.comment(review_id=waiting.id, person=people.maria, words=f"Look, @{handle}! \u202e", now=now)
    assert made.mentions == [people.omar.id]
    assert services.words_of_comment(Comment.objects.get()) == f"Look, @{handle}! \u202e".strip()
    assert trail(waiting)[-1] == "review.commented"
    assert seen_in("mine", people.omar, now) == [waiting]
    with pytest.raises(DatabaseError), transaction.atomic():
        Comment.objects.update(audit_seq=1)


def test_who_cannot_see_a_review_cannot_write_beside_it(review, person, now):
    waiting = review()
    with pytest.raises(services.NoSuchReview):
        services.comment(review_id=waiting.id, person=person("Nora", "reviewer"), words="Hello", now=now)
    for words in ("", " \x00 ", "x" * 4001):
        with pytest.raises(services.WordsNeeded):
            services.comment(review_id=waiting.id, person=waiting.run.requester, words=words, now=now)


# --- saved views


def test_a_view_is_ones_own_or_shared_with_a_desk(people, person, desk, now):
    services.save_view(owner=people.maria, name=" Big  ones ", query="amount_from=1000", desk=None, now=now)
    services.save_view(owner=people.maria, name="Big ones", query="amount_from=5000", desk=desk, now=now)
    own, shared = queries.views_of(people.maria, [desk])
    assert ([view.query for view in own], shared) == (["amount_from=5000"], [])
    assert [view.name for view in queries.views_of(people.omar, [desk])[1]] == ["Big ones"]
    assert queries.views_of(person("Nora", "reviewer"), []) == ([], [])
    services.remove_view(view_id=own[0].id, owner=people.omar)
    assert SavedView.objects.count() == 1
    services.remove_view(view_id=own[0].id, owner=people.maria)
    assert not SavedView.objects.exists()


def test_a_view_is_not_shared_with_a_desk_of_others(people, now):
    other = services.create_desk(slug="support", name="Support", by=SETUP)
    with pytest.raises(services.CannotSave):
        services.save_view(owner=people.maria, name="x", query="", desk=other, now=now)
    with pytest.raises(services.CannotSave, match="name"):
        services.save_view(owner=people.maria, name="  ", query="", desk=None, now=now)


# --- days away


def away(person: User, stand_in: User | None, now, days: float = 1, begins: float = -1) -> Absence:
    start = now + timedelta(days=begins)
    return services.be_away(
        person=person, begins_at=start, ends_at=now + timedelta(days=days), stand_in=stand_in, by=person, now=now
    )


def test_what_is_given_to_somebody_away_goes_to_who_stands_in(review, people, now):
    away(people.omar, people.jonas, now)
    waiting = review()
    services.hand_over(review_id=waiting.id, signer=people.maria, seen=waiting.digest, to_person=people.omar, now=now)
    assert Review.objects.get().assigned_to == people.jonas


def test_who_stands_in_finds_what_was_given_before(review, people, now):
    waiting = review()
    services.hand_over(review_id=waiting.id, signer=people.maria, seen=waiting.digest, to_person=people.omar, now=now)
    made = away(people.omar, people.jonas, now)
    assert seen_in("mine", people.jonas, now) == [waiting]
    assert queries.next_for(people.jonas, queries.desks_of(people.jonas), now) == waiting.id
    services.come_back(absence_id=made.id, by=people.omar, now=now)
    assert seen_in("mine", people.jonas, now) == []


def test_a_chain_of_stand_ins_is_followed_and_never_closes(review, people, person, desk, now):
    away(people.jonas, people.amina, now)
    away(people.omar, people.jonas, now)
    assert queries.who_does_it(people.omar, now) == people.amina
    with pytest.raises(services.CannotBeAway, match="for yourself"):
        away(people.amina, people.omar, now)
    away(people.maria, people.omar, now)
    more = person("Lena", "reviewer")
    services.grant_desk(to=more, desk=desk, by=SETUP)
    with pytest.raises(services.CannotBeAway, match="more than 3"):
        away(more, people.maria, now)
    assert [one.stand_in for one in covered_absences(people.maria, now, now + timedelta(hours=1))] == [people.omar]


def test_days_away_do_not_overlap_and_need_somebody_who_could(people, person, now):
    away(people.omar, None, now)
    with pytest.raises(services.CannotBeAway, match="already"):
        away(people.omar, people.jonas, now, days=3, begins=0)
    for nobody in (people.inbox, person("Nora", "reviewer"), people.maria):
        with pytest.raises(services.CannotBeAway):
            away(people.maria, nobody, now)
    with pytest.raises(services.CannotBeAway, match="themselves"):
        services.be_away(
            person=people.maria,
            begins_at=now,
            ends_at=now + timedelta(days=1),
            stand_in=None,
            by=people.omar,
            now=now,
        )


def test_the_database_holds_it_too(people, now):
    away(people.omar, people.jonas, now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Absence.objects.create(person=people.omar, begins_at=now, ends_at=now + timedelta(hours=1), made_by=people.omar)
    with pytest.raises(DatabaseError), transaction.atomic():
        Absence.objects.create(
            person=people.maria, stand_in=people.maria, begins_at=now, ends_at=now + timedelta(1), made_by=people.maria
        )


# --- pages of the queue


@pytest.mark.parametrize("sort", ["order", "amount", "age", "confidence"])
def test_every_row_comes_on_exactly_one_page(run, people, now, sort):
    for number in range(8):
        waiting = run()
        worth = {"amount": None, "converted": None, "currency": ""} if number % 3 == 0 else {}
        ask_about(waiting, propose(waiting, confidence=None if number % 4 == 0 else "0.9100", **worth))
    desks, seen, after = queries.desks_of(people.maria), [], ""
    while True:
        page = queries.waiting(people.maria, Search(sort=sort, after=after), desks, now, size=3)
        seen += [row.id for row in page.rows]
        if not page.next:
            break
        after = page.next
    assert sorted(seen) == sorted(Review.objects.values_list("id", flat=True))


@pytest.mark.parametrize("key", ["x", "e30", "W10", "WzEsMl0", "bm9uc2Vuc2U", "/../", "ÿ"])
def test_a_key_that_is_none_shows_the_beginning(review, people, now, key):
    review()
    page = queries.waiting(people.maria, Search(after=key), queries.desks_of(people.maria), now)
    assert len(page.rows) == 1
