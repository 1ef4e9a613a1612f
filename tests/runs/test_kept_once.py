"""A large argument that is a whole earlier result stands in its own row only, and can still be told exactly."""

from runs.leased import LeasedRun, call_digest
from runs.models import Run, ToolCall
from runs.queries import exact_input

LONG = "lamp " * 100


def test_a_large_argument_that_is_an_earlier_result_is_kept_once(shop, world):
    run_id = shop.start(LONG)
    shop.work()
    call = ToolCall.objects.get(run_id=run_id, seq=0)
    assert call.input_from == {"what": "input.what"}
    assert "what" not in call.input
    assert exact_input(call) == {"what": LONG}


def test_a_small_argument_stands_with_its_call(shop, world):
    run_id = shop.start("lamp")
    shop.work()
    call = ToolCall.objects.get(run_id=run_id, seq=0)
    assert call.input_from is None
    assert exact_input(call) == call.input == {"what": "lamp"}


def test_who_takes_a_run_over_recognises_the_calls_that_were_made(shop, world):
    world["amount"] = "250"
    run_id = shop.start(LONG)
    shop.work()
    taken = LeasedRun.observe(Run.objects.select_related("given", "requester").get(pk=run_id))
    first = ToolCall.objects.get(run_id=run_id, seq=0)
    assert taken.call_counts[call_digest(first.tool, exact_input(first))] == 1
