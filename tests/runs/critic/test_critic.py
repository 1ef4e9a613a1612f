"""The critic: rules of the plan first, a cheap model where only words expect, and nothing of it near the gate."""

from __future__ import annotations

import pytest

from runs.agents import Must, Retry
from runs.critic.rules import kept
from runs.models import ModelCall, Note, Proposal, Step
from tests.runs.conftest import granted, people, requester, shop, world  # noqa: F401 - fixtures
from tests.runs.planner.conftest import model, plan, planner, provider, step, thinker  # noqa: F401
from tools_registry.facts import Reason

OUTPUT = {"count": 3, "total": "10.50", "name": "", "rows": [{"ok": True}]}
FITS = {"verdict": "as_expected", "because": "fits", "sure": 90}
SEE = step("see", "look", {"what": "lamp"}, expect="a lamp that we have")
SALE = step("sale", "sell", {"what": {"$ref": "see.what"}, "amount": {"$ref": "see.amount"}})


@pytest.mark.parametrize(
    ("must", "holds"),
    [
        (Must("count", "equals", 3), True), (Must("count", "equals", "3.0"), True), (Must("count", "equals", 4), False),
        (Must("total", "at_least", 10), True), (Must("total", "at_most", "10.49"), False),
        (Must("name", "empty"), True),
        (Must("name", "not_empty"), False), (Must("rows", "not_empty"), True), (Must("gone", "empty"), True),
        (Must("rows.0.ok", "equals", True), True), (Must("rows.1.ok", "equals", True), False),
        (Must("name", "at_least", 1), False),
        (Must("count", "one_of", [1, 3]), True), (Must("count", "one_of", 3), False),
    ],
)  # fmt: skip
def test_a_rule_holds_or_it_does_not(must, holds):
    assert kept(must, OUTPUT) is holds


def test_a_rule_of_a_plan_in_code_that_breaks_is_for_a_person(shop, world, monkeypatch):  # noqa: F811
    from dataclasses import replace

    from tests.runs.conftest import ShopAgent

    first, *rest = ShopAgent().plan(None)
    ruled = replace(first, must=(Must("amount", "at_least", 100),))
    monkeypatch.setattr(ShopAgent, "plan", lambda self, goal: [ruled, *rest])
    run_id = shop.start()
    shop.work()
    (ask,) = shop.people.asks
    assert (ask.reasons[0].code, shop.run(run_id).awaiting) == ("not_as_expected", "review")


def test_an_outcome_that_cannot_be_right_yet_is_looked_at_again(shop, world, monkeypatch):  # noqa: F811
    from tests.runs.conftest import ShopAgent

    plain = ShopAgent.judge
    early = {"left": 1}

    def judge(self, step_, result, results):
        if step_.name == "see" and early["left"]:
            early["left"] -= 1
            return Retry(Reason("not_yet", "It is not there yet."))
        return plain(self, step_, result, results)

    monkeypatch.setattr(ShopAgent, "judge", judge)
    monkeypatch.setattr("runs.parking.backoff", lambda tried: 0.0)
    run_id = shop.start()
    shop.work()
    assert (shop.run(run_id).awaiting, Step.objects.filter(run_id=run_id).count()) == ("timer", 0)
    from runs import services

    services.wake_timers()
    shop.work()
    assert shop.run(run_id).status == "completed"
    assert world["looks"] == ["lamp", "lamp"]


def test_where_only_words_expect_a_cheap_model_is_asked_after_the_step_is_recorded(planner, model, world):  # noqa: F811
    model.plans, model.opinions = [plan(SEE, SALE)], [FITS]
    run_id = planner.start(agent="planned_looked")
    planner.shop.work()
    planner.shop.perform()
    planner.shop.work()
    assert planner.steps(run_id) == [(1, "see", "done")]  # kept already, while the critic is asked
    assert planner.carry(run_id).status == "completed"
    call = ModelCall.objects.get(run_id=run_id, role="critic")
    assert (call.tier, call.prompt) == ("cheap", "critic/1")
    assert world["looks"] == ["lamp"]  # nothing was looked at twice


def test_where_a_rule_has_spoken_no_model_is_asked(planner, model):  # noqa: F811
    ruled = step("see", "look", {"what": "lamp"}, expect="a lamp", must=[{"path": "amount", "holds": "not_empty"}])
    model.plans = [plan(ruled)]
    run_id = planner.start(agent="planned_looked")
    assert planner.carry(run_id).status == "completed"
    assert [request.role.value for request in model.asked] == ["planner"]


def test_a_critic_that_objects_sends_it_back_to_the_planner_with_a_note(planner, model, world):  # noqa: F811
    other = step("other", "glance", {"what": "y"}, must=[{"path": "amount", "holds": "not_empty"}])
    model.plans = [plan(SEE, SALE), plan(other)]
    model.opinions = [{"verdict": "plan_again", "because": "other_subject", "sure": 95}]
    run_id = planner.start(agent="planned_looked")
    assert planner.carry(run_id).status == "completed"
    note = Note.objects.get(run_id=run_id, kind="fact")
    assert note.body == {"step": "see", "verdict": "plan_again", "because": "other_subject", "by": "model"}
    planned_again = [number for number, request in enumerate(model.asked) if request.role == "planner"][1]
    assert '\\"kind\\":\\"reflection\\"' in model.prompt(planned_again)
    assert "sold" not in world


def test_the_last_step_is_looked_at_before_the_run_ends(planner, model):  # noqa: F811
    model.plans = [plan(SEE)]
    model.opinions = [{"verdict": "stuck", "because": "error_text", "sure": 80}]
    run_id = planner.start(agent="planned_looked")
    assert planner.carry(run_id).awaiting == "review"
    assert planner.asks[-1].reasons[0].code == "critic"


def test_the_critic_sees_a_strangers_words_without_tools_and_answers_in_closed_words(planner, model, world):  # noqa: F811
    world["said"] = "CANARY"
    model.plans = [plan(step("hear", "overhear", {"what": "lamp"}, expect="what they say"))]
    model.opinions = [{"verdict": "as_expected", "because": "fits", "sure": 90, "say": "CANARY"}, FITS]
    run_id = planner.start(agent="planned_looked")
    assert planner.carry(run_id).status == "completed"  # an answer in another form is no opinion
    critic = next(request for request in model.asked if request.role == "critic")
    assert (critic.tools, "CANARY" in str(critic.as_json())) == ((), True)


@pytest.mark.parametrize("sure", [0, 100])
def test_what_the_critic_thinks_changes_nothing_that_the_gate_is_told(planner, model, world, failing, sure):  # noqa: F811
    world["checks"] = [failing]
    model.plans, model.opinions = [plan(SEE, SALE)], [{**FITS, "sure": sure}]
    run_id = planner.start(agent="planned_looked")
    assert planner.carry(run_id).awaiting == "review"
    proposal = Proposal.objects.get(run_id=run_id)
    assert (proposal.verdict, str(proposal.confidence), [reason["code"] for reason in proposal.reasons]) == (
        "review", "0.9000", ["price_variance"],
    )  # fmt: skip


def test_without_a_model_rules_have_the_last_word(planner, model):  # noqa: F811
    from tests.runs.planner.conftest import Looked

    model.plans = [plan(SEE)]
    model.opinions = [RuntimeError("away")]
    run_id = planner.start(agent=Looked.name)
    assert planner.carry(run_id, rounds=20).status in ("completed", "awaiting")
