"""A step asks a model: recorded, reserved, performed, answered, and never asked twice."""

from decimal import Decimal

import pytest

from agentops.core.audit import payloads
from agentops.core.audit.models import AuditEntry
from agentops.core.audit.verify import verify
from runs.gateway.spelling import opened
from runs.models import Step
from tests.providers.messages import text
from tests.runs.gateway.conftest import Guess


def trail(run_id):
    return list(AuditEntry.objects.filter(stream=f"run:{run_id}").order_by("seq").values_list("action", flat=True))


def test_a_step_asks_a_model_and_goes_on_with_its_answer(thinker, provider):
    provider.script = lambda body: text("A lamp.", usage={"input_tokens": 30, "output_tokens": 5})
    run_id = thinker.start()
    thinker.work()
    run = thinker.run(run_id)
    assert (run.status, run.awaiting, run.due_at) == ("awaiting", "model", None)
    call = thinker.call(run_id)
    assert (call.status, call.reserved_tokens > 200, call.reserved_cost > 0) == ("due", True, True)

    thinker.perform()
    thinker.work()

    run, call = thinker.run(run_id), thinker.call(run_id)
    assert (run.status, run.spent_tokens, run.spent_cost) == ("completed", 35, call.cost)
    assert Step.objects.get(run_id=run_id).output == {"amount": "10", "what": "A lamp."}
    assert (call.status, call.tokens_in, call.tokens_out, call.stop_reason) == ("answered", 30, 5, "end_turn")
    assert call.provider_request_id.startswith("req_")
    assert call.cost_known
    assert call.price_day is not None
    assert call.cost == 6  # 30 in at 0.10 and 5 out at 0.50 dollars a million, rounded up to a millionth
    assert len(provider.asked) == 1
    assert trail(run_id) == ["run.started", "run.asks", "model.answered", "run.completed"]


def test_question_and_answer_are_kept_whole_and_encrypted_and_nowhere_else(thinker, provider):
    provider.script = lambda body: text("secret-answer")
    run_id = thinker.start("secret-question")
    thinker.whole(run_id)
    call, asked = thinker.call(run_id), thinker.asked(run_id)
    stream = f"run:{run_id}"
    question = opened(payloads.read(stream, call.asked_seq, name="request"))
    assert question["messages"][0]["parts"][1]["text"] == "secret-question"
    exchange = opened(payloads.read(stream, call.told_seq, name="exchange"))
    assert exchange["sent"] == provider.asked[0]
    assert exchange["received"]["content"][0]["text"] == "secret-answer"
    assert "secret-question" not in str(asked.request) + str(call.parameters)
    assert "secret-answer" not in str(asked.answer) + call.error
    assert asked.request["fields"] == ["thing.name"]
    report = verify([stream], rows=True)
    assert (report.problems, report.payloads) == ([], 2)


def test_a_run_that_is_carried_again_reads_the_recorded_answer_and_asks_nobody(thinker, provider, world):
    world["questions"] = 2
    run_id = thinker.start()
    run = thinker.whole(run_id)
    assert run.status == "completed"
    assert len(provider.asked) == 2
    assert [found.answer.text for found in world["found"]] == ["Hello.", "Hello.", "Hello."]  # one read again


def test_what_was_reserved_for_the_day_is_settled_to_what_it_cost(thinker, provider):
    from tools_registry.models import LimitUse

    run_id = thinker.start()
    thinker.work()
    reserved = Decimal(thinker.call(run_id).reserved_cost) / 1_000_000
    assert {use.used for use in LimitUse.objects.filter(limit="model_cost")} == {reserved}
    assert LimitUse.objects.filter(limit="model_cost").count() == 4
    thinker.perform()
    cost = Decimal(thinker.call(run_id).cost) / 1_000_000
    assert {use.used for use in LimitUse.objects.filter(limit="model_cost")} == {cost}


def test_a_question_that_does_not_fit_the_runs_budget_stops_the_run_before_it_is_asked(
    thinker, provider, settings, world
):
    settings.RUN_BUDGET = {**settings.RUN_BUDGET, "tokens": 100}
    run_id = thinker.start()
    thinker.work()
    run = thinker.run(run_id)
    assert (run.status, run.awaiting) == ("awaiting", "review")
    assert thinker.people.asks[-1].reasons[0].code == "budget_exhausted"
    assert thinker.calls(run_id) == []
    thinker.perform()
    assert provider.asked == []


def test_the_money_of_a_day_is_not_passed(thinker, provider, settings):
    settings.MODEL_DAY_COST = {**settings.MODEL_DAY_COST, "agent": Decimal("0.000001")}
    run_id = thinker.start()
    thinker.work()
    assert thinker.people.asks[-1].reasons[0].code == "model_budget_of_the_day"
    assert "model/agent/thinker" in thinker.people.asks[-1].reasons[0].sentence
    assert thinker.calls(run_id) == []


def test_without_a_provider_the_run_goes_on_by_rules_at_once(thinker, settings):
    settings.ANTHROPIC_API_KEY = ""
    run_id = thinker.start()
    thinker.work()
    thinker.work()
    assert thinker.run(run_id).status == "completed"
    assert Step.objects.get(run_id=run_id).output["what"] == "by rules"
    assert thinker.asked(run_id).answer["code"] == "no_provider"
    assert thinker.calls(run_id) == []


def test_an_agent_that_declares_no_models_asks_none(thinker, provider):
    run_id = thinker.start(agent="silent")
    thinker.work()
    assert thinker.run(run_id).awaiting == "review"
    assert thinker.people.asks[-1].reasons[0].code == "model_not_allowed"


def test_a_field_that_may_not_leave_the_house_does_not(thinker, provider, monkeypatch):
    from runs.gateway.egress import Allowed, Egress

    monkeypatch.setattr(Egress, "from_json", classmethod(lambda cls, body: Egress({"anthropic": Allowed(("other",))})))
    run_id = thinker.start()
    thinker.work()
    reason = thinker.people.asks[-1].reasons[0]
    assert (reason.code, "thing.name" in reason.sentence, "lamp" in reason.sentence) == (
        "model_not_allowed",
        True,
        False,
    )
    assert thinker.calls(run_id) == []


@pytest.mark.parametrize(
    ("said", "fits"),
    [('{"what": "lamp", "sure": 0.5}', True), ('{"what": "lamp", "sure": 1.5}', False), ('{"what": "lamp"}', False)],
)
def test_an_answer_in_a_shape_is_checked_here_whatever_the_provider_promised(thinker, provider, world, said, fits):
    world["shape"] = Guess
    provider.script = lambda body: text(said)
    run_id = thinker.start()
    thinker.whole(run_id)
    found = world["found"][-1]
    assert (found.value is not None, found.is_usable, bool(found.problems)) == (fits, fits, not fits)
    if fits:
        assert found.value == Guess(what="lamp", sure=0.5)
    schema = provider.asked[0]["output_config"]["format"]["schema"]
    assert schema["additionalProperties"] is False


def test_an_equal_question_of_an_agent_that_opted_in_is_answered_by_the_first_call(thinker, provider):
    first = thinker.start(agent="remembering")
    thinker.whole(first)
    second = thinker.start(agent="remembering")
    assert thinker.whole(second).status == "completed"
    hit, original = thinker.call(second), thinker.call(first)
    assert (hit.status, hit.original_id, hit.cost, original.status) == ("cached", original.pk, 0, "answered")
    assert len(provider.asked) == 1


def test_an_agent_that_did_not_opt_in_is_never_answered_from_memory(thinker, provider):
    for _ in range(2):
        thinker.whole(thinker.start())
    assert len(provider.asked) == 2
