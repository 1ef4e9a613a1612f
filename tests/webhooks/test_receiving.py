"""Signed calls from outside: taken once, answered the same again, and refused without saying why."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from standardwebhooks import Webhook

from agentops.webhooks import services
from agentops.webhooks.models import Received, Source
from runs.models import IntakeProblem, Run

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

    def post(data, *, key="msg_1", secret=secret, at=None, body=None, headers=None):
        at = at or datetime.now(UTC)
        body = body if body is not None else json.dumps({"type": "t", "timestamp": at.isoformat(), "data": data})
        sent = {
            "webhook-id": key,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret).sign(key, at, body),
            **(headers or {}),
        }
        return Client().post(reverse("hook", args=[made.id]), body, content_type="application/json", headers=sent)

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
    from django.db import connection

    with connection.cursor() as cursor:  # as a crash would have it: the row was never written
        cursor.execute("ALTER TABLE webhooks_received DISABLE TRIGGER USER; DELETE FROM webhooks_received;")
        cursor.execute("ALTER TABLE webhooks_received ENABLE ALWAYS TRIGGER webhooks_received_never_changes")


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
