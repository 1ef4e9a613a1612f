"""A run from its start to its end: what is recorded, what waits, and what never happens twice."""

from agentops.core.audit.models import AuditEntry
from runs.models import Effect, Proposal, Step, ToolCall


def trail(run_id):
    return list(AuditEntry.objects.filter(stream=f"run:{run_id}").order_by("seq").values_list("action", flat=True))


def test_a_run_within_its_limits_completes_alone(shop, world):
    run_id = shop.start("lamp")
    shop.work()
    run = shop.run(run_id)
    assert (run.status, run.stage, run.position) == ("completed", "done", 5)
    assert world["sold"] == ["lamp"]
    assert world["ended"] == ["completed"]
    assert list(Step.objects.filter(run_id=run_id).order_by("seq").values_list("name", "status")) == [
        ("see", "done"),
        ("peek", "done"),
        ("peep", "done"),
        ("sale", "done"),
        ("slip", "done"),
    ]
    assert ToolCall.objects.filter(run_id=run_id).count() == 5
    assert Proposal.objects.get(run_id=run_id).state == "performed"
    assert set(Effect.objects.filter(run_id=run_id).values_list("status", flat=True)) == {"confirmed"}
    assert trail(run_id) == ["run.started", "run.step", "run.step", "effect.confirmed", "effect.confirmed"]
    assert run.spent_steps == 5


def test_what_is_above_the_limit_waits_for_people(shop, world):
    world["amount"] = "250"
    run_id = shop.start("lamp")
    shop.work()
    run = shop.run(run_id)
    assert (run.status, run.awaiting) == ("awaiting", "review")
    assert "sold" not in world
    (ask,) = shop.people.asks
    assert ask.kind == "approval"
    assert [reason.code for reason in ask.reasons] == ["amount_over_limit"]
    assert trail(run_id)[-1] == "proposal.opened"
