"""Runs whose plans a model made: the recorded plan is read again, and a changed prompt of the planner is found."""

from runs.agents import agents
from runs.models import ModelCall
from runs.replay.differences import Matters
from tests.runs.gateway.conftest import provider, thinker  # noqa: F401 - fixtures
from tests.runs.planner.conftest import model, plan, planner, step  # noqa: F401 - fixtures

SEE = step("see", "look", {"what": {"$ref": "input.what"}}, must=[{"path": "amount", "holds": "not_empty"}])
SALE = step("sale", "sell", {"what": {"$ref": "see.what"}, "amount": {"$ref": "see.amount"}})


def ours(played):
    return [one for one in played.differences if one.matters is not Matters.WORLD]


def test_a_recorded_plan_is_carried_out_again_and_nobody_is_asked(planner, model, replayed):  # noqa: F811
    model.plans = [plan(SEE, SALE, why="Look first.")]
    run_id = planner.start("Sell the lamp.", what="lamp")
    assert planner.carry(run_id).status == "completed"
    calls = ModelCall.objects.count()
    found = replayed(run_id)
    assert ours(found) == []
    assert found.compared > 5
    assert ModelCall.objects.count() == calls


def test_a_changed_prompt_of_the_planner_is_found(planner, model, replayed, monkeypatch):  # noqa: F811
    model.plans = [plan(SEE, SALE)]
    run_id = planner.start("Sell the lamp.", what="lamp")
    planner.carry(run_id)
    monkeypatch.setattr(type(agents.get("planned")), "task", "You help in a market.")
    first = ours(replayed(run_id))[0]
    assert (first.matters, first.where) == (Matters.PROMPT, "planning")
    assert "market" in str(first.now)


def test_a_plan_made_again_after_a_failure_is_replayed_revision_by_revision(planner, model, world, replayed):  # noqa: F811
    rule = [{"path": "amount", "holds": "at_most", "value": 5}]
    first = step("see", "look", {"what": {"$ref": "input.what"}}, must=rule)
    model.plans = [plan(first, SALE), plan(SEE, SALE)]
    run_id = planner.start("Sell the lamp.", what="lamp")
    run = planner.carry(run_id)
    assert (run.status, run.revision) == ("completed", 2)
    assert ours(replayed(run_id)) == []
