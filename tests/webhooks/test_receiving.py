"""Signed calls from outside: taken once, answered the same again, and refused without saying why."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from standardwebhooks import Webhook

from agentops.webhooks import services
from agentops.webhooks.models import Received, Source
from agentops.webhooks.services import forgetting
from agentops.webhooks.services.recording import new_secret
from runs.models import IntakeProblem, Run
from tools_registry.rate import redis_client

XML = b"<?xml version='1.0'?><nothing/>"


@pytest.fixture
def source(admin, someone, settings, tmp_path) -> tuple[Source, str]:
    settings.BLOB_DIR = tmp_path / "blobs"
    return services.make_source(
        name="ERP", agent="invoices", requester=someone(service=True), by=admin, now=timezone.now()
    )


@pytest.fixture
def call(source):
    """Calls the door as the program does."""
    made, secret = source

    def post(data, *, key="msg_1", secret=secret, at=None, body=None, headers=None, to=made):
        at = at or datetime.now(UTC)
        body = body if body is not None else json.dumps({"type": "t", "timestamp": at.isoformat(), "data": data})
        sent = {
            "webhook-id": key,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret).sign(key, at, body),
            **(headers or {}),
        }
        return Client().post(reverse("hook", args=[to.id]), body, content_type="application/json", headers=sent)

    return post


def file(name: str, content: bytes) -> dict[str, str]:
    return {"name": name, "content": base64.b64encode(content).decode()}


def picture() -> bytes:
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (200, 200), "white").save(out, "PNG")
    return out.getvalue()


def test_a_signed_call_starts_its_runs_and_says_what_was_refused(call, source):
    answer = call({"files": [file("scan.png", picture()), file("x.exe", b"MZ" + b"\0" * 100)]})
    assert answer.status_code == 202
    told = answer.json()
    run = Run.objects.get()
    assert told["runs"] == [{"id": str(run.id), "number": run.number}]
    assert run.requester == source[0].requester
    assert [one["code"] for one in told["refused"]] == ["unsupported_type"]
    assert IntakeProblem.objects.count() == 1


def test_the_same_call_again_gets_the_same_answer_and_starts_nothing(call):
    body = {"files": [file("scan.png", picture())]}
    first, second = call(body), call(body)
    # Another time in the body is another message; the bytes must be the same for a true twin.
    assert first.status_code == 202
    assert second.status_code == 409
    at = datetime.now(UTC)
    text = json.dumps({"data": body})
    one, two = call(None, key="msg_2", at=at, body=text), call(None, key="msg_2", at=at, body=text)
    assert (one.status_code, two.status_code) == (202, 200)
    assert one.json() == two.json()
    assert Run.objects.count() == 2


def test_a_crash_before_the_answer_was_kept_starts_nothing_twice(call):
    text = json.dumps({"data": {"files": [file("scan.png", picture())]}})
    call(None, body=text)
    run = Run.objects.get()
    _forget_answers()
    again = call(None, body=text)
    assert again.status_code == 202
    assert again.json()["runs"][0]["id"] == str(run.id)
    assert Run.objects.count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"webhook-signature": ""},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "nonsense"},
        {"webhook-signature": "v1,!!!! v2,x"},
        {"webhook-id": "another"},
        {"webhook-timestamp": "yesterday"},
        {"webhook-timestamp": str(int((datetime.now(UTC) - timedelta(minutes=6)).timestamp()))},
        {"webhook-timestamp": "1e400"},
    ],
)
def test_a_call_that_is_not_signed_right_is_refused_without_saying_what_is_wrong(call, headers):
    answer = call({"files": []}, headers=headers)
    assert answer.status_code == 401
    assert answer["content-type"] == "application/problem+json"
    assert not Run.objects.exists()
    assert not Received.objects.exists()


def test_an_old_call_cannot_be_replayed_later(call):
    assert call({"files": [file("a.png", picture())]}, at=datetime.now(UTC) - timedelta(minutes=6)).status_code == 401


def test_an_unknown_or_paused_source_answers_like_a_bad_signature(call, source, admin):
    unknown = Client().post(reverse("hook", args=["00000000-0000-7000-8000-000000000000"]), b"{}", "application/json")
    services.pause_source(source_id=source[0].id, by=admin, now=timezone.now())
    paused = call({"files": []})
    assert unknown.status_code == paused.status_code == 401
    assert unknown.json() == paused.json()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("not json", "not_json"),
        ("[]", "no_data"),
        ('{"data": 1}', "no_data"),
        ('{"data": {"files": {}}}', "bad_files"),
        ('{"data": {"files": [1]}}', "bad_files"),
        ('{"data": {"files": [{"name": "a", "content": "***"}]}}', "bad_base64"),
        ('{"data": {}}', "nothing_to_do"),
        ('{"data": {"goal": "' + "x" * 10_001 + '"}}', "goal_too_long"),
    ],
)
def test_a_signed_call_that_makes_no_sense_says_what_is_wrong(call, body, code):
    answer = call(None, body=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Run.objects.exists()


@pytest.fixture
def counted():
    """Nobody has called in this minute, and it does not turn."""
    client = redis_client()
    for key in client.scan_iter("agentops:limit:*"):
        client.delete(key)


def test_a_source_that_calls_too_often_waits_and_another_does_not(call, source, admin, settings, counted):
    settings.HOOK_RATE_SOURCE = 2
    answers = [call({"goal": "Pay."}, key=f"msg_{number}") for number in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    refused = answers[-1]
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "too_many_requests"
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert '"source";r=0' in refused["RateLimit"]
    assert call({"goal": "Pay."}, key="msg_0").status_code == 429  # a twin is a call too
    other, secret = services.make_source(
        name="CRM", agent="invoices", requester=source[0].requester, by=admin, now=timezone.now()
    )
    assert call({"goal": "Pay."}, secret=secret, to=other).status_code == 202


def test_who_cannot_sign_uses_up_what_their_address_may_and_nothing_of_the_source(call, source, settings, counted):
    settings.HOOK_RATE_SOURCE, settings.HOOK_RATE_ADDRESS, settings.BEHIND_PROXY = 1, 3, True

    def from_(address, **more):
        return call({"goal": "Pay."}, headers={"x-forwarded-for": f"6.6.6.6, {address}"}, **more)

    wrong = new_secret()
    assert [from_("198.51.100.7", secret=wrong).status_code for _ in range(5)] == [401, 401, 401, 429, 429]
    assert from_("198.51.100.7").status_code == 429
    assert from_("198.51.100.8").status_code == 202
    assert Received.objects.count() == 1


def test_addresses_of_one_ipv6_network_are_counted_together(call, settings, counted):
    settings.HOOK_RATE_ADDRESS, settings.BEHIND_PROXY = 1, True
    wrong = new_secret()
    told = [
        call({}, secret=wrong, headers={"x-forwarded-for": address}).status_code
        for address in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "::ffff:192.0.2.1", "192.0.2.1")
    ]
    assert told == [401, 429, 401, 401, 429]


def test_old_calls_are_forgotten_and_one_that_comes_again_starts_nothing(call, source, settings):
    text = json.dumps({"data": {"files": [file("scan.png", picture())]}})
    first = call(None, body=text).json()
    with pytest.raises(DatabaseError, match="within a week"), transaction.atomic():
        Received.objects.all().delete()
    assert forgetting.forget_old() == 0
    _age("webhooks_received", days=settings.WEBHOOK_LOG_DAYS + 1)
    assert forgetting.forget_old() == 1
    assert not Received.objects.exists()
    again = call(None, body=text)
    assert (again.status_code, again.json()) == (202, first)
    assert Run.objects.count() == 1


def test_no_setting_makes_it_forget_within_a_week(call, settings):
    call({"files": [file("scan.png", picture())]})
    settings.WEBHOOK_LOG_DAYS = 0
    _age("webhooks_received", days=6)
    assert forgetting.forget_old() == 0
    assert Received.objects.exists()


def _age(table: str, *, days: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {table} SET at = at - make_interval(days => {days})")
        for trigger in ("never_changes", "never_emptied", "stays_a_week"):
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{trigger}")


def test_after_a_rotation_both_secrets_open_the_door(call, source, admin):
    made, before = source
    _, after = services.rotate_source(source_id=made.id, by=admin, now=timezone.now())
    for number, secret in enumerate((before, after)):
        body = {"files": [file("a.png", picture())]}
        assert call(body, key=f"msg_{number}", secret=secret).status_code == 202
    Source.objects.update(former_until=timezone.now() - timedelta(seconds=1))
    assert call({"files": []}, key="msg_9", secret=before).status_code == 401


def test_a_program_asks_as_a_service_user_whoever_writes_its_row(source, admin):
    with pytest.raises(IntegrityError, match="as a service user"):
        Source.objects.update(requester=admin)


def _forget_answers() -> None:
    with connection.cursor() as cursor:  # as a crash would have it: the row was never written
        cursor.execute("ALTER TABLE webhooks_received DISABLE TRIGGER USER; DELETE FROM webhooks_received;")
        for trigger in ("never_changes", "never_emptied", "stays_a_week"):
            cursor.execute(f"ALTER TABLE webhooks_received ENABLE ALWAYS TRIGGER webhooks_received_{trigger}")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"goal": "Pay.", "input": {"keyed": {"net_total": "1"}, "keyed_by": "x"}}, "input_reserved"),
        ({"goal": "Pay.", "input": {"document": "a" * 64}}, "input_reserved"),
        ({"goal": "Pay.", "input": {"mail": {"from": "the boss"}}}, "input_reserved"),
        ({"goal": "Pay.", "input": {"a": "\x00"}}, "input_not_text"),
        ({"goal": "Pay.", "input": {"a": [[[[[[[[[1]]]]]]]]]}}, "input_too_large"),
        ({"goal": "Pay.", "input": {"a": "x" * 100_001}}, "input_too_large"),
        ({"goal": "a\x00b"}, "goal_not_text"),
        (
            {"files": [{"name": "a", "content": ""}], "claimed": {"amount": "NaN", "currency": "EUR"}},
            "amount_not_a_number",
        ),
        ({"files": [{"name": "a", "content": ""}], "claimed": {"vendor": "\x00"}}, "not_text"),
    ],
)
def test_a_call_passes_nothing_for_what_a_person_or_the_door_says(call, data, code):
    answer = call(data)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Run.objects.exists()
    assert not IntakeProblem.objects.exists()


def test_a_name_with_a_zero_byte_is_answered_and_kept_without_it(call):
    answer = call({"files": [file("x\x00.exe", b"MZ" + b"\0" * 100)]})
    assert answer.status_code == 202
    assert "\x00" not in Received.objects.get().answer["refused"][0]["name"]


def test_another_body_under_an_id_that_died_half_way_is_a_conflict(call):
    call({"files": [file("scan.png", picture())]})
    _forget_answers()
    answer = call({"files": [file("other.png", picture())]})
    assert (answer.status_code, answer.json()["code"]) == (409, "id_reused")
    assert Run.objects.count() == 1


def test_a_source_whose_agent_is_gone_says_so(call, source):
    Source.objects.update(agent="gone")
    assert call({"files": [file("a.png", picture())]}).json()["code"] == "agent_gone"


def test_no_body_is_read_for_whoever_is_not_expected(call, source, monkeypatch):
    monkeypatch.setattr("django.http.HttpRequest.read", lambda *given: pytest.fail("the body was read"))
    there = reverse("hook", args=["00000000-0000-7000-8000-000000000000"])
    assert Client().post(there, b"x" * 1000, "application/json").status_code == 401
    assert call({"files": []}, headers={"webhook-signature": ""}).status_code == 401


def test_a_storage_that_is_away_asks_for_the_same_call_again(call, monkeypatch):
    def full(*given):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as away:
        away.setattr("agentops.core.blobs.put", full)
        answer = call({"files": [file("a.png", picture())]})
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert not Received.objects.exists()
