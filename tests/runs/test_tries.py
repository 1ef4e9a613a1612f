"""A step is tried five times over all its waits, the retries inside a call counted; then a person looks."""

from datetime import UTC, datetime, timedelta

from runs import services
from runs.budgets import TRIES
from runs.models import Run, ToolCall
from tools_registry.registry import registry
from tools_registry.tool import Retry

PAST = datetime(2020, 1, 1, tzinfo=UTC)


def test_retries_inside_a_call_count_against_its_step(shop, world, monkeypatch):
    """Two to a call, three calls: the last may try once."""
    spec = registry.get("look")
    monkeypatch.setitem(spec.__dict__, "retry", Retry(attempts=2, first_wait=timedelta(0)))
    monkeypatch.setitem(spec.__dict__, "is_plain", False)
    world["look_fails"] = True
    run_id = shop.start()
    waits = 0
    while True:
        shop.work()
        run = shop.run(run_id)
        if run.awaiting != "timer":
            break
        waits += 1
        Run.objects.filter(pk=run_id).update(due_at=PAST)
        services.wake_timers()
    attempts = list(ToolCall.objects.filter(run_id=run_id, seq=0).order_by("attempt").values_list("attempt", flat=True))
    assert (waits, attempts) == (2, [1, 2, 3, 4, 5])
    assert len(attempts) == TRIES
    assert (run.status, run.awaiting) == ("awaiting", "review")
    assert shop.people.asks[-1].kind == "stuck"
    assert shop.people.asks[-1].context["tried"] == TRIES
