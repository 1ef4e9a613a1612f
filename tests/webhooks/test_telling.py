"""What happens here is told: once per endpoint, signed, again after a failure, and never to a place inside."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from standardwebhooks import Webhook

from agentops.webhooks import courier, kinds, places, services
from agentops.webhooks.errors import BadAddress, WebhookError
from agentops.webhooks.models import Attempt, Delivery, DeliveryStatus, Endpoint, Happening
from agentops.webhooks.services.forgetting import forget_old
from runs.agents import NotAdmitted
from runs.intake import keep_receipt


@pytest.fixture
def refuse_a_file(someone):
    """Something worth telling happens: a file is refused at the door."""
    sender = someone(service=True)

    def refuse() -> str:
        refusal = NotAdmitted("empty_file", "The file is empty.")
        problem = keep_receipt("invoices", "accounts-payable", "0" * 64, 0, "x.pdf", sender, refusal, timezone.now())
        return str(problem.id)

    return refuse


def test_what_happened_arrives_signed_and_says_ids_only(endpoint, receiver, refuse_a_file):
    made, secret = endpoint
    problem = refuse_a_file()
    assert courier.deliver() == 1
    (heard,) = receiver.heard
    told = Webhook(secret).verify(heard.body, heard.headers)
    assert told["type"] == "intake.refused"
    assert told["data"]["intake"] == {
        "id": problem,
        "agent": "invoices",
        "code": "empty_file",
        "size": 0,
        "document": "0" * 64,
    }
    assert b"x.pdf" not in heard.body
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.tries, delivery.endpoint_id) == (DeliveryStatus.DELIVERED, 1, made.id)
    assert courier.deliver() == 0


def test_nothing_is_noticed_where_nobody_listens(endpoint, admin, refuse_a_file):
    services.pause(endpoint_id=endpoint[0].id, by=admin, now=timezone.now())
    refuse_a_file()
    assert not Happening.objects.exists()


def test_what_is_rolled_back_is_not_told(endpoint, receiver, refuse_a_file):
    with transaction.atomic():
        refuse_a_file()
        transaction.set_rollback(True)
    courier.deliver()
    assert receiver.heard == []


def test_a_failure_is_tried_again_with_the_same_bytes_under_the_same_id(endpoint, receiver, refuse_a_file):
    receiver.answers = [(500, {})]
    refuse_a_file()
    courier.deliver()
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.told) == (DeliveryStatus.PENDING, "answered 500")
    assert timedelta(seconds=4) < delivery.due_at - timezone.now() < timedelta(seconds=7)
    Delivery.objects.update(due_at=timezone.now())
    courier.deliver()
    first, second = receiver.heard
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
    assert Delivery.objects.get().status == DeliveryStatus.DELIVERED
    assert list(Attempt.objects.order_by("number").values_list("number", "status")) == [(1, 500), (2, 204)]
    assert Endpoint.objects.get().failing_since is None


def test_a_receiver_that_asks_for_time_gets_it(endpoint, receiver, refuse_a_file):
    receiver.answers = [(429, {"retry-after": "600"})]
    refuse_a_file()
    courier.deliver()
    assert Delivery.objects.get().due_at - timezone.now() > timedelta(seconds=590)


def test_a_receiver_that_is_gone_is_switched_off(endpoint, receiver, refuse_a_file):
    receiver.answers = [(410, {})]
    refuse_a_file()
    courier.deliver()
    made = Endpoint.objects.get()
    assert not made.active
    assert "410" in made.why_off
    assert Delivery.objects.get().status == DeliveryStatus.FAILED


def test_five_days_of_failures_switch_off_and_resuming_sends_what_waited(endpoint, receiver, admin, refuse_a_file):
    receiver.answers = [(503, {}), (503, {})]
    refuse_a_file()
    courier.deliver()
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=5, minutes=1))
    Delivery.objects.update(due_at=timezone.now())
    courier.deliver()
    assert not Endpoint.objects.get().active
    services.resume(endpoint_id=endpoint[0].id, by=admin, now=timezone.now())
    courier.deliver()
    assert Delivery.objects.get().status == DeliveryStatus.DELIVERED


def test_a_redirect_is_not_followed(endpoint, receiver, refuse_a_file):
    receiver.answers = [(302, {"location": "http://169.254.169.254/"})]
    refuse_a_file()
    courier.deliver()
    assert len(receiver.heard) == 1
    assert Delivery.objects.get().status == DeliveryStatus.PENDING


def test_a_courier_that_died_in_the_middle_leaves_its_delivery_to_the_next(endpoint, receiver, refuse_a_file):
    refuse_a_file()
    courier.write_messages()
    courier._claim()  # and there it dies
    assert courier.deliver() == 0
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert courier.deliver() == 1
    assert len(receiver.heard) == 1


def test_after_a_rotation_both_secrets_count_for_a_day(endpoint, receiver, admin, refuse_a_file):
    made, before = endpoint
    _, after = services.rotate(endpoint_id=made.id, by=admin, now=timezone.now())
    refuse_a_file()
    courier.deliver()
    for secret in (before, after):
        assert Webhook(secret).verify(receiver.heard[0].body, receiver.heard[0].headers)
    Endpoint.objects.update(former_until=timezone.now() - timedelta(seconds=1))
    refuse_a_file()
    courier.deliver()
    assert len(receiver.heard[1].headers["webhook-signature"].split()) == 1


def test_a_test_message_and_sending_again(endpoint, receiver, admin):
    delivery = services.send_test(endpoint_id=endpoint[0].id, by=admin, now=timezone.now())
    courier.deliver()
    services.send_again(delivery_id=delivery.id, by=admin, now=timezone.now())
    courier.deliver()
    assert [json.loads(heard.body)["type"] for heard in receiver.heard] == ["webhook.test"] * 2
    assert receiver.heard[0].headers["webhook-id"] == receiver.heard[1].headers["webhook-id"]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",  # no TLS
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[::127.0.0.1]/",
        "https://[::ffff:0:127.0.0.1]/",
        "https://[64:ff9b:1::a00:1]/",
        "https://[fec0::1]/",
        "https://user:word@example.com/",
        "ftp://example.com/",
        "javascript:alert(1)",
        "https://example.com/b\u00fccher",  # what cannot be sent as it stands would fail at each attempt
        "https://example.com/a b",
        "https://example.com/\nhost",
        f"https://{'a' * 64}.example/",
        f"https://example.com/{'a' * 500}",
    ],
)
def test_an_address_inside_the_house_is_refused_when_it_is_entered(admin, url):
    with pytest.raises(BadAddress):
        services.make_endpoint(name="x", url=url, types=["run.finished"], desk=None, by=admin, now=timezone.now())
    assert not Endpoint.objects.exists()


def test_no_transaction_waits_for_a_name(admin, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "agentops.webhooks.services.endpoints.check_address", lambda url: asked.append(connection.in_atomic_block)
    )
    services.make_endpoint(
        name="x", url="https://a.example/", types=["run.finished"], desk=None, by=admin, now=timezone.now()
    )
    assert asked == [False]


def test_what_this_program_cannot_send_is_a_failed_attempt_that_people_see(endpoint, receiver, refuse_a_file):
    Endpoint.objects.update(url=f"{receiver.url}/b\u00fccher")  # as it could be entered once
    refuse_a_file()
    courier.deliver()
    delivery = Delivery.objects.get()
    assert (delivery.tries, delivery.lease_until, "could not send it" in delivery.told) == (1, None, True)
    assert Endpoint.objects.get().failing_since is not None
    assert courier.deliver() == 0


def test_a_name_that_moves_inside_later_is_refused_when_it_is_called(endpoint, receiver, refuse_a_file, settings):
    settings.WEBHOOK_ORIGINS = []
    places.client.cache_clear()
    places._places.cache_clear()
    Endpoint.objects.update(url="https://localhost/in")
    refuse_a_file()
    courier.deliver()
    assert receiver.heard == []
    assert "inside the house" in Delivery.objects.get().told


def test_only_a_policy_administrator_changes_webhooks(endpoint, someone):
    operator = someone("operator")
    for change in (services.pause, services.rotate, services.send_test):
        with pytest.raises(WebhookError):
            change(endpoint_id=endpoint[0].id, by=operator, now=timezone.now())


def test_secrets_are_not_in_the_database_in_the_clear(endpoint):
    _, secret = endpoint
    assert secret.encode() not in bytes(Endpoint.objects.get().secret)
    assert Endpoint.objects.get().secrets() == [secret]


def test_the_log_and_what_was_written_never_change(endpoint, receiver, refuse_a_file):
    refuse_a_file()
    courier.deliver()
    for change in (
        lambda: Attempt.objects.update(status=200),
        lambda: Happening.objects.update(body="{}"),
        lambda: Attempt.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_each_type_has_its_trigger_and_no_other_is_told():
    migration = Path(kinds.__file__).with_name("migrations") / "0002_guards.py"
    told = re.findall(r"EXECUTE FUNCTION webhooks_notice\('([a-z.]+)'\)", migration.read_text())
    assert sorted(told) == sorted(kinds.TYPES)


def test_the_log_ends_and_what_is_still_to_be_sent_does_not(endpoint, receiver, refuse_a_file, settings):
    made, _ = endpoint
    refuse_a_file()
    courier.deliver()
    receiver.answers = [(500, {})]
    refuse_a_file()
    courier.deliver()
    told = Delivery.objects.get(status=DeliveryStatus.DELIVERED)
    with pytest.raises(DatabaseError, match="within a week"), transaction.atomic():
        Attempt.objects.filter(delivery=told).delete()
    assert forget_old() == 0
    _age(settings.WEBHOOK_LOG_DAYS + 1)
    assert forget_old() == 1
    waiting = Delivery.objects.get()
    assert (waiting.status, waiting.attempts.count(), waiting.endpoint_id) == (DeliveryStatus.PENDING, 1, made.pk)
    assert Happening.objects.get() == waiting.happening


def test_a_message_that_was_sent_again_lately_is_kept_whole(endpoint, receiver, refuse_a_file, admin, settings):
    refuse_a_file()
    courier.deliver()
    _age(settings.WEBHOOK_LOG_DAYS + 1)
    services.send_again(delivery_id=Delivery.objects.get().pk, by=admin, now=timezone.now())
    courier.deliver()
    assert forget_old() == 0
    assert Attempt.objects.count() == 2


def _age(days: int) -> None:
    tables = {"webhooks_happening": ("at",), "webhooks_delivery": ("due_at",), "webhooks_attempt": ("at",)}
    with connection.cursor() as cursor:
        for table, (column,) in tables.items():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"UPDATE {table} SET {column} = {column} - make_interval(days => {days})")
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for trigger in ("never_changes", "never_emptied", "stays_a_week"):
            cursor.execute(f"ALTER TABLE webhooks_attempt ENABLE ALWAYS TRIGGER webhooks_attempt_{trigger}")
