"""An invoice that comes in by the API: a token, a file, a status address, and people who decide."""

import os
import signal
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agentops.agents.invoices.demo import documents
from agentops.api import replays, waiting
from agentops.api.models import Replay
from agentops.core.audit.trail import Actor
from agentops.core.models import User
from agentops.core.services import create_service, deactivate
from agentops.core.tokens.models import Scope
from agentops.core.tokens.services import create_token, revoke_token
from reviews.models import Review
from runs.models import Run
from tests.stories.conftest import assert_in_order, books, until

SETUP = Actor.system("test")


@pytest.fixture
def scanner(house) -> User:
    return create_service(email="scanner@agentops.invalid", name="Scanner", by=SETUP, now=timezone.now())


@pytest.fixture
def token(scanner):
    return create_token(owner=scanner, name="Scanner", scopes=Scope.values, days=7, by=SETUP, now=timezone.now())


@pytest.fixture
def api(token) -> Client:
    return Client(headers={"Authorization": f"Bearer {token[1]}"}, enforce_csrf_checks=True)


def send(api, invoice, key="", **headers):
    file = SimpleUploadedFile("invoice.xml", documents.write(invoice, "xml-ubl"))
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return api.post("/api/v1/runs", {"file": file}, headers={**named, **({"Idempotency-Key": key} if key else {})})


def test_a_file_sent_is_read_posted_and_its_status_address_says_so(open_house, api, scanner):
    answer = send(api, open_house.bill("400.00"))
    assert answer.status_code == 202, answer.content
    address = answer["Location"]
    done = until(lambda: (told := api.get(address).json())["status"] == "completed" and told, 20)
    assert (done["stage"], done["disposition"]) == ("complete", "auto")
    assert done["requester"] == str(scanner.pk)
    assert books() == (1, 1, 1)
    events = api.get(f"{address}/events", {"limit": 100}).json()["items"]
    assert events[0]["action"] == "run.started"
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert_in_order()


def test_who_prefers_to_wait_gets_the_result_at_once(open_house, api):
    answer = send(api, open_house.bill("400.00"), Prefer="wait=25")
    assert (answer.status_code, answer["Preference-Applied"]) == (201, "wait=25")
    assert answer.json()["disposition"] == "auto"


def test_above_the_limit_the_answer_says_that_people_decide_and_no_address_lets_a_token(open_house, api):
    told = send(api, open_house.bill("9000.00"), Prefer="wait=25").json()
    assert (told["disposition"], told["reasons"]) == ("review", ["amount_over_limit"])
    review = api.get(f"/api/v1/reviews/{told['review']}").json()
    assert (review["status"], review["decisions"]) == ("open", [])
    before = Review.objects.get(pk=review["id"])
    for address in (reverse("review_decide", args=[before.pk]), f"/api/v1/reviews/{before.pk}/decide"):
        for method in ("POST", "PUT", "PATCH"):
            body = f'{{"decision": "approve", "digest": "{before.digest}"}}'
            answer = api.generic(method, address, body, "application/json")
            assert answer.status_code in (302, 403, 404, 405), (address, method)
    assert books() == (0, 0, 0)

    tom = open_house.browser("tom.brandt")
    assert open_house.say(tom, before, "approve").status_code == 302
    open_house.ended(told["id"])
    assert api.get(f"/api/v1/runs/{told['id']}").json()["status"] == "completed"
    decided = api.get(f"/api/v1/reviews/{before.pk}").json()
    assert [said["verdict"] for said in decided["decisions"]] == ["approve"]
    assert books() == (1, 1, 1)


def test_ten_repeats_at_once_under_one_key_start_one_run(open_house, api):
    invoice, answers = open_house.bill("400.00"), []

    def repeat():
        try:
            answers.append(send(api, invoice, key="the-same"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=repeat) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert Run.objects.count() == 1
    again = send(api, invoice, key="the-same")
    assert (again["Idempotent-Replayed"], again.json()["id"]) == ("true", str(Run.objects.get().pk))


def test_killed_for_good_between_start_and_answer_a_repeat_finds_the_one_run(house, api):
    invoice = house.bill("9000.00")
    connections.close_all()
    child = os.fork()
    if not child:  # pragma: no cover - this process dies before it could tell
        replays.finish = lambda *args: os.kill(os.getpid(), signal.SIGKILL)
        send(api, invoice, key="mine")
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    run = Run.objects.get()
    early = send(api, invoice, key="mine")
    assert (early.status_code, early.json()["code"], early["Retry-After"]) == (409, "request_in_progress", "2")
    Replay.objects.update(alive_at=F("alive_at") - replays.PATIENCE)
    again = send(api, invoice, key="mine")
    assert (again.status_code, again.json()["id"]) == (202, str(run.pk))
    assert send(api, invoice, key="mine").content == again.content
    assert Run.objects.count() == 1


def test_a_run_that_waits_for_people_is_cancelled_by_who_asked_for_it(open_house, api):
    run = send(api, open_house.bill("9000.00"), Prefer="wait=25").json()
    answer = api.post(f"/api/v1/runs/{run['id']}/cancel", {"reason": "sent twice"}, "application/json")
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert api.get(f"/api/v1/reviews/{run['review']}").json()["status"] == "withdrawn"
    assert books() == (0, 0, 0)


def test_a_token_revoked_and_a_user_blocked_are_refused_at_the_next_request_and_their_runs_go_on(
    open_house, api, token, scanner
):
    run = send(api, open_house.bill("9000.00")).json()
    deactivate(user=scanner, by=SETUP, now=timezone.now())
    assert api.get(f"/api/v1/runs/{run['id']}").json()["code"] == "owner_inactive"
    revoke_token(token_id=token[0].pk, by=SETUP, now=timezone.now())
    assert api.get(f"/api/v1/runs/{run['id']}").json()["code"] == "token_revoked"
    assert open_house.waiting(run["id"])


def test_whoever_waits_holds_no_transaction(open_house, api, monkeypatch):
    seen = []

    def look(run_id):
        seen.append(connections["default"].in_atomic_block)
        return len(seen) > 2

    monkeypatch.setattr(waiting, "is_settled", look)
    assert send(api, open_house.bill("9000.00"), Prefer="wait=5").status_code == 201
    assert seen == [False, False, False]
