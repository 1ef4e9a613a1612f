"""Starting runs through the real door: files, references, refusals, batches, and waiting for a result."""

import json
import threading
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agentops.api import starting, waiting
from agentops.core import blobs
from agentops.core.audit.queries import stream_of
from agentops.core.permissions import Role
from runs.intake import Taken
from runs.models import IntakeProblem, Run, RunInput

from .conftest import brought_to, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def door(monkeypatch, lying):
    """A door that refuses text, finds the disk full, and starts a run for everything else."""
    seen = []

    def take_in(**given):
        seen.append(given)
        if given["data"].startswith(b"disk"):
            raise OSError(28, "No space left on device")
        row = blobs.put(given["data"], "application/octet-stream")
        return Taken(row.sha256, run_id=lying(given["requester"], document=row.sha256).pk)

    monkeypatch.setattr(starting, "take_in", take_in)
    return seen


def file(data=b"%PDF-1.4\n%%EOF\n", name="a.pdf"):
    return SimpleUploadedFile(name, data)


def test_a_file_starts_a_run_of_the_tokens_owner_and_the_answer_says_where_to_look(program, door):
    client = program()
    form = {
        "file": file(),
        "agent": "invoices",
        "claimed_vendor": "Nordwind",
        "claimed_amount": "12.50",
        "claimed_currency": "EUR",
    }
    answer = client.send("/runs", form)
    assert answer.status_code == 202
    run = Run.objects.get()
    assert answer["Location"] == f"/api/v1/runs/{run.pk}"
    assert client.client.get(answer["Location"]).content == answer.content, "told alike, down to the spelling of times"
    assert door[0]["claimed"] == {"vendor": "Nordwind", "amount": "12.50", "currency": "EUR"}
    assert (door[0]["requester"], door[0]["name"]) == (client.owner, "a.pdf")


def test_a_refused_file_is_a_problem_with_its_reason_and_its_receipt(program):
    client = program()
    told = problem(client.send("/runs", {"file": file(b"", "empty.pdf")}), 422, "empty_file")
    receipt = IntakeProblem.objects.get()
    assert told["intake_problem"] == str(receipt.pk)
    assert (receipt.requester, receipt.name) == (client.owner, "empty.pdf")
    assert stream_of("intake")[-1].action == "intake.refused"
    assert not Run.objects.exists()


def test_a_file_without_end_is_not_read_to_its_end(program, door, monkeypatch):
    monkeypatch.setattr(starting, "LARGEST", 10)
    program().send("/runs", {"file": file(b"x" * 1000)})
    assert len(door[0]["data"]) == 11


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({}, 422, "file_missing"),
        ({"files": file()}, 422, "invalid"),
        ({"file": [file(), file()]}, 422, "one_file"),
        ({"file": file(), "agent": "nobody"}, 422, "unknown_agent"),
        ({"file": file(), "agent": ""}, 422, "invalid"),
        ({"file": file(), "colour": "red"}, 422, "invalid"),
        ({"file": file(), "agent": ["invoices", "invoices"]}, 422, "invalid"),
        ({"file": file(), "claimed_amount": "1e3", "claimed_currency": "EUR"}, 422, "amount_not_a_number"),
        ({"file": file(), "claimed_amount": "1,234", "claimed_currency": "EUR"}, 422, "amount_ambiguous"),
        ({"file": file(), "claimed_amount": "12.50"}, 422, "currency_missing"),
        ({"file": file(), "claimed_vendor": "x" * 201}, 422, "invalid"),
        ({"file": file(), "claimed_vendor": "a\nb"}, 422, "invalid"),
        ({"file": file(), "claimed_vendor": "a\x00b"}, 400, "bad_request"),
        ({"file": file(b"disk")}, 503, "not_stored"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_starts(program, door, form, status, code):
    answer = program().send("/runs", form)
    problem(answer, status, code)
    assert not Run.objects.exists()


def test_more_files_than_are_taken_are_refused_together(program, door, settings):
    settings.API_FILES = 2
    problem(program().send("/runs/batch", {"files": [file()] * 3}), 413, "too_large")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "not_json"),
        (b"\xff", 400, "not_json"),
        (b'{"sha256": NaN}', 400, "not_json"),
        (b'{"agent": "a", "agent": "b"}', 400, "not_json"),
        (b"[" * 200 + b"]" * 200, 400, "too_deep"),
        (b'{"a":' * 100_000, 413, "too_large"),
        (b'{"a":' * 20_000, 400, "too_deep"),
        (b'{"a":"' + b'\\"' * 120_000, 400, "not_json"),  # a string without end must not take minutes
        (b"[]", 422, "invalid"),
        (b"{}", 422, "invalid"),
        (b'{"sha256": "short"}', 422, "invalid"),
        (b'{"sha256": "%s", "colour": 1}' % (b"a" * 64), 422, "invalid"),
        (b'{"sha256": "%s", "claimed_amount": 1.5}' % (b"a" * 64), 422, "invalid"),
        (b'{"sha256": "%s", "goal": "a\\u0000b"}' % (b"a" * 64), 422, "invalid"),
        (b'{"sha256": "%s", "goal": "a\\ud800b"}' % (b"a" * 64), 422, "invalid"),
        (b'{"sha256": "%s", "goal": "%s"}' % (b"a" * 64, b"x" * 10_001), 422, "invalid"),
        (b'{"sha256": "%s"}' % (b"a" * 64), 404, "not_found"),
    ],
)
def test_json_that_does_not_fit_is_a_clear_problem(program, body, status, code):
    answer = program().client.post("/api/v1/runs", body, "application/json")
    problem(answer, status, code)


def test_a_document_that_is_here_already_is_named_instead_of_sent_again(program, door, lying):
    client, other = program(), program()
    sha256 = blobs.put(b"%PDF-known", "application/pdf").sha256
    lying(client.owner, document=sha256)
    body = {
        "sha256": sha256,
        "goal": "Pay early\nif there is a discount",
        "claimed_amount": "10.00",
        "claimed_currency": "EUR",
    }
    answer = client.post("/runs", body)
    assert answer.status_code == 202, answer.content
    assert (door[0]["data"], door[0]["name"]) == (b"%PDF-known", "a.pdf")
    assert (door[0]["goal"], door[0]["claimed"]) == (body["goal"], {"amount": "10.00", "currency": "EUR"})
    problem(other.post("/runs", {"sha256": sha256}), 404, "not_found")


def test_a_document_that_cannot_be_read_just_now_may_be_asked_for_again(program, lying, monkeypatch):
    def away(sha256):
        raise blobs.BlobsUnavailable("The storage of files does not answer.")

    client = program()
    sha256 = blobs.put(b"%PDF-known", "application/pdf").sha256
    lying(client.owner, document=sha256)
    monkeypatch.setattr(blobs, "read", away)
    answer = client.post("/runs", {"sha256": sha256})
    problem(answer, 503, "not_readable")
    assert answer["Retry-After"] == "10"


def test_a_document_refused_to_somebody_may_be_named_again_by_them(program):
    client = program()
    sha256 = client.send("/runs", {"file": file(b"", "empty.pdf")}).json()["sha256"]
    told = problem(client.post("/runs", {"sha256": sha256}), 422, "empty_file")
    assert told["sha256"] == sha256


def test_the_goal_of_a_client_is_the_goal_of_the_run(program, monkeypatch):
    monkeypatch.setattr("runs.agents.agents.get", lambda name: _Easy(name))
    client = program()
    client.send("/runs", {"file": file()})
    sha256 = RunInput.objects.get().document
    answer = client.post("/runs", {"sha256": sha256, "goal": "Only read it", "agent": "invoices"})
    run = answer.json()
    assert run["goal"] == "Only read it"
    assert run["duplicate_of"] == f"R-{Run.objects.order_by('number').first().number}"


class _Easy:
    """The invoice agent, but it admits everything."""

    def __new__(cls, name):
        from runs.agents import agents

        easy = object.__new__(type("Easy", (type(agents._agents[name]),), {"admit": lambda self, data, name: "x/y"}))
        easy.__dict__.update(agents._agents[name].__dict__)
        return easy


@pytest.mark.parametrize("roles", [(), (Role.AUDITOR,), (Role.PAYMENT_RELEASER,)])
def test_who_may_not_start_runs_may_not_with_a_token_either(program, person, door, roles):
    answer = program(owner=person(*roles)).send("/runs", {"file": file()})
    problem(answer, 403, "owner_may_not")
    assert program(owner=person(Role.OPERATOR)).send("/runs", {"file": file()}).status_code == 202


def test_each_file_of_a_batch_gets_its_line_and_one_refusal_costs_the_others_nothing(program, settings):
    client = program()
    answer = client.send("/runs/batch", {"files": [file(b"", "empty.pdf"), file(b"MZ", "virus.exe")]})
    assert answer.status_code == 200
    lines = answer.json()["items"]
    assert [(line["name"], line["run"], line["refused"]["code"]) for line in lines] == [
        ("empty.pdf", None, "empty_file"),
        ("virus.exe", None, lines[1]["refused"]["code"]),
    ]
    assert {line["refused"]["intake_problem"] for line in lines} == {str(p.pk) for p in IntakeProblem.objects.all()}


def test_a_batch_counts_as_many_requests_as_it_has_files(program, door, settings):
    settings.API_RATE_TOKEN, settings.API_RATE_USER = 5, 100
    client = program()
    assert client.send("/runs/batch", {"files": [file()] * 3}).status_code == 200
    problem(client.send("/runs/batch", {"files": [file()] * 3}), 429, "too_many_requests")
    assert Run.objects.count() == 3


def test_a_user_sends_only_so_much_in_an_hour(program, door, settings):
    settings.UPLOAD_USER_MB_PER_HOUR = 2
    client = program()
    for _ in range(2):
        assert client.send("/runs", {"file": file(b"x" * 900_000)}).status_code == 202
    answer = client.send("/runs", {"file": file(b"x")})
    problem(answer, 429, "allowance_used")
    assert int(answer["Retry-After"]) <= 3600


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("wait=5", 5),
        ("respond-async, wait=10", 10),
        ("return=minimal; wait=7", 7),
        ("wait=9999", 30),
        ("WAIT = 3", 3),
        ("wait=-1", 0),
        ("wait=abc", 0),
        ("await=5", 0),
        ("", 0),
    ],
)
def test_a_preference_is_read_with_care(rf, said, seconds):
    assert waiting.wished(rf.get("/", headers={"Prefer": said})) == seconds


def test_whoever_waits_gets_the_result_if_it_comes_and_the_address_if_not(program, door, monkeypatch):
    client = program()
    late = client.send("/runs", {"file": file()}, Prefer="wait=1")
    assert (late.status_code, "Preference-Applied" in late) == (202, False)

    def ended(run_id):
        return brought_to(Run.objects.get(pk=run_id), "failed")

    monkeypatch.setattr(waiting, "is_settled", ended)
    done = client.send("/runs", {"file": file(b"%PDF other")}, Prefer="wait=5")
    assert (done.status_code, done["Preference-Applied"], done.json()["disposition"]) == (201, "wait=5", "reject")
    assert done["Location"]


def test_only_so_many_wait_and_the_next_is_answered_at_once(program, door, monkeypatch):
    monkeypatch.setattr(waiting, "_places", threading.BoundedSemaphore(1))
    waiting._places.acquire()
    began = time.monotonic()
    answer = program().send("/runs", {"file": file()}, Prefer="wait=30")
    assert (answer.status_code, time.monotonic() - began < 25) == (202, True)


def test_waiting_looks_ever_more_rarely(monkeypatch):
    looks, pauses = [], []
    monkeypatch.setattr(waiting, "is_settled", lambda run_id: looks.append(1) or len(looks) > 12)
    monkeypatch.setattr(waiting.time, "sleep", pauses.append)
    assert waiting.until_settled("x", 30)
    assert pauses[0] == waiting.FIRST_LOOK
    assert pauses == sorted(pauses)
    assert pauses[-1] == waiting.LAST_LOOK


def test_the_schema_shows_the_limits_that_hold(stranger):
    schemas = stranger.get("/openapi.json").json()["components"]["schemas"]
    assert schemas["StartByReference"]["properties"]["goal"]["maxLength"] == 10_000
    assert "additionalProperties" in json.dumps(schemas["StartByReference"])
