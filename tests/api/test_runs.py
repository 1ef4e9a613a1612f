"""Reading and cancelling runs: what is one's own, what is not there, page by page."""

import pytest
from django.db.models import DateTimeField
from django.utils import timezone

from agentops.core.audit.queries import stream_of
from agentops.core.audit.trail import Actor, Event
from agentops.core.permissions import Role
from agentops.web.runs.upload import UPLOADERS
from reviews.models import Desk, Review
from reviews.queries import sight
from runs.models import Proposal, Run
from runs.services import record

from .conftest import key, problem

pytestmark = pytest.mark.django_db


def told(run, action="run.noted", **fields):
    record(Run.objects.select_for_update().get(pk=run.pk), Event(action=action, actor=Actor.system("test"), **fields))


def review_of(run, kind="stuck", **fields):
    desk, _ = Desk.objects.get_or_create(slug="ap", defaults={"name": "Accounts payable"})
    stamps = [f.name for f in Review._meta.fields if isinstance(f, DateTimeField) and not (f.null or f.has_default())]
    times = dict.fromkeys(stamps, timezone.now())
    return Review.objects.create(
        kind=kind, run=run, desk=desk, agent="invoices", digest="d" * 64, title="DE89 3704 0044 0532 0130 00?",
        codes=["vendor_unknown"], reasons=[{"code": "vendor_unknown", "sentence": "No vendor fits"}],
        **times, **fields,
    )  # fmt: skip


def test_a_program_sees_its_own_runs_and_those_of_others_are_not_there(program, lying):
    mine, other = program(), program()
    run = lying(mine.owner)
    assert [line["id"] for line in mine.get("/runs").json()["items"]] == [str(run.pk)]
    assert mine.get(f"/runs/{run.pk}").json()["number"] == f"R-{run.number}"
    assert other.get("/runs").json()["items"] == []
    for path in (f"/runs/{run.pk}", f"/runs/{run.pk}/events"):
        problem(other.get(path), 404, "not_found")
    problem(other.post(f"/runs/{run.pk}/cancel", {}), 404, "not_found")
    assert Run.objects.get(pk=run.pk).status == "queued"


def test_a_token_sees_what_its_owner_sees_now_and_no_longer(program, person, lying, service):
    run = lying(service())
    operator = person(Role.OPERATOR)
    client = program(owner=operator)
    assert client.get(f"/runs/{run.pk}").status_code == 200
    operator.groups.clear()
    problem(client.get(f"/runs/{run.pk}"), 404, "not_found")


def test_a_reviewer_sees_the_runs_at_their_desks(program, person, lying, service, monkeypatch):
    run = lying(service())
    review = review_of(run)
    client = program(owner=person(Role.REVIEWER))
    assert client.get("/runs").json()["items"] == []
    monkeypatch.setattr(sight, "desks_of", lambda user: Desk.objects.filter(pk=review.desk_id))
    assert len(client.get("/runs").json()["items"]) == 1


def test_the_list_is_read_page_by_page_while_new_runs_come(program, lying):
    client = program()
    ids = [str(lying(client.owner).pk) for _ in range(5)]
    first = client.get("/runs", {"limit": 2}).json()
    lying(client.owner)
    second = client.get("/runs", {"limit": 2, "cursor": first["next"]}).json()
    third = client.get("/runs", {"limit": 2, "cursor": second["next"]}).json()
    assert [line["id"] for page in (first, second, third) for line in page["items"]] == ids[::-1]
    assert third["next"] is None
    problem(client.get("/reviews", {"cursor": first["next"]}), 422, "bad_cursor")


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({"status": "queued"}, 2),
        ({"status": "failed"}, 0),
        ({"agent": "invoices"}, 2),
        ({"agent": "other"}, 0),
        ({"document": "d" * 64}, 1),
    ],
)
def test_runs_are_found_by_status_agent_and_document(program, lying, query, number):
    client = program()
    lying(client.owner), lying(client.owner, document="d" * 64)
    assert len(client.get("/runs", query).json()["items"]) == number


def test_a_run_tells_where_it_stands_and_who_must_decide(program, lying):
    client = program()
    run = lying(client.owner, status="awaiting")
    review = review_of(run)
    told = client.get(f"/runs/{run.pk}").json()
    assert (told["status"], told["disposition"], told["reasons"]) == ("awaiting", "review", ["vendor_unknown"])
    assert told["review"] == str(review.pk)
    assert told["spent"]["cost"] == "0"


def test_while_a_blind_check_is_open_a_person_reads_nothing_of_the_run(program, person, lying):
    owner = person(Role.REVIEWER)
    run = lying(owner)
    proposal = Proposal.objects.create(
        run=run, number=1, revision=1, position=2, label="post", digest="d" * 64, state="open", verdict="review",
        signatures=1, sentence="Post it", body={}, policy="p" * 64, created_at=timezone.now(),
    )  # fmt: skip
    review_of(run, kind="sample", proposal=proposal)
    client = program(owner=owner)
    problem(client.get(f"/runs/{run.pk}"), 403, "blind")
    problem(client.get(f"/runs/{run.pk}/events"), 403, "blind")
    assert client.get("/reviews").json()["items"] == []
    assert program(owner=person(Role.AUDITOR)).get(f"/runs/{run.pk}").status_code == 200


def test_events_are_told_in_order_page_by_page_and_redacted(program, lying):
    client = program()
    run = lying(client.owner)
    for number in range(3):
        told(run, data={"number": number, "account": "DE89370400440532013000", "sample_roll": "0.2"})
    first = client.get(f"/runs/{run.pk}/events", {"limit": 2}).json()
    assert [line["data"]["number"] for line in first["items"]] == [0, 1]
    assert first["more"] is True
    assert first["items"][0]["data"] == {"number": 0, "account": "DE** **** 3000"}
    last = client.get(f"/runs/{run.pk}/events", {"cursor": first["next"]}).json()
    assert ([line["data"]["number"] for line in last["items"]], last["more"]) == ([2], False)
    told(run, data={"number": 3})
    since = client.get(f"/runs/{run.pk}/events", {"cursor": last["next"]}).json()
    assert [line["data"]["number"] for line in since["items"]] == [3]
    assert client.get(f"/runs/{run.pk}/events", {"cursor": since["next"]}).json()["items"] == []


def test_a_run_is_cancelled_once_with_its_reason_in_the_trail(program, lying):
    client = program()
    run = lying(client.owner)
    answer = client.post(f"/runs/{run.pk}/cancel", {"reason": "wrong company"})
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    again = client.post(f"/runs/{run.pk}/cancel", {"reason": "wrong company"})
    assert again.status_code == 200
    lines = stream_of(f"run:{run.pk}")
    assert [line.action for line in lines] == ["run.cancel_asked", "run.cancelled"]
    assert lines[0].actor == f"service:{client.owner.pk}"


def test_a_run_that_a_worker_holds_ends_before_its_next_effect(program, lying):
    client = program()
    run = lying(client.owner, status="running")
    answer = client.post(f"/runs/{run.pk}/cancel", {})
    assert (answer.status_code, answer.json()["cancel_requested"]) == (202, True)


def test_what_has_ended_is_not_cancelled(program, lying):
    client = program()
    run = lying(client.owner, status="completed")
    idempotency = key()
    for _ in range(2):
        answer = client.post(f"/runs/{run.pk}/cancel", {}, Idempotency_Key=idempotency)
        problem(answer, 409, "run_ended")
    assert answer["Idempotent-Replayed"] == "true"


def test_who_may_see_a_run_may_not_always_cancel_it(program, person, lying, service):
    run = lying(service())
    problem(program(owner=person(Role.AUDITOR)).post(f"/runs/{run.pk}/cancel", {}), 403, "owner_may_not")
    assert program(owner=person(Role.OPERATOR)).post(f"/runs/{run.pk}/cancel", {}).status_code == 200


def test_a_service_reads_the_reviews_of_its_own_runs_and_a_person_those_of_their_desks(
    program, person, lying, monkeypatch
):
    mine, other = program(), program()
    review = review_of(lying(mine.owner))
    assert [line["id"] for line in mine.get("/reviews", {"open": "true"}).json()["items"]] == [str(review.pk)]
    told = mine.get(f"/reviews/{review.pk}").json()
    assert (told["kind"], told["codes"], told["decisions"]) == ("stuck", ["vendor_unknown"], [])
    assert "3704 0044" not in told["title"]
    assert told["page"].endswith(f"/reviews/{review.pk}/")
    problem(other.get(f"/reviews/{review.pk}"), 404, "not_found")

    reviewer, nobody = program(owner=person(Role.REVIEWER)), program(owner=person())
    problem(reviewer.get(f"/reviews/{review.pk}"), 404, "not_found")
    monkeypatch.setattr(sight, "desks_of", lambda user: Desk.objects.all())
    assert reviewer.get(f"/reviews/{review.pk}").status_code == 200
    problem(nobody.get(f"/reviews/{review.pk}"), 404, "not_found")
    assert mine.get("/reviews", {"open": "false"}).json()["items"] == []
    assert mine.get("/reviews", {"run": str(review.run_id), "kind": "stuck"}).json()["next"] is None


def test_the_pages_and_the_api_say_alike_who_starts_runs():
    assert set(sight.STARTERS) == set(UPLOADERS)


def test_reading_costs_few_queries_however_many_runs_there_are(program, lying, django_assert_max_num_queries):
    client = program()
    runs = [lying(client.owner) for _ in range(20)]
    client.get("/runs")  # the token's first use is noted
    for path in ("/runs", f"/runs/{runs[0].pk}", f"/runs/{runs[0].pk}/events", "/reviews"):
        with django_assert_max_num_queries(8):
            assert client.get(path).status_code == 200
