"""The audit pages: searching, opening one event, verifying, and taking it along."""

import json

import pytest
from django.db import transaction

from agentops.core.audit import trail
from agentops.core.audit.trail import Actor, Event
from agentops.core.permissions import Role


@pytest.fixture
def events(person):
    """Three events of two people."""
    maria, jonas = person(Role.POLICY_ADMIN, name="Maria Keller"), person(Role.OPERATOR, name="Jonas Brandt")
    with transaction.atomic():
        trail.append("policy", Event(action="policy.changed", actor=Actor.of(maria), data={"why": "volume"}))
        trail.append("policy", Event(action="switch.thrown", actor=Actor.of(jonas), data={"reason": "=cmd()|x"}))
        trail.append(
            f"user:{jonas.pk}",
            Event(action="user.role_granted", actor=Actor.of(maria), facets=("counterparty=70014",)),
        )
    return maria, jonas


def rows(answer):
    return answer.text.count('<a class="row"')


def test_every_event_is_listed_with_the_names_of_people(browse, events):
    answer = browse(Role.AUDITOR).get("/audit/")
    assert rows(answer) == 3
    assert "Maria Keller" in answer.text
    assert "Jonas Brandt" in answer.text


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({"actor": "jonas brandt"}, 1),
        ({"action": "policy."}, 1),
        ({"counterparty": "70014"}, 1),
        ({"stream": "policy"}, 2),
        ({"to": "2020-01-01"}, 0),
        ({"from": "2020-01-01"}, 3),
        ({"actor": "nobody known"}, 0),
        ({"run": "R-99999"}, 0),
        ({"from": "yesterday"}, 0),
    ],
)
def test_events_are_found_by_actor_kind_facet_stream_and_time(browse, events, query, number):
    answer = browse(Role.AUDITOR).get("/audit/", query)
    assert answer.status_code == 200
    assert rows(answer) == number


def test_the_events_of_a_run_are_found_by_its_number(browse, start_run):
    from runs.services import cancel_run

    run = start_run()
    cancel_run(run_id=run.pk, by=run.requester, reason="a mistake", now=run.created_at)
    answer = browse(Role.AUDITOR).get("/audit/", {"run": f"R-{run.number}"})
    assert "run.cancel_asked" in answer.text


def test_one_event_is_shown_whole_with_its_place_in_the_chain(browse, events):
    page = browse(Role.AUDITOR).get("/audit/", {"show": "policy/2"}).text
    assert "Exactly as recorded" in page
    assert "#2 switch.thrown" in page


@pytest.mark.parametrize("show", ["policy/99", "policy/", "/1", "x", "policy/1e3", "a" * 500 + "/1"])
def test_an_event_that_does_not_exist_opens_nothing(browse, events, show):
    page = browse(Role.AUDITOR).get("/audit/", {"show": show})
    assert page.status_code == 200
    assert "Nothing open" in page.text


def test_a_made_up_page_is_not_found(browse, events):
    assert browse(Role.AUDITOR).get("/audit/", {"after": "x"}).status_code == 404


def test_verifying_writes_down_what_it_found_and_the_page_says_so(browse, events):
    client = browse(Role.AUDITOR)
    answer = client.post("/audit/verify/", follow=True)
    assert "fit together" in answer.text
    assert "events verified" in answer.text


def test_an_exported_cell_is_never_a_formula_and_the_export_is_an_event(browse, events):
    client = browse(Role.AUDITOR)
    table = b"".join(client.get("/audit/export.csv", {"stream": "policy"})).decode()
    assert table.count("\n") == 3
    assert not any(cell.lstrip('"').startswith("=") for line in table.splitlines() for cell in line.split(","))
    assert "audit.exported" in client.get("/audit/", {"stream": "config"}).text


def test_the_file_holds_each_event_exactly_as_recorded(browse, events):
    lines = b"".join(browse(Role.AUDITOR).get("/audit/export.jsonl", {"stream": "policy"})).splitlines()
    whole = [json.loads(line) for line in lines]
    assert [entry["seq"] for entry in whole] == [2, 1]
    assert whole[0]["prev"] == whole[1]["hash"]
    assert browse(Role.AUDITOR).get("/audit/export.exe").status_code == 404


def test_the_list_costs_few_queries(browse, events, django_assert_max_num_queries):
    client = browse(Role.AUDITOR)
    with django_assert_max_num_queries(19):
        client.get("/audit/", {"show": "policy/2"})
