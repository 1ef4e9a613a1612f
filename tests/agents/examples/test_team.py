"""A manager, an analyst, a writer and a proofreader make a report together, on the runtime that everything runs on."""

from __future__ import annotations

from runs.gateway.providers import providers
from runs.models import ChildRun, ModelCall, Note, Run, Step

ROWS = [
    {"region": "North", "amount": "120.50"},
    {"region": "South", "amount": "80"},
    {"region": "North", "amount": "10"},
]


def start(office, rows=ROWS):
    return office.start("Write the report about sales by region.", agent="manager", rows=rows)


def report(run_id) -> str:
    step = Step.objects.filter(run_id=run_id, name="text").latest("revision")
    return str(step.output["results"]["write_report"]["text"])


def test_the_team_makes_a_report_of_which_every_sentence_has_its_source(office, script):
    run_id = start(office)
    assert office.carry(run_id).status == "completed"
    assert report(run_id).splitlines() == [
        "Sales over all regions came to 210.50. [1]",
        "Sales in North came to 130.50. [2]",
        "Sales in South came to 80. [3]",
    ]
    children = Run.objects.filter(parent_id=run_id).order_by("number")
    assert [(child.agent, child.status) for child in children] == [
        ("analyst", "completed"), ("writer", "completed"), ("proofreader", "completed"),
    ]  # fmt: skip
    proof = Step.objects.get(run_id=run_id, name="proof").output["results"]["proofread"]
    assert (proof["ok"], proof["confidence"]) == (True, "1.00")
    assert {request.role.value for request in script.asked} == {"planner", "synthesis"}


def test_what_the_writer_cost_is_in_what_the_manager_spent(office):
    run_id = start(office)
    office.carry(run_id)
    family = [run_id, *Run.objects.filter(parent_id=run_id).values_list("id", flat=True)]
    cost = sum(ModelCall.objects.filter(run_id__in=family).values_list("cost", flat=True))
    assert Run.objects.get(pk=run_id).spent_cost == cost > 0
    assert sum(ChildRun.objects.filter(parent_id=run_id).values_list("cost", flat=True)) < cost


def test_a_sentence_without_a_source_sends_the_manager_back_to_planning(office, script):
    script.first["writer/1"] = ["Sales in North came to 130.50. [2]\nSales in Atlantis doubled to 900. [3]"]
    run_id = start(office)
    assert office.carry(run_id, rounds=16).status == "completed"
    assert "Atlantis" not in report(run_id)
    assert office.notes(run_id) == ["planned", "not_as_expected", "planned"]
    agents = Run.objects.filter(parent_id=run_id).values_list("agent", flat=True)
    assert sorted(agents) == ["analyst", "proofreader", "proofreader", "writer", "writer"]  # the analysis still holds
    assert (2, "look", "carried") in office.steps(run_id)
    planned_again = [request for request in script.asked if request.role == "planner"][1]
    assert "Atlantis" not in str(planned_again.as_json())  # a planner is told that it failed, not in whose words


def test_a_report_that_never_gets_its_sources_ends_with_a_person(office, script):
    script.first["writer/1"] = ["Everything in every region was wonderful this year."] * 9
    run_id = start(office)
    ended = office.carry(run_id, rounds=60)
    assert ended.awaiting == "review", (ended.status, ended.revision, office.steps(run_id), office.notes(run_id))
    assert office.asks[-1].reasons[0].code == "revisions_exhausted"
    assert len(Note.objects.filter(run_id=run_id, code="planned")) == 5


def test_without_a_model_the_same_team_works_by_rules(office, script):
    providers().get("scripted").play = None
    run_id = start(office)
    assert office.carry(run_id).status == "completed"
    assert "Sales in North came to 130.50. [2]" in report(run_id)
    assert script.asked == []


def test_a_member_that_fails_is_the_managers_to_plan_around(office, script):
    run_id = start(office, rows=[{"region": "North", "amount": "a lot"}])
    office.carry(run_id, rounds=30)
    child = Run.objects.filter(parent_id=run_id).first()
    assert (child.agent, child.awaiting) == ("analyst", "review")  # its arguments do not fit: a person looks there
    assert Run.objects.get(pk=run_id).awaiting == "child"
