"""What somebody tries who wants to hide a review, keep sight of it, or give it to nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from agentops.core.models import User
from reviews import queries, services
from reviews.models import Review, SavedView
from reviews.queries.search import Search
from reviews.queries.sight import reviews_visible_to, runs_visible_to
from reviews.queries.waiting import in_view
from reviews.services.commenting import words_about
from reviews.services.unassigned import desk_of_last_resort
from runs.agents import agents

from .conftest import SETUP, Filer, ask_about, propose


def offered(user: User, now):
    return queries.next_for(user, queries.desks_of(user), now)


def found_by(text: str, user: User, now) -> list[Review]:
    return queries.waiting(user, Search(text=text), queries.desks_of(user), now).rows


# --- snoozing


def test_what_somebody_is_reviewing_is_not_put_off_by_another(review, people, now):
    waiting = review()
    services.claim(review_id=waiting.id, person=people.omar)
    with pytest.raises(services.ClaimedByAnother, match="Omar"):
        services.snooze(review_id=waiting.id, person=people.maria, until=None, now=now)
    assert Review.objects.get().claimed_by == people.omar
    services.snooze(review_id=waiting.id, person=people.omar, until=None, now=now)
    assert Review.objects.get().claimed_by is None


def test_a_first_signature_wakes_it_for_who_signs_second(review, people, now):
    waiting = review(signatures=2)
    services.snooze(review_id=waiting.id, person=people.maria, until=None, now=now)
    services.approve(review_id=waiting.id, signer=people.maria, seen=waiting.digest, now=now)
    assert list(in_view(people.jonas, "second", queries.desks_of(people.jonas), now)) == [waiting]


# --- sight


def test_being_named_shows_nothing_of_a_desk_that_is_not_ones_own(review, people, person, now):
    waiting = review()
    named = people.maria.email.partition("@")[0]
    services.comment(review_id=waiting.id, person=people.omar, words=f"@{named}, look", now=now)
    assert list(in_view(people.maria, "mine", queries.desks_of(people.maria), now)) == [waiting]
    other = services.create_desk(slug="hr", name="HR", by=SETUP)
    services.grant_desk(to=people.jonas, desk=other, by=SETUP)
    services.hand_over(review_id=waiting.id, signer=people.omar, seen=waiting.digest, to_desk=other, now=now)
    assert list(in_view(people.maria, "mine", queries.desks_of(people.maria), now)) == []


def test_who_stands_in_sees_no_desk_of_the_other_that_is_not_their_own(review, people, now):
    other = services.create_desk(slug="hr", name="HR", by=SETUP)
    services.grant_desk(to=people.omar, desk=other, by=SETUP)
    waiting = review()
    services.hand_over(review_id=waiting.id, signer=people.maria, seen=waiting.digest, to_desk=other, now=now)
    services.hand_over(review_id=waiting.id, signer=people.omar, seen=waiting.digest, to_person=people.omar, now=now)
    services.be_away(
        person=people.omar, begins_at=now - timedelta(1), ends_at=now + timedelta(1), stand_in=people.jonas,
        by=people.omar, now=now,
    )  # fmt: skip
    assert list(in_view(people.jonas, "mine", queries.desks_of(people.jonas), now)) == []


def test_being_given_a_review_shows_it_only_as_long_as_one_may_decide_it(review, people, desk, now):
    waiting = review()
    services.hand_over(review_id=waiting.id, signer=people.maria, seen=waiting.digest, to_person=people.omar, now=now)
    given = Review.objects.get()
    assert queries.may_see(people.omar, given)
    services.revoke_desk(to=people.omar, desk=desk, by=SETUP)
    assert not queries.may_see(people.omar, given)
    assert not runs_visible_to(people.omar).exists()
    assert not reviews_visible_to(people.omar).exists()
    assert list(in_view(people.omar, "mine", queries.desks_of(people.omar), now)) == []


def test_what_is_said_beside_an_open_blind_check_is_not_read_elsewhere(run, people, now):
    waiting = run()
    proposal = propose(waiting)
    approval = ask_about(waiting, proposal)
    services.reject(review_id=approval.id, signer=people.maria, seen=approval.digest, code="fraud", now=now)
    sample = ask_about(waiting, proposal, kind="sample")
    services.comment(review_id=sample.id, person=people.omar, words="I would not.", now=now)
    assert [one.verdict for one in queries.said_about(approval)] == ["reject"]


# --- what nobody would find again


def test_what_was_given_to_somebody_who_left_is_everybodys(review, people, now):
    waiting = review()
    services.hand_over(review_id=waiting.id, signer=people.maria, seen=waiting.digest, to_person=people.omar, now=now)
    assert offered(people.maria, now) is None
    User.objects.filter(pk=people.omar.pk).update(is_active=False)
    assert offered(people.maria, now) == waiting.id
    assert list(in_view(people.maria, "unclaimed", queries.desks_of(people.maria), now)) == [waiting]


def test_what_is_overdue_waits_for_nobody_in_particular(review, people, now):
    waiting = review()
    services.hand_over(review_id=waiting.id, signer=people.maria, seen=waiting.digest, to_person=people.omar, now=now)
    assert offered(people.maria, waiting.due_at) == waiting.id


def test_a_second_signature_is_not_offered_to_who_cannot_give_it(review, people, now):
    waiting = review(signatures=2)
    services.approve(review_id=waiting.id, signer=people.maria, seen=waiting.digest, now=now)
    assert offered(people.omar, now) is None
    assert offered(people.jonas, now) == waiting.id


def test_nothing_is_handed_to_a_desk_where_nobody_decides(review, people, now):
    waiting = review()
    for nowhere in (desk_of_last_resort(), services.create_desk(slug="empty", name="Empty", by=SETUP)):
        with pytest.raises(services.WordsNeeded, match="Nobody decides"):
            services.hand_over(review_id=waiting.id, signer=people.maria, seen=waiting.digest, to_desk=nowhere, now=now)


def test_what_was_late_where_nobody_decides_is_told_late_again_at_its_desk(run, people, monkeypatch, now):
    class Orphan(Filer):
        name, desk = "orphan", "orphans"

    monkeypatch.setitem(agents._agents, "orphan", Orphan())
    waiting = run()
    review = ask_about(waiting, propose(waiting), agent="orphan", desk="orphans")
    services.escalate_late(now=review.due_at)
    services.create_desk(slug="orphans", name="Orphans", by=SETUP)
    review.refresh_from_db()
    assert review.escalated == 0
    assert services.escalate_late(now=review.due_at) == 1


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("0001-01-01T00:00:00+14:00", "2027-01-01T00:00:00+00:00"),
        ("2026-01-01T00:00:00+00:00", "9999-12-31T23:59:59-14:00"),
    ],
)
def test_days_that_no_calendar_shows_are_refused(people, now, begins, ends):
    with pytest.raises(services.CannotBeAway, match="ten years"):
        services.be_away(
            person=people.maria, begins_at=datetime.fromisoformat(begins), ends_at=datetime.fromisoformat(ends),
            stand_in=None, by=people.maria, now=datetime.now(UTC),
        )  # fmt: skip


# --- search


def test_signs_that_mean_something_to_the_database_are_searched_as_they_are(run, people, now):
    waiting = run()
    found = ask_about(waiting, propose(waiting, sentence="File 100%_sure."))
    assert found_by("100%_s", people.maria, now) == [found]
    assert found_by("1%sure", people.maria, now) == []
    assert found_by("100%xs", people.maria, now) == []


def test_a_number_finds_review_and_run_without_a_join_that_hides_the_indexes(review, people, now):
    waiting = review()
    for text in (f"R-{waiting.run.number}", str(waiting.number)):
        assert found_by(text, people.maria, now) == [waiting]
    rows = Review.objects.filter(Search(text="R-20931").conditions(people.maria, now), status="open")
    assert '"runs_run"' not in str(rows.query).partition("(SELECT")[0]


# --- comments


def test_a_long_talk_is_read_in_as_many_queries_as_a_short_one(review, people, now, django_assert_num_queries):
    waiting = review()
    for number in range(4):
        services.comment(review_id=waiting.id, person=people.omar, words=f"Word {number}", now=now)
    with django_assert_num_queries(1):  # for the words; the talk itself is one statement that Django does not see
        said = queries.said_about(waiting)
        written = words_about(waiting.run_id, [one.audit_seq for one in said])
    assert [written[one.audit_seq]["words"] for one in said] == ["Word 0", "Word 1", "Word 2", "Word 3"]


# --- days away, views


def test_a_circle_is_found_in_every_absence_of_the_one_who_stands_in(people, now):
    def away(person: User, stand_in: User, begins: int, ends: int) -> None:
        services.be_away(
            person=person, begins_at=now + timedelta(begins), ends_at=now + timedelta(ends), stand_in=stand_in,
            by=person, now=now,
        )  # fmt: skip

    away(people.omar, people.jonas, 1, 2)
    away(people.omar, people.maria, 3, 4)
    with pytest.raises(services.CannotBeAway, match="for yourself"):
        away(people.maria, people.omar, 0, 9)
    away(people.maria, people.omar, 5, 9)


def test_views_that_others_share_push_none_of_ones_own_away(people, desk, now):
    services.save_view(owner=people.maria, name="Zebra", query="", desk=None, now=now)
    SavedView.objects.bulk_create(
        SavedView(owner=people.omar, name=f"A {number}", query="", desk=desk) for number in range(160)
    )
    assert [view.name for view in queries.views_of(people.maria, [desk])[0]] == ["Zebra"]
