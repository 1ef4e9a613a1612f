"""Schedules start runs at their times, in their owner's name, once per due time."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from agentops.core.audit.trail import Actor
from agentops.core.permissions import Role
from agentops.core.services import deactivate, revoke_role
from agentops.intake import services
from agentops.intake.models import Firing, Schedule
from agentops.intake.schedules import firing
from agentops.intake.services import WayError
from runs.models import Run
from tests.intake.letters import NOW, trail

MORNING = {
    "name": "Morning round",
    "agent": "reading",
    "cron": "0 7 * * *",
    "time_zone": "Europe/Berlin",
    "goal": "Look what came overnight.",
    "given": {"since": "yesterday"},
    "catch_up": "none",
}


@pytest.fixture
def clock(monkeypatch):
    """The database's clock, set by the test."""

    def at(moment):
        for module in ("agentops.intake.schedules.firing", "agentops.intake.services.changing"):
            monkeypatch.setattr(f"{module}.db_now", lambda: moment)

    at(NOW)
    return at


@pytest.fixture
def schedule(operator, clock):
    return services.add(Schedule, MORNING, by=operator, now=NOW)


def test_it_is_due_next_morning_and_starts_one_run_for_its_owner(schedule, operator, clock):
    assert schedule.next_at == datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
    clock(schedule.next_at - timedelta(seconds=1))
    assert firing.fire_due() == 0
    clock(schedule.next_at + timedelta(seconds=1))
    assert firing.fire_due() == 1
    assert firing.fire_due() == 0
    run = Run.objects.get()
    assert (run.requester, run.given.goal) == (operator, "Look what came overnight.")
    assert run.given.input == {"since": "yesterday"}
    fired = Firing.objects.get()
    assert (fired.due_at, fired.outcome, fired.run) == (datetime(2026, 11, 21, 6, 0, tzinfo=UTC), "started", run)
    schedule.refresh_from_db()
    assert schedule.next_at == datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
    assert trail() == ["schedule.added", "schedule.fired"]


def test_a_due_time_cannot_be_written_twice_even_around_the_service(schedule):
    Firing.objects.create(schedule=schedule, due_at=NOW, outcome="skipped")
    with pytest.raises(IntegrityError, match="schedule_fires_once_per_due_time"), transaction.atomic():
        Firing.objects.create(schedule=schedule, due_at=NOW, outcome="skipped")


@pytest.mark.parametrize(("catch_up", "runs", "outcome"), [("none", 0, "skipped"), ("last", 1, "started")])
def test_what_the_house_slept_through_is_skipped_or_its_last_is_started(operator, clock, catch_up, runs, outcome):
    schedule = services.add(Schedule, MORNING | {"catch_up": catch_up}, by=operator, now=NOW)
    clock(schedule.next_at + timedelta(days=3, hours=2))
    assert firing.fire_due() == runs
    fired = Firing.objects.get()
    assert (fired.outcome, fired.due_at) == (outcome, datetime(2026, 11, 24, 6, 0, tzinfo=UTC))
    assert Run.objects.count() == runs
    assert "schedule.skipped" in trail()
    schedule.refresh_from_db()
    assert schedule.next_at == datetime(2026, 11, 25, 6, 0, tzinfo=UTC)


def test_a_clock_that_is_set_back_does_not_repeat_a_due_time(schedule, clock):
    due = schedule.next_at
    clock(due + timedelta(seconds=1))
    firing.fire_due()
    Schedule.objects.update(next_at=due - timedelta(days=1))
    clock(due - timedelta(hours=1))
    firing.fire_due()
    clock(due + timedelta(seconds=30))
    Schedule.objects.update(next_at=due + timedelta(days=1))
    assert firing.fire_due() == 0
    assert Firing.objects.filter(due_at=due).count() == 1


def test_the_schedule_of_somebody_who_left_is_paused_and_says_so(schedule, operator, clock):
    deactivate(user=operator, by=Actor.system("test"), now=NOW)
    clock(schedule.next_at)
    assert firing.fire_due() == 0
    schedule.refresh_from_db()
    assert (schedule.active, schedule.next_at) == (False, None)
    assert "Oskar is no longer active" in schedule.paused_why
    assert not Run.objects.exists()
    assert trail()[-1] == "schedule.paused"


def test_rights_are_looked_at_again_when_it_fires(schedule, operator, clock):
    revoke_role(user=operator, role=Role.OPERATOR, by=Actor.system("test"), now=NOW)
    clock(schedule.next_at)
    firing.fire_due()
    schedule.refresh_from_db()
    assert "no role any more" in schedule.paused_why


def test_an_agent_that_is_gone_leaves_a_refusal_and_the_schedule_goes_on(schedule, clock):
    Schedule.objects.update(agent="gone")
    clock(schedule.next_at)
    firing.fire_due()
    assert Firing.objects.get().outcome == "refused"
    assert "no agent named" in Firing.objects.get().sentence
    assert Schedule.objects.get().active


def test_paused_it_misses_its_times_and_resumed_it_starts_from_now(schedule, operator, clock):
    services.pause(Schedule, schedule.pk, by=operator, why="holidays")
    clock(NOW + timedelta(days=10))
    assert firing.fire_due() == 0
    services.resume(Schedule, schedule.pk, by=operator)
    schedule.refresh_from_db()
    assert schedule.next_at == datetime(2026, 12, 1, 6, 0, tzinfo=UTC)
    assert trail() == ["schedule.added", "schedule.paused", "schedule.resumed"]


def test_whoever_changes_a_schedule_asks_for_its_runs_from_then_on(schedule, operator, person):
    other = person(Role.OPERATOR)
    services.edit(Schedule, schedule.pk, MORNING | {"goal": "Something else."}, by=other, now=NOW)
    schedule.refresh_from_db()
    assert (schedule.owner, schedule.goal) == (other, "Something else.")


@pytest.mark.parametrize(
    ("field", "value"), [("cron", "every day"), ("time_zone", "Mars"), ("agent", "nobody"), ("goal", "")]
)
def test_what_cannot_be_is_refused_at_its_field(operator, clock, field, value):
    with pytest.raises(WayError) as refusal:
        services.add(Schedule, MORNING | {field: value}, by=operator, now=NOW)
    assert refusal.value.field == field
    assert not Schedule.objects.exists()


def test_somebody_without_the_role_changes_nothing(operator, person, clock):
    for role in (Role.REVIEWER, Role.AUDITOR, Role.USER_ADMIN):
        with pytest.raises(WayError, match="Only an operator"):
            services.add(Schedule, MORNING, by=person(role), now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_tickers_at_the_same_moment_start_one_run(transactional_db, schedule, clock):
    clock(schedule.next_at)
    barrier, counts = threading.Barrier(4), []

    def tick():
        barrier.wait()
        try:
            counts.append(firing.fire_due())
        finally:
            connection.close()

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == Run.objects.count() == Firing.objects.count() == 1


@pytest.mark.parametrize(
    "given",
    [{"keyed": {"net_total": "1"}, "keyed_by": "x"}, {"document": "a" * 64}, {"a": "\x00"}, {"a": float("nan")}],
)
def test_an_input_that_passes_for_what_the_door_says_or_cannot_be_kept_is_refused(operator, clock, given):
    with pytest.raises(WayError) as refusal:
        services.add(Schedule, MORNING | {"given": given}, by=operator, now=NOW)
    assert refusal.value.field == "given"


def test_an_input_written_before_that_rule_starts_nothing_and_leaves_its_refusal(schedule, clock):
    Schedule.objects.update(given={"keyed": {"net_total": "1"}, "keyed_by": str(schedule.owner_id)})
    clock(schedule.next_at)
    assert firing.fire_due() == 0
    assert Firing.objects.get().outcome == "refused"
    assert not Run.objects.exists()


def test_a_schedule_with_which_this_program_fails_keeps_no_other_waiting(schedule, operator, clock, monkeypatch):
    services.add(Schedule, MORNING | {"name": "Second", "goal": "Works."}, by=operator, now=NOW)
    start_run = firing.start_run

    def fails(**asked):
        if asked["goal"] != "Works.":
            raise AssertionError("broken")
        return start_run(**asked)

    monkeypatch.setattr(firing, "start_run", fails)
    clock(schedule.next_at)
    assert firing.fire_due() == 1
    assert Run.objects.get().given.goal == "Works."
