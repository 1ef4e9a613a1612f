"""Idempotency keys: the same key gives the same answer, whoever died in between, and starts nothing twice."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from agentops.api import repeats, replays, starting
from agentops.api.models import Replay
from agentops.core.audit.queries import stream_of
from runs.models import IntakeProblem, Run
from runs.ticker import _chores

from .conftest import key, problem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def easy(monkeypatch):
    """An agent that takes everything but what is empty, without looking into it."""
    from runs.agents import NotAdmitted, agents

    agent = next(iter(agents.taking_files()))

    def admit(data, name):
        if not data:
            raise NotAdmitted("empty_file", "The file is empty.")
        return "application/pdf"

    monkeypatch.setattr(agent, "admit", admit, raising=False)


def file(data=b"%PDF-1.4", name="a.pdf"):
    return SimpleUploadedFile(name, data)


def start(client, idempotency, data=b"%PDF-1.4", **form):
    return client.send("/runs", {"file": file(data), **form}, Idempotency_Key=idempotency)


def send_batch(client, idempotency, files):
    for each in files:
        each.seek(0)
    return client.send("/runs/batch", {"files": files}, Idempotency_Key=idempotency)


def die(*args, **kwargs):
    raise KeyboardInterrupt  # no handler of the API catches it: what is killed handles nothing


def killed(monkeypatch, room, name, request, hand=die):
    """Send the request, and have whoever works on it killed where `room.name` is called."""
    with monkeypatch.context() as patch:
        patch.setattr(room, name, hand)
        with pytest.raises(KeyboardInterrupt):
            request()


def grow_old(by=replays.PATIENCE):
    Replay.objects.update(alive_at=timezone.now() - by - timedelta(seconds=1))


def test_the_same_request_under_the_same_key_gets_the_same_answer_and_starts_one_run(program):
    client, mine = program(), key()
    first, second = start(client, mine), start(client, mine)
    assert first.status_code == second.status_code == 202
    assert first.content == second.content
    assert first["Location"] == second["Location"]
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert Run.objects.count() == 1


def test_without_a_key_each_request_is_a_new_one(program):
    client = program()
    for _ in range(2):
        assert client.send("/runs", {"file": file()}).status_code == 202
    assert Run.objects.count() == 2


@pytest.mark.parametrize(
    "other",
    [
        lambda client, mine: start(client, mine, b"%PDF-1.5"),
        lambda client, mine: start(client, mine, claimed_vendor="Nordwind"),
        lambda client, mine: client.send("/runs", {"file": file(name="b.pdf")}, Idempotency_Key=mine),
        lambda client, mine: client.send("/runs/batch", {"files": file()}, Idempotency_Key=mine),
        lambda client, mine: client.post("/runs", {"sha256": "a" * 64}, Idempotency_Key=mine),
    ],
)
def test_another_request_under_a_used_key_is_a_conflict(program, other):
    client, mine = program(), key()
    start(client, mine)
    problem(other(client, mine), 409, "idempotency_key_used")
    assert Run.objects.count() == 1


def test_the_same_object_spelled_otherwise_is_the_same_request(program, lying):
    client, mine = program(), key()
    sha256 = start(client, key()).json()["document"]
    bodies = [f'{{"sha256": "{sha256}", "goal": "x"}}', f'{{"goal":"x","sha256":"{sha256}"}}']
    headers = {"Idempotency-Key": mine}
    first, second = [client.client.post("/api/v1/runs", body, "application/json", headers=headers) for body in bodies]
    assert (first.status_code, second.get("Idempotent-Replayed")) == (202, "true")


def test_a_key_is_one_users_and_another_may_use_the_same(program):
    mine = key()
    assert [start(program(), mine).status_code for _ in range(2)] == [202, 202]
    assert Run.objects.count() == 2


def test_a_new_token_of_the_same_user_gets_the_answer_too(program, service):
    owner, mine = service(), key()
    start(program(owner=owner), mine)
    assert start(program(owner=owner), mine)["Idempotent-Replayed"] == "true"


def test_a_refusal_at_the_door_is_given_again_with_the_same_receipt(program):
    client, mine = program(), key()
    first, second = start(client, mine, b""), start(client, mine, b"")
    assert problem(first, 422, "empty_file") == problem(second, 422, "empty_file")
    assert second["Idempotent-Replayed"] == "true"
    assert IntakeProblem.objects.count() == 1


def test_while_the_first_is_at_work_the_second_is_told_to_come_back(program, monkeypatch):
    client, mine = program(), key()
    told = []
    really = starting.take_in

    def meanwhile(**given):
        told.append(start(client, mine))
        return really(**given)

    monkeypatch.setattr(starting, "take_in", meanwhile)
    assert start(client, mine).status_code == 202
    problem(told[0], 409, "request_in_progress")
    assert int(told[0]["Retry-After"]) >= 1
    assert Run.objects.count() == 1


def test_killed_after_the_start_and_before_the_answer_a_repeat_finds_the_same_run(program, monkeypatch):
    client, mine = program(), key()
    killed(monkeypatch, replays, "finish", lambda: start(client, mine))
    run = Run.objects.get()
    problem(start(client, mine), 409, "request_in_progress")
    grow_old()
    again = start(client, mine)
    assert (again.status_code, again.json()["id"], again.json()["duplicate_of"]) == (202, str(run.pk), None)
    assert start(client, mine)["Idempotent-Replayed"] == "true"
    assert Run.objects.count() == 1
    assert [line.action for line in stream_of(f"run:{run.pk}")] == ["run.started"]


def test_killed_before_the_start_a_repeat_starts_it(program, monkeypatch):
    client, mine = program(), key()
    killed(monkeypatch, starting, "take_in", lambda: start(client, mine))
    assert not Run.objects.exists()
    grow_old()
    assert start(client, mine).status_code == 202
    assert Run.objects.count() == 1


def test_killed_in_the_middle_of_a_batch_a_repeat_starts_only_what_is_missing(program, monkeypatch):
    client, mine = program(), key()
    files = [file(b"%PDF-1", "1.pdf"), file(b"", "2.pdf"), file(b"%PDF-3", "3.pdf")]
    really = starting.take_in

    def dies_at_the_third(**given):
        return die() if given["name"] == "3.pdf" else really(**given)

    killed(monkeypatch, starting, "take_in", lambda: send_batch(client, mine, files), dies_at_the_third)
    assert (Run.objects.count(), IntakeProblem.objects.count()) == (1, 1)
    grow_old()
    lines = send_batch(client, mine, files).json()["items"]
    assert [bool(line["run"]) for line in lines] == [True, False, True]
    assert (Run.objects.count(), IntakeProblem.objects.count()) == (2, 1)


def test_killed_after_a_cancel_a_repeat_finds_it_cancelled(program, lying, monkeypatch):
    client, mine = program(), key()
    run = lying(client.owner)

    def request():
        return client.post(f"/runs/{run.pk}/cancel", {"reason": "x"}, Idempotency_Key=mine)

    killed(monkeypatch, replays, "finish", request)
    grow_old()
    again = request()
    assert (again.status_code, again.json()["status"]) == (200, "cancelled")
    assert [line.action for line in stream_of(f"run:{run.pk}")] == ["run.cancel_asked", "run.cancelled"]


def test_of_two_who_take_over_one_does(program, service):
    owner = service()
    row = replays.begin(owner, "k", "r" * 64)
    grow_old()
    assert replays.begin(owner, "k", "r" * 64) == row
    with pytest.raises(replays.AtWork):
        replays.begin(owner, "k", "r" * 64)


def test_an_answer_is_kept_once_and_the_slower_of_two_does_not_change_it(service):
    owner = service()
    row = replays.begin(owner, "k", "r" * 64)
    replays.finish(row, replays.Stored(202, '{"first":1}'))
    replays.finish(row, replays.Stored(202, '{"second":1}'))
    replays.give_up(row)
    assert replays.begin(owner, "k", "r" * 64) == replays.Stored(202, '{"first":1}', {})


def test_our_own_fault_is_no_answer_and_the_key_is_free_again(program, monkeypatch):
    client, mine = program(), key()

    def broken(**given):
        raise RuntimeError("disk on fire")

    with monkeypatch.context() as patch:
        patch.setattr(starting, "take_in", broken)
        problem(start(client, mine), 500, "server_error")
    assert start(client, mine).status_code == 202


@pytest.mark.parametrize("wrong", ["", " ", "x" * 201, "a b", "ü"])
def test_a_key_that_is_none_is_refused(program, wrong):
    problem(start(program(), wrong), 422, "bad_key")
    assert not Run.objects.exists()


def test_after_its_time_the_answer_is_forgotten_and_the_run_is_still_found(program, settings):
    client, mine = program(), key()
    first = start(client, mine)
    Replay.objects.update(created_at=timezone.now() - settings.API_REPLAY - timedelta(seconds=1))
    assert replays.forget_old() == 1
    again = start(client, mine)
    assert "Idempotent-Replayed" not in again
    assert again.json()["id"] == first.json()["id"]
    problem(start(client, mine, b"%PDF-other"), 409, "idempotency_key_used")
    Replay.objects.all().delete()
    problem(start(client, mine, b"%PDF-other"), 409, "idempotency_key_used")
    assert Run.objects.count() == 1


def test_the_ticker_forgets(db):
    assert "old API answers" in {chore.name for chore in _chores}


def test_the_database_keeps_a_key_once_per_user_and_no_failure_of_ours(service):
    owner = service()
    Replay.objects.create(owner=owner, key="k", request="r" * 64)
    with pytest.raises(IntegrityError, match="replay_key_is_used_once_per_user"), transaction.atomic():
        Replay.objects.create(owner=owner, key="k", request="s" * 64)
    with pytest.raises(IntegrityError, match="replay_is_no_failure_of_ours"), transaction.atomic():
        Replay.objects.create(owner=owner, key="other", request="s" * 64, status=500)


def test_a_key_of_the_api_cannot_be_mistaken_for_another_rooms(program):
    client, mine = program(), key()
    start(client, mine)
    assert Run.objects.get().request_key == repeats.Work(mine).request_key()
    assert Run.objects.get().request_key.startswith("api:")
