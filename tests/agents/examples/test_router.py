"""A router has the right agent take a goal or a message over: by words, by a reader without tools, or by a person."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from runs import steering
from runs.models import Run, Step

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROWS = [{"region": "North", "amount": "10"}]


def chosen(run_id):
    return Step.objects.get(run_id=run_id, name="who").output


def test_a_goal_goes_to_the_agent_whose_purpose_it_shares_words_with(office, script):
    run_id = office.start("Please write a report about the sales figures by region.", agent="router", rows=ROWS)
    assert office.carry(run_id, rounds=20).status == "completed"
    child = Run.objects.get(parent_id=run_id)
    assert (child.agent, child.status, chosen(run_id)["by"]) == ("manager", "completed", "rules")
    part = Step.objects.get(run_id=run_id, name="done").output
    assert part["results"]["proof"]["status"] == "completed"
    assert part["cost"] == child.spent_cost == Run.objects.get(pk=run_id).spent_cost
    assert Run.objects.filter(parent_id=child.id).count() == 3


def test_where_words_do_not_say_a_reader_without_tools_names_one_of_the_list(office, script):
    script.first["router/1"] = [{"agent": "onboarding"}]
    text = "CANARY We would like to buy from you from now on."
    run_id = office.start("Answer this message.", agent="router", message={"text": text}, name="Sommer", tax_number="")
    office.carry(run_id)
    child = Run.objects.get(parent_id=run_id)
    assert (child.agent, chosen(run_id)) == (
        "onboarding", {"agent": "onboarding", "by": "model", "goal": "Answer this message."},
    )  # fmt: skip
    reader = next(request for request in script.asked if request.prompt == "router/1")
    assert (reader.role.value, reader.tools, "CANARY" in str(reader.as_json())) == ("reader", (), True)
    others = [request for request in script.asked if request.prompt != "router/1"]
    assert others
    assert not [request for request in others if "CANARY" in str(request.as_json())]
    assert child.given.input["message"]["text"] == text  # the message goes along as it came, as data


def test_a_reader_that_names_nobody_or_no_agent_of_the_list_leaves_it_to_a_person(office, script, requester):
    script.first["router/1"] = [{"agent": "analyst"}]
    run_id = office.start("Answer this message.", agent="router", message={"text": "Hm."}, rows=ROWS)
    assert office.carry(run_id).awaiting == "review"
    (ask,) = office.asks
    assert (ask.kind, ask.context["choices"]) == (
        "clarification",
        ["Customer support", "Manager of reports", "Onboarding"],
    )
    with transaction.atomic():
        steering.answer_await(
            steering.lock_run(run_id), ask.await_id, answer={"answer": "Manager of reports"}, by=requester, now=NOW
        )
    assert office.carry(run_id, rounds=20).status == "completed"
    assert chosen(run_id)["by"] == "person"
