"""Waiting for a counterparty's message on a thread: answered once, or expired, and never lost between the two."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from agentops.core.audit.models import AuditEntry
from runs import drain, points, services, steering
from runs.models import Await, Run
from runs.services import Delivery, Message, Received, deliver_message, expire_messages
from tests.runs.kills import killed_at
from tests.runs.test_stopping import lapse
from tools_registry.services.switches import throw_switch

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PAST = datetime(2020, 1, 1, tzinfo=UTC)
THREAD = "mail:<a1@vendor.example>"
YES = Message("m-1", "Yes, please.", sender="vendor@example.test")


def trail(run_id):
    return list(AuditEntry.objects.filter(stream=f"run:{run_id}").order_by("seq").values_list("action", flat=True))


@pytest.fixture
def deliver(requester):
    def deliver(message=YES, thread=THREAD):
        return deliver_message(thread=thread, message=message, by=requester, now=NOW)

    return deliver


@pytest.fixture
def waiting(shop, world):
    world["thread"] = THREAD
    run_id = shop.start()
    shop.work()
    assert shop.run(run_id).awaiting == "message"
    return run_id


def overdue(run_id):
    Run.objects.filter(pk=run_id).update(due_at=PAST)


def side_by_side(*work):
    """Each in a thread with a connection of its own, at once; what they returned."""
    barrier, results = threading.Barrier(len(work)), {}

    def do(number, what):
        try:
            barrier.wait()
            results[number] = what()
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=pair) for pair in enumerate(work)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[number] for number in range(len(work))]


def test_the_run_waits_on_its_thread_and_its_row_says_until_when(shop, waiting):
    asked = Await.objects.get(run_id=waiting)
    assert (asked.kind, asked.thread, asked.request["seconds"]) == ("message", THREAD, 3600)
    assert shop.run(waiting).due_at == asked.expires_at
    assert expire_messages() == 0
    assert services.wake_timers() == 0


def test_a_message_answers_the_run_once_and_it_goes_on(shop, world, waiting, deliver):
    assert deliver() == Delivery(Received.ANSWERED, waiting)
    assert deliver() == Delivery(Received.KNOWN, waiting)
    assert deliver(Message("m-2", "No!")) == Delivery(Received.NOBODY_WAITS, waiting)
    shop.work()
    assert shop.run(waiting).status == "completed"
    assert world["sold"] == ["Yes, please."]
    assert Await.objects.get(run_id=waiting).answer["message"]["sender"] == "vendor@example.test"
    assert trail(waiting).count("message.delivered") == 1
    event = AuditEntry.objects.get(stream=f"run:{waiting}", action="message.delivered")
    assert "please" not in event.body


def test_a_message_that_nobody_waits_for_is_reported_back(shop, deliver):
    assert deliver() == Delivery(Received.NOBODY_WAITS, None)
    assert not Await.objects.exists()


def test_no_message_in_time_is_an_answer_too_and_the_agent_decides(shop, world, waiting, deliver):
    overdue(waiting)
    assert expire_messages() == 1
    assert expire_messages() == 0
    assert deliver() == Delivery(Received.NOBODY_WAITS, waiting)
    shop.work()
    assert shop.run(waiting).status == "completed"
    assert world["sold"] == ["expired"]
    assert trail(waiting).count("message.expired") == 1


def test_a_message_answers_one_question_though_the_run_asks_again_on_the_same_thread(shop, world, waiting, deliver):
    world["twice"] = True
    deliver()
    shop.work()
    assert shop.run(waiting).awaiting == "message"
    assert deliver() == Delivery(Received.KNOWN, waiting)
    assert deliver(Message("m-2", "And this.")) == Delivery(Received.ANSWERED, waiting)
    shop.work()
    assert world["sold"] == ["Yes, please. And this."]


def test_of_two_deliveries_at_once_one_answers(shop, waiting, requester):
    def give(message):
        return lambda: deliver_message(thread=THREAD, message=message, by=requester, now=NOW).received

    found = side_by_side(*[give(Message(f"m-{number}", "x")) for number in range(4)])
    assert sorted(found) == ["answered", *["nobody_waits"] * 3]
    assert trail(waiting).count("message.delivered") == 1


def test_of_the_same_delivery_twice_at_once_one_answers_and_the_other_knows_it(shop, waiting, deliver):
    found = side_by_side(*[lambda: deliver().received] * 4)
    assert sorted(found) == ["answered", *["known"] * 3]
    assert trail(waiting).count("message.delivered") == 1


@pytest.mark.parametrize("first", ["message.deliver.commit", "sweep.messages.commit"])
def test_expiry_against_delivery_gives_one_answer(shop, world, waiting, deliver, monkeypatch, first):
    """One has done its work and not committed yet when the other comes."""
    overdue(waiting)
    there = threading.Event()

    def point(name):
        if name == first:
            there.set()
            other.join(1)  # it waits for us, or passes us by

    monkeypatch.setattr(points, "point", point)
    found = {}

    def first_of_them():
        found["expired" if first.startswith("sweep") else "delivered"] = (
            expire_messages() if first.startswith("sweep") else deliver().received
        )
        connection.close()

    def second_of_them():
        there.wait(60)
        found["delivered" if first.startswith("sweep") else "expired"] = (
            deliver().received if first.startswith("sweep") else expire_messages()
        )
        connection.close()

    one, other = threading.Thread(target=first_of_them), threading.Thread(target=second_of_them)
    one.start()
    other.start()
    one.join()
    other.join()
    expired = first.startswith("sweep")
    assert found == {"expired": int(expired), "delivered": "nobody_waits" if expired else "answered"}
    assert len([line for line in trail(waiting) if line.startswith("message.")]) == 1
    shop.work()
    assert world["sold"] == ["expired" if expired else "Yes, please."]


@pytest.mark.parametrize("point", ["message.deliver.commit", "message.deliver.committed"])
def test_a_kill_while_a_message_is_delivered_and_the_sender_s_second_try(shop, world, waiting, deliver, point):
    assert killed_at(point, deliver)
    again = deliver().received
    assert again == ("known" if point.endswith("committed") else "answered")
    shop.work()
    assert world["sold"] == ["Yes, please."]
    assert trail(waiting).count("message.delivered") == 1


@pytest.mark.parametrize("point", ["sweep.messages.commit", "sweep.messages.committed"])
def test_a_kill_while_a_wait_expires(shop, world, waiting, point):
    overdue(waiting)
    assert killed_at(point, expire_messages)
    deadline = time.monotonic() + 30  # what was killed may hold its lock a moment longer
    expired = expire_messages()
    while not expired and not point.endswith("committed") and time.monotonic() < deadline:
        time.sleep(0.05)
        expired = expire_messages()
    assert expired == (0 if point.endswith("committed") else 1)
    shop.work()
    assert world["sold"] == ["expired"]
    assert trail(waiting).count("message.expired") == 1


@pytest.mark.parametrize("point", ["run.asks.commit", "run.asks.committed"])
def test_a_kill_while_a_run_begins_to_wait(shop, world, deliver, point):
    world["thread"] = THREAD
    run_id = shop.start()
    assert killed_at(point, shop.work)
    if not point.endswith("committed"):
        assert deliver().received == "nobody_waits"
        lapse(run_id)
        services.requeue_lapsed()
        shop.work(suspects=True)
    assert deliver() == Delivery(Received.ANSWERED, run_id)
    shop.work()
    assert shop.run(run_id).status == "completed"


def test_a_cancelled_run_frees_its_thread(shop, world, waiting, deliver, requester):
    services.cancel_run(run_id=waiting, by=requester, reason="no", now=NOW)
    assert deliver() == Delivery(Received.NOBODY_WAITS, waiting)
    overdue_ = Run.objects.filter(pk=waiting, due_at=None).count()
    assert (overdue_, expire_messages()) == (1, 0)
    other = shop.start()
    shop.work()
    assert shop.run(other).awaiting == "message"


def test_nobody_decides_about_a_run_that_waits_for_a_message(shop, waiting):
    with pytest.raises(steering.NotWaiting), transaction.atomic():
        steering.retry(steering.lock_run(waiting), guidance=None, now=NOW)


def test_a_kill_switch_holds_it_once_its_message_is_there(shop, world, waiting, deliver, policy_admin):
    throw_switch(scope="agent:shop", by=policy_admin, reason="a test", now=NOW)
    deliver()
    shop.work()
    assert shop.run(waiting).awaiting == "hold"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tools_registry_switch")
    services.release_holds()
    shop.work()
    assert world["sold"] == ["Yes, please."]


def test_two_runs_do_not_wait_on_one_thread(shop, world, waiting):
    second = shop.start("another")
    shop.work()
    assert shop.run(second).awaiting == "review"
    assert shop.people.asks[0].reasons[0].code == "thread_taken"
    asked = Await.objects.get(run_id=waiting)
    twin = Await(run_id=second, revision=1, seq=0, request_digest="x" * 64, kind="message", request={})
    twin.thread, twin.expires_at = asked.thread, asked.expires_at
    with pytest.raises(IntegrityError, match="await_only_one_open_per_thread"), transaction.atomic():
        twin.save(force_insert=True)


def test_the_database_holds_what_a_wait_is(shop, waiting, deliver):
    asked = Await.objects.filter(run_id=waiting)
    with pytest.raises(IntegrityError, match="names_its_thread"), transaction.atomic():
        Await.objects.create(run_id=waiting, revision=1, seq=3, request_digest="y" * 64, kind="message", request={})
    for change in ({"thread": "other"}, {"expires_at": NOW + timedelta(days=9)}, {"kind": "review"}):
        with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
            asked.update(**change)
    deliver()
    with pytest.raises(IntegrityError, match="answered once"), transaction.atomic():
        asked.update(answer={"outcome": "expired"})


def test_a_message_is_data_of_any_kind_and_of_bounded_size(shop, world, waiting, deliver):
    with pytest.raises(services.MessageTooLarge):
        deliver(Message("m-0", "x" * 300_000))
    odd = Message("m\0" * 5000, "nul \0 and \u202e", more={"a\0": ["\0"]})
    assert deliver(odd).received == "answered"
    assert deliver(odd).received == "known"
    shop.work()
    assert shop.run(waiting).status == "completed"


def test_a_wait_without_end_or_thread_is_a_defect_that_a_person_sees(shop, world):
    world["thread"] = "x" * 301
    run_id = shop.start()
    shop.work()
    assert shop.run(run_id).status == "awaiting"
    assert not Await.objects.filter(run_id=run_id).exists()


def test_a_run_that_was_asked_to_end_does_not_begin_to_wait(shop, world, requester):
    """It is carried while somebody cancels it, and nothing that it does has an effect."""
    world["thread"] = THREAD
    run_id = shop.start()
    (leased,) = shop.claim()
    services.cancel_run(run_id=run_id, by=requester, reason="no", now=NOW)
    leased.cancel_requested = False  # it was claimed before that
    drain.carry(leased, threading.Event())
    assert shop.run(run_id).status == "cancelled"
    assert not Await.objects.filter(answered_at=None).exists()
