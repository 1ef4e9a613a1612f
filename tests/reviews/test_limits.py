"""Up to what somebody may sign: one desk never lets through what another would not, and a raise takes two people."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from agentops.core.audit.models import AuditEntry
from reviews import services
from reviews.models import ChangeStatus, LimitChange, PersonalLimit
from reviews.queries import waiting_limits
from reviews.services.changing import change_desk
from reviews.standing import MayNotSign, standings
from tests.reviews.conftest import SETUP, ask_about, propose

SMALL, LARGE = Decimal(100), Decimal(5000)


@pytest.fixture
def other(db):
    return services.create_desk(slug="controllers", name="Controllers", by=SETUP)


@pytest.fixture
def ruth(person):
    return person("Ruth", "user_admin")


@pytest.fixture
def ella(person):
    return person("Ella", "user_admin")


def limit(user, desk):
    return standings([user.pk], desk.pk)[user.pk].limit


def told(desk):
    return list(AuditEntry.objects.filter(stream=f"desk:{desk.pk}").order_by("seq").values_list("action", flat=True))


def test_what_is_above_a_limit_at_one_desk_is_not_signed_at_another(review, people, desk, other, now):
    services.set_personal_limit(user=people.maria, desk=desk, amount=SMALL, by=SETUP)
    services.grant_desk(to=people.maria, desk=other, by=SETUP)
    waiting = review()
    services.hand_over(review_id=waiting.id, signer=people.maria, seen=waiting.digest, to_desk=other, now=now)
    with pytest.raises(MayNotSign, match="over your own limit of 100"):
        services.approve(review_id=waiting.id, signer=people.maria, seen=waiting.digest, now=now)
    services.grant_desk(to=people.omar, desk=other, by=SETUP)
    services.approve(review_id=waiting.id, signer=people.omar, seen=waiting.digest, now=now)


def test_without_an_own_limit_the_least_of_the_desks_and_of_those_elsewhere_holds(people, desk, other, ruth, now):
    assert limit(people.maria, other) is None
    services.wish_limit(desk=other, user=None, amount=LARGE, by=ruth, why="", now=now)
    assert limit(people.maria, other) == LARGE
    services.set_personal_limit(user=people.maria, desk=desk, amount=SMALL, by=SETUP)
    assert limit(people.maria, other) == SMALL
    services.set_personal_limit(user=people.maria, desk=other, amount=Decimal(7000), by=SETUP)
    assert limit(people.maria, other) == Decimal(7000)
    assert limit(people.maria, desk) == SMALL


def test_a_limit_is_lowered_at_once(people, desk, ruth, now):
    services.set_personal_limit(user=people.maria, desk=desk, amount=LARGE, by=SETUP)
    wished = services.wish_limit(desk=desk, user=people.maria, amount=SMALL, by=ruth, why="", now=now)
    assert (wished.before, wished.after, wished.waits) == (LARGE, SMALL, None)
    assert limit(people.maria, desk) == SMALL
    entry = AuditEntry.objects.filter(stream=f"desk:{desk.pk}").latest("seq")
    assert entry.action == "desk.limit_set"


def test_a_raise_waits_for_a_second_administrator_who_is_not_its_author(people, desk, ruth, ella, now):
    services.set_personal_limit(user=people.maria, desk=desk, amount=SMALL, by=SETUP)
    with pytest.raises(services.CannotSetLimit, match="Say why"):
        services.wish_limit(desk=desk, user=people.maria, amount=LARGE, by=ruth, why=" ", now=now)
    wished = services.wish_limit(desk=desk, user=people.maria, amount=LARGE, by=ruth, why="Year end.", now=now)
    assert limit(people.maria, desk) == SMALL
    with pytest.raises(services.CannotSetLimit, match="You asked for this"):
        services.confirm_limit(change_id=wished.waits.pk, by=ruth, now=now)
    with pytest.raises(services.CannotSetLimit, match="Only a user administrator"):
        services.confirm_limit(change_id=wished.waits.pk, by=people.jonas, now=now)
    services.confirm_limit(change_id=wished.waits.pk, by=ella, now=now)
    row = PersonalLimit.objects.get()
    assert (row.amount, row.set_by, row.confirmed_by) == (LARGE, ruth, ella)
    assert told(desk)[-2:] == ["desk.limit_asked", "desk.limit_set"]
    with pytest.raises(services.CannotSetLimit, match="answered already"):
        services.confirm_limit(change_id=wished.waits.pk, by=ella, now=now)


def test_to_take_a_limit_away_is_to_raise_it(people, desk, ruth, now):
    services.set_personal_limit(user=people.maria, desk=desk, amount=SMALL, by=SETUP)
    wished = services.wish_limit(desk=desk, user=people.maria, amount=None, by=ruth, why="A mistake.", now=now)
    assert wished.waits is not None
    assert limit(people.maria, desk) == SMALL
    services.refuse_limit(change_id=wished.waits.pk, by=ruth, now=now)
    assert not waiting_limits(now).exists()


def test_the_limit_of_whoever_has_none_is_raised_by_two_as_well(desk, ruth, ella, now):
    services.wish_limit(desk=desk, user=None, amount=SMALL, by=ruth, why="", now=now)
    wished = services.wish_limit(desk=desk, user=None, amount=LARGE, by=ruth, why="More work.", now=now)
    desk.refresh_from_db()
    assert desk.default_limit == SMALL
    services.confirm_limit(change_id=wished.waits.pk, by=ella, now=now)
    desk.refresh_from_db()
    assert desk.default_limit == LARGE


def test_what_was_asked_from_another_limit_is_not_confirmed(people, desk, ruth, ella, now):
    services.set_personal_limit(user=people.maria, desk=desk, amount=SMALL, by=SETUP)
    wished = services.wish_limit(desk=desk, user=people.maria, amount=LARGE, by=ruth, why="Year end.", now=now)
    services.wish_limit(desk=desk, user=people.maria, amount=Decimal(1), by=ella, why="", now=now)
    with pytest.raises(services.CannotSetLimit, match="answered already"):
        services.confirm_limit(change_id=wished.waits.pk, by=ella, now=now)
    assert limit(people.maria, desk) == 1


def test_a_command_does_not_go_round_two_people_once_they_confirm_raises(people, desk, ruth, ella, now):
    services.set_personal_limit(user=people.maria, desk=desk, amount=SMALL, by=SETUP)
    wished = services.wish_limit(desk=desk, user=people.maria, amount=LARGE, by=ruth, why="Year end.", now=now)
    services.confirm_limit(change_id=wished.waits.pk, by=ella, now=now)
    with pytest.raises(services.CannotSetLimit, match="two user administrators"):
        services.set_personal_limit(user=people.maria, desk=desk, amount=Decimal(9000), by=SETUP)
    with pytest.raises(services.CannotSetLimit, match="two user administrators"):
        services.grant_desk(to=people.maria, desk=desk, by=SETUP, limit=Decimal(9000))
    services.set_personal_limit(user=people.maria, desk=desk, amount=SMALL, by=SETUP)
    assert limit(people.maria, desk) == SMALL


def test_nobody_sets_their_own_and_only_user_administrators_do(people, desk, ruth, now):
    for by, user, why in ((people.jonas, people.maria, "Only a user"), (ruth, ruth, "their own")):
        with pytest.raises(services.CannotSetLimit, match=why):
            services.wish_limit(desk=desk, user=user, amount=SMALL, by=by, why="", now=now)


def test_the_database_holds_it_too(people, desk, ruth, ella, now):
    row = PersonalLimit.objects.create(user=people.maria, desk=desk, amount=SMALL, set_by=ruth)
    refused(lambda: PersonalLimit.objects.filter(pk=row.pk).update(amount=LARGE), "a second administrator")
    refused(
        lambda: PersonalLimit.objects.filter(pk=row.pk).update(amount=LARGE, confirmed_by=ella),  # nobody was asked
        "a second administrator",
    )
    refused(
        lambda: PersonalLimit.objects.filter(pk=row.pk).update(confirmed_by=ruth),
        "personal_limit_is_not_confirmed_by_its_author",
    )
    change = services.wish_limit(desk=desk, user=people.maria, amount=LARGE, by=ruth, why="x", now=now).waits
    rows = LimitChange.objects.filter(pk=change.pk)
    confirmed = {"status": ChangeStatus.CONFIRMED, "decided_at": now}
    refused(lambda: rows.update(decided_by=ruth, **confirmed), "limit_change_is_confirmed_by_a_second")
    refused(lambda: rows.update(after=Decimal(1)), "never changes")
    rows.update(decided_by=ella, **confirmed)
    refused(lambda: rows.update(status=ChangeStatus.REFUSED), "already answered")


def refused(write, match):
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        write()


def test_a_desk_is_changed_by_a_user_administrator_with_what_was_before_in_the_trail(people, desk, other, ruth, now):
    assert change_desk(desk=desk, by=ruth, why="", now=now, due_hours=4, undo_seconds=10) == ()
    with pytest.raises(services.CannotChangeDesk, match="Say why"):
        change_desk(desk=desk, by=ruth, why="", now=now, due_hours_sample=40)
    change_desk(desk=desk, by=ruth, why="They are checks.", now=now, due_hours_sample=40)
    desk.refresh_from_db()
    assert (desk.due_hours, desk.hours_for("sample"), desk.hours_for("stuck")) == (4, 40, 4)
    with pytest.raises(services.CannotChangeDesk, match="Say why"):
        change_desk(desk=desk, by=ruth, why="", now=now, expire_hours=96)
    assert change_desk(desk=desk, by=ruth, why="Holidays.", now=now, expire_hours=96) == ("expire_hours",)
    assert told(desk)[-1] == "desk.changed"
    with pytest.raises(services.CannotChangeDesk, match="Only a user administrator"):
        change_desk(desk=desk, by=people.jonas, why="x", now=now, expire_hours=100)


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"due_hours": 100}, "before it expires"),
        ({"due_hours_stuck": 100}, "before it expires"),
        ({"weekdays": []}, "at least one day"),
        ({"zone": "Mars/Base"}, "no such time zone"),
        ({"opens": "later"}, "both the time"),
        ({"expiry_rule": "escalate"}, "Choose the desk"),
        ({"expiry_rule": "allow"}, "never allowed"),
        ({"undo_seconds": 601}, "600 seconds"),
        ({"agents": ["nobody"]}, "no such agent"),
        ({"name": "  "}, "a name"),
    ],
)
def test_settings_that_cannot_be_are_refused_in_words(wanted, why, people, desk, ruth, now):
    from datetime import time

    wanted = {name: time(8) if value == "later" else value for name, value in wanted.items()}
    with pytest.raises(services.CannotChangeDesk, match=why):
        change_desk(desk=desk, by=ruth, why="x", now=now, **wanted)
    assert "desk.changed" not in told(desk)


def test_two_administrators_do_not_overwrite_each_other_unseen(desk, ruth, now):
    from reviews.services.changing import version_of

    seen = version_of(desk)
    change_desk(desk=desk, by=ruth, why="", now=now, seen=seen, due_hours=4)
    with pytest.raises(services.CannotChangeDesk, match="while you looked"):
        change_desk(desk=desk, by=ruth, why="", now=now, seen=seen, due_hours=5)


def test_each_kind_has_its_own_time_and_lateness_goes_to_whom_the_desk_names(run, stuck, people, desk, ruth, now):
    from datetime import timedelta

    from reviews import queries
    from reviews.queries.search import Search
    from reviews.services.escalating import escalate_late

    change_desk(desk=desk, by=ruth, why="x", now=now, due_hours_stuck=2, overdue_to=people.amina)
    waiting = run()
    usual, halted = ask_about(waiting, propose(waiting)), stuck()
    assert usual.due_at - usual.opened_at == timedelta(hours=8)
    assert halted.due_at - halted.opened_at == timedelta(hours=2)
    assert escalate_late(now=now + timedelta(hours=3)) == 1
    halted.refresh_from_db()
    assert (halted.escalated, halted.escalated_to) == (2, [people.amina.pk])
    mine = queries.waiting(people.amina, Search(view="mine"), [desk], now + timedelta(hours=3)).rows
    assert mine == [halted]


def test_places_at_a_desk_are_given_and_taken_by_a_user_administrator(people, person, other, ruth):
    place = services.place_at_desk
    assert place(person=people.maria, desk=other, level=services.Level.DECIDES, by=ruth)
    assert not place(person=people.maria, desk=other, level=services.Level.DECIDES, by=ruth)
    assert standings([people.maria.pk], other.pk)[people.maria.pk].permissions == {"view", "decide"}
    assert place(person=people.maria, desk=other, level=services.Level.NONE, by=ruth)
    assert standings([people.maria.pk], other.pk)[people.maria.pk].permissions == frozenset()
    assert told(other)[-2:] == ["desk.granted", "desk.revoked"]
    otto = person("Otto", "auditor")
    for who, level, by, why in (
        (people.maria, services.Level.SECOND, ruth, "no controller"),
        (otto, services.Level.DECIDES, ruth, "neither reviewer"),
        (people.inbox, services.Level.SEES, ruth, "service user"),
        (people.omar, services.Level.DECIDES, people.jonas, "Only a user"),
        (ruth, services.Level.SEES, ruth, "themselves"),
    ):
        with pytest.raises(services.CannotPlace, match=why):
            place(person=who, desk=other, level=level, by=by)
