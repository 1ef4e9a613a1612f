"""Once to each, at least once whatever fails, and looked at again before it leaves."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from agentops.core.services import deactivate
from agentops.notifications import queries, services
from agentops.notifications.models import Attempt, Delivery, Item, News
from agentops.notifications.telling import courier, forgetting, spreading
from reviews import services as decide
from reviews.services import be_away, revoke_desk
from tests.notifications.conftest import told
from tests.reviews.conftest import SETUP


@pytest.fixture
def digest(chosen, people):
    """Maria reads about what waits in her digest, and nobody else hears of it."""
    chosen(people.maria, opened="digest")
    return people.maria


def make_due() -> None:
    Delivery.objects.filter(status="pending").update(due_at=timezone.now() - timedelta(seconds=1), lease_until=None)


def test_a_mail_server_that_refuses_is_asked_again_later(review, people, post, chosen):
    chosen(people.maria, opened="mail")
    post.refusals = [b"451 try later"]
    review()
    assert told() == 1
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.tries) == ("pending", 1)
    assert "451" in delivery.told
    assert timedelta(seconds=50) < delivery.due_at - timezone.now() < timedelta(seconds=80)
    assert queries.trouble_of(people.maria) == delivery
    assert told() == 0
    make_due()
    assert told() == 1
    assert list(Attempt.objects.order_by("number").values_list("number", "error"))[1] == (2, "")
    assert Delivery.objects.get().status == "sent"
    assert queries.trouble_of(people.maria) is None
    assert len(post.taken) == 1


def test_a_mail_that_no_server_takes_is_given_up_at_last(review, people, post, chosen, settings):
    chosen(people.maria, opened="mail")
    settings.EMAIL_PORT = 1
    review()
    for _ in range(12):
        make_due()
        told()
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.tries, Attempt.objects.count()) == ("failed", 10, 10)


def test_what_is_due_together_is_one_digest(review, digest, post):
    for _ in range(3):
        review()
    assert told() == 0
    assert set(Delivery.objects.values_list("digest", "status")) == {(True, "pending")}
    make_due()
    assert told() == 1
    (letter,) = post.to(digest)
    assert letter.mail["Subject"] == "[AgentOps] 3 things"
    assert letter.text.count("/reviews/") == 3
    assert set(Delivery.objects.values_list("status", "tries")) == {("sent", 1)}


def test_what_was_decided_meanwhile_is_not_mailed_and_is_shown_as_done(review, digest, post, people, now):
    done, open_ = review(), review()
    told()
    decide.approve(review_id=done.id, signer=people.omar, seen=done.digest, now=now)
    make_due()
    assert told() == 1
    (letter,) = post.to(digest)
    assert f"/reviews/{open_.id}/" in letter.text
    assert f"/reviews/{done.id}/" not in letter.text
    assert sorted(Delivery.objects.values_list("status", flat=True)) == ["dropped", "sent"]
    assert [(one.line.path, one.is_over) for one in queries.bell(digest)] == [
        (f"/reviews/{open_.id}/", False),
        (f"/reviews/{done.id}/", True),
    ]


def test_who_left_or_lost_the_desk_is_told_nothing(review, people, post, chosen, desk, person):
    for one in (people.maria, people.omar):
        chosen(one, opened="digest")
    waiting = review()
    told()
    assert Delivery.objects.count() == 2
    deactivate(user=people.maria, by=person("Ute", "user_admin"), now=timezone.now())
    revoke_desk(to=people.omar, desk=desk, by=SETUP)
    make_due()
    told()
    assert post.taken == []
    assert set(Delivery.objects.values_list("status", flat=True)) == {"dropped"}
    people.omar.refresh_from_db()
    assert [one.line for one in queries.bell(people.omar)] == [None]  # the line stays, and says nothing any more
    assert not queries.page_of(people.omar, Item.objects.get(person=people.omar).id)
    assert waiting.status == "open"


def test_somebody_away_keeps_the_line_and_the_stand_in_gets_the_mail(review, people, post, chosen, now):
    chosen(people.maria, mentioned="mail")
    be_away(person=people.maria, begins_at=now - timedelta(days=1), ends_at=now + timedelta(days=1),
            stand_in=people.omar, by=people.maria, now=now)  # fmt: skip
    waiting = review()
    name = people.maria.email.partition("@")[0]
    decide.comment(review_id=waiting.id, person=people.jonas, words=f"@{name} look", now=now)
    assert told() == 1
    (letter,) = post.taken
    assert letter.to == [people.omar.email]
    assert "stand in for Maria" in letter.text
    assert Item.objects.get(person=people.omar).absent == people.maria
    assert Item.objects.filter(person=people.maria, kind="mentioned").exists()


def test_quiet_hours_hold_a_mail_back_but_not_the_bell(review, people, post, chosen):
    chosen(people.maria, opened="mail")
    here = timezone.localtime()
    quiet = {"quiet_from": (here - timedelta(hours=1)).time(), "quiet_until": (here + timedelta(hours=1)).time()}
    services.set_manner(person=people.maria, quiet_holds_urgent=False, digest_hour=8, zone="Europe/Berlin", **quiet)
    review()
    assert told() == 0
    assert Delivery.objects.get().due_at > timezone.now() + timedelta(minutes=50)
    assert queries.unread(people.maria) == 1
    with pytest.raises(IntegrityError, match="manner_quiet_hours_have_both_ends"), transaction.atomic():
        type(queries.manner_of(people.maria)).objects.update(quiet_from=None)
    assert queries.manner_of(people.omar).quiet_from is None
    assert time(0) != quiet["quiet_from"]


def test_the_desk_proposes_and_the_person_has_the_last_word(review, people, post, chosen, desk, admin):
    services.choose_for_desk(desk=desk, hows={"opened": "mail"}, by=admin)
    chosen(people.maria, opened="nothing")
    review()
    told()
    assert sorted(letter.to[0].split("-")[0] for letter in post.taken) == ["amina", "jonas", "omar"]


def test_one_thing_is_told_once_whoever_spreads_it_again(review, people, post, chosen):
    chosen(people.maria, opened="mail")
    review()
    told()
    News.objects.update(spread_at=None)  # as after a crash before the note was written
    spreading.spread()
    assert told() == 0
    assert (len(post.taken), Item.objects.count(), Delivery.objects.count()) == (1, 1, 1)
    twin = Delivery.objects.get()
    twin.pk = None
    with pytest.raises(IntegrityError, match="news_delivery_once_per_person"), transaction.atomic():
        Delivery.objects.bulk_create([Delivery(news=twin.news, person=people.maria, kind="opened")])
    with pytest.raises(DatabaseError, match="what was told is not told again"), transaction.atomic():
        Delivery.objects.update(status="pending")
    with pytest.raises(DatabaseError), transaction.atomic():
        Attempt.objects.update(error="never")


def test_what_was_rolled_back_is_no_news(review, people):
    with transaction.atomic():
        review()
        assert News.objects.count() == 1
        transaction.set_rollback(True)
    assert not News.objects.exists()


def test_news_that_cannot_be_worked_out_holds_nothing_else_up(review, people, post, chosen, monkeypatch):
    chosen(people.maria, opened="mail")
    bad, good = review(), review()
    real = spreading.concerned

    def fails_once(about):
        if about.review == bad:
            raise ValueError("an agent's code")
        return real(about)

    monkeypatch.setattr(spreading, "concerned", fails_once)
    assert told() == 1
    assert f"/reviews/{good.id}/" in post.taken[0].text
    waiting = News.objects.get(spread_at=None)
    assert waiting.subject == bad.id
    assert waiting.due_at > timezone.now()


def test_the_ticker_wakes_the_courier_only_for_something(house, review, people, post, chosen):
    assert not courier.wake()
    chosen(people.maria, opened="mail")
    review()
    assert courier.wake()
    courier._thread.join(60)
    assert len(post.taken) == 1


def test_old_lines_are_forgotten_and_what_was_sent_stays(review, people, post, chosen):
    chosen(people.maria, opened="mail")
    chosen(people.omar, opened="bell")
    review()
    told()
    assert forgetting.forget() == 0
    Item.objects.update(at=timezone.now() - timedelta(days=91))
    assert forgetting.forget() == 2
    assert (Item.objects.count(), News.objects.count(), Attempt.objects.count()) == (0, 1, 1)


def test_a_count_stops_at_a_hundred_and_reads_one_index(people, django_assert_num_queries):
    news = News.objects.bulk_create(News(event="switch.thrown", scope="all") for _ in range(130))
    Item.objects.bulk_create(Item(news=one, person=people.maria, kind="switch") for one in news)
    with django_assert_num_queries(1):
        assert queries.unread(people.maria) == 100
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT count(*) FROM (SELECT 1 FROM notifications_item WHERE person_id = %s AND read_at IS NULL"
            " LIMIT 100) AS lines",
            [people.maria.id],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("RESET enable_seqscan")
    assert "item_unread" in plan
