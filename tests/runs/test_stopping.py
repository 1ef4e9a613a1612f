"""How a run stops: it asks, waits, holds, is stuck, is cancelled, is out of budget, or its worker dies."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from agentops.core.models import User
from runs import drain, services, sql, steering
from runs.agents import Budget, Planned, agents
from runs.models import Await, Run
from tools_registry.services.switches import release_switch, throw_switch

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_failed_check_brings_the_proposal_to_people(shop, world, failing):
    world["checks"] = [failing]
    run_id = shop.start()
    shop.work()
    assert shop.run(run_id).awaiting == "review"
    assert [reason.code for reason in shop.people.asks[0].reasons] == ["price_variance"]


def test_what_the_agent_finds_strange_is_stuck_with_its_reason(shop, world):
    world["strange"] = True
    run_id = shop.start()
    shop.work()
    (ask,) = shop.people.asks
    assert (ask.kind, ask.reasons[0].code) == ("stuck", "strange")
    assert shop.run(run_id).awaiting == "review"


def test_a_person_may_let_a_stuck_run_try_again(shop, world):
    world["strange"] = True
    run_id = shop.start()
    shop.work()
    world["strange"] = False
    with transaction.atomic():
        steering.retry(steering.lock_run(run_id), guidance=None, now=NOW)
    shop.work()
    assert shop.run(run_id).status == "completed"


def test_a_question_parks_the_run_and_its_answer_is_used(shop, world, requester):
    world["ask"] = True
    run_id = shop.start()
    shop.work()
    (ask,) = shop.people.asks
    assert (ask.kind, ask.title) == ("clarification", "Which one?")
    with transaction.atomic():
        steering.answer_await(steering.lock_run(run_id), ask.await_id, answer={"answer": "b"}, by=requester, now=NOW)
    shop.work()
    assert shop.run(run_id).status == "completed"
    assert world["sold"] == ["b"]
    assert Await.objects.get(pk=ask.await_id).answer["answer"] == "b"


def test_a_source_that_is_away_is_tried_again_later_and_then_a_person_looks(shop, world):
    world["look_fails"] = True
    run_id = shop.start()
    for _ in range(4):
        shop.work()
        assert shop.run(run_id).awaiting == "timer"
        Run.objects.filter(pk=run_id).update(due_at=datetime(2020, 1, 1, tzinfo=UTC))
        assert services.wake_timers() == 1
    shop.work()
    assert shop.people.asks[0].reasons[0].code == "source_away"


def test_a_kill_switch_holds_and_its_release_lets_go(shop, world, policy_admin, monkeypatch):
    throw_switch(scope="agent:shop", by=policy_admin, reason="a test", now=datetime.now(UTC))
    run_id = shop.start()
    shop.work()
    assert shop.run(run_id).awaiting == "hold"
    assert services.release_holds() == 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tools_registry_switch")
    assert services.release_holds() == 1
    shop.work()
    assert shop.run(run_id).status == "completed"
    assert callable(release_switch)


def test_a_budget_of_steps_ends_as_stuck_not_in_death(shop, world, monkeypatch):
    monkeypatch.setattr(agents.get("shop"), "budget", Budget(steps=2))
    run_id = shop.start()
    shop.work()
    (ask,) = shop.people.asks
    assert ask.reasons[0].code == "budget_exhausted"
    assert shop.run(run_id).spent_steps <= 2


def test_the_same_call_a_third_time_is_a_loop(shop, world, monkeypatch):
    plan = [Planned(f"peek{n}", "glance", {"what": "x"}, "looking") for n in range(4)]
    monkeypatch.setattr(agents.get("shop"), "plan", lambda goal: plan)
    run_id = shop.start()
    shop.work()
    assert shop.people.asks[-1].reasons[0].code == "loop"
    assert shop.run(run_id).position == 3


def test_a_waiting_run_is_cancelled_at_once_and_a_running_one_before_its_next_effect(shop, world, requester, failing):
    world["checks"] = [failing]
    waiting = shop.start("a")
    shop.work()
    services.cancel_run(run_id=waiting, by=requester, reason="no", now=NOW)
    assert shop.run(waiting).status == "cancelled"
    with pytest.raises(services.RunEnded):
        services.cancel_run(run_id=waiting, by=requester, reason="no", now=NOW)

    world["checks"] = []
    running = shop.start("b")
    (leased,) = shop.claim()
    services.cancel_run(run_id=running, by=requester, reason="no", now=NOW)
    drain.carry(leased, threading.Event())
    assert shop.run(running).status == "cancelled"
    assert "sold" not in world


def test_a_worker_that_stops_hands_its_run_back(shop):
    run_id = shop.start()
    (leased,) = shop.claim()
    stop = threading.Event()
    stop.set()
    drain.carry(leased, stop)
    assert shop.run(run_id).status == "queued"
    shop.work()
    assert shop.run(run_id).status == "completed"


def test_a_lost_lease_changes_nothing(shop, world):
    run_id = shop.start()
    (late,) = shop.claim()
    lapse(run_id)
    assert services.requeue_lapsed() == 1
    drain.carry(late, threading.Event())
    assert shop.run(run_id).status == "queued"
    assert "sold" not in world
    shop.work(suspects=True)
    assert shop.run(run_id).status == "completed"


def test_only_a_crash_alone_counts_and_after_three_a_person_looks(shop):
    run_id = shop.start()
    shop.claim()
    lapse(run_id)
    services.requeue_lapsed()
    assert (shop.run(run_id).crashes, shop.run(run_id).suspect) == (0, True)
    for crashes in (1, 2, 3):
        assert len(shop.claim(suspects=True)) == 1
        lapse(run_id)
        services.requeue_lapsed()
        assert shop.run(run_id).crashes == crashes
    shop.work(suspects=True)
    assert shop.people.asks[0].reasons[0].code == "poison"
    assert shop.run(run_id).awaiting == "review"


def test_the_same_request_key_starts_one_run(shop, requester: User):
    one = shop.start("lamp", request_key="k1")
    assert shop.start("lamp", request_key="k1") == one
    with pytest.raises(services.RequestKeyUsed):
        shop.start("table", request_key="k1")


def lapse(run_id):
    past = datetime(2020, 1, 1, tzinfo=UTC)
    Run.objects.filter(pk=run_id).update(lease_until=past, due_at=past)


def test_a_renewal_keeps_only_what_is_still_held(shop):
    run_id = shop.start()
    (leased,) = shop.claim()
    assert sql.renew([(run_id, leased.epoch)]) == {run_id}
    assert sql.renew([(run_id, leased.epoch - 1)]) == set()


def test_a_child_run_answers_its_parent_when_it_ends(shop, world):
    world["child"] = "lamp"
    parent = shop.start("lamp")
    shop.work()
    assert shop.run(parent).awaiting == "child"
    child = Run.objects.get(parent_id=parent)
    assert child.requester_id == shop.run(parent).requester_id
    world["child"] = None
    shop.work()  # the child
    assert shop.run(child.id).status == "completed"
    shop.work()  # the parent, with the child's answer
    assert shop.run(parent).status == "completed"
    assert Await.objects.get(run_id=parent, kind="child").answer["status"] == "completed"
