"""Questions that can wait: gathered, handed over once, looked at, answered for half the price."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from runs import services, sql
from runs.gateway.batching import rows, tending
from runs.gateway.performing import settling
from runs.gateway.performing.sweeping import end_stale, ring_if_due
from runs.gateway.providers import ProviderFailed, anthropic_batches
from runs.models import CallStatus, ModelBatch, ModelCall
from tests.providers.messages import Said, error, text
from tests.runs.kills import killed_at
from tools_registry.models import Switch
from tools_registry.services.switches import throw_switch

NOW = timedelta(0)


@pytest.fixture
def waiting(thinker, provider, settings):
    """The house lets this agent's questions wait, and no longer than a moment."""
    settings.MODEL_BATCHED, settings.MODEL_BATCH_GATHER, settings.MODEL_BATCH_LOOK = "thinker", NOW, NOW
    provider.script = lambda body: text("A lamp.", usage={"input_tokens": 300, "output_tokens": 50})
    return thinker


def lapse():
    """As if whoever held the batch had died a lease ago."""
    sql.query("UPDATE runs_modelbatch SET due_at = now() - interval '1 second' WHERE due_at IS NOT NULL")


def test_many_questions_go_out_in_one_batch_for_half_the_price_and_wake_their_runs(waiting, provider):
    runs = [waiting.start(f"lamp{number}") for number in range(3)]
    waiting.work()
    waiting.perform()  # nobody asks them alone
    assert provider.asked == []
    assert waiting.tend() is not None
    (batch,) = ModelBatch.objects.all()
    assert (batch.status, batch.calls, batch.provider_id) == ("submitted", 3, next(iter(provider.batches)))
    assert {call.batch_id for call in ModelCall.objects.all()} == {batch.pk}
    waiting.tend()
    assert ModelBatch.objects.get().status == "ended"
    waiting.work()
    assert {waiting.run(run_id).status for run_id in runs} == {"completed"}
    calls = ModelCall.objects.all()
    assert {(call.status, call.tokens_in, call.cost) for call in calls} == {("answered", 300, 28)}  # 55, halved
    assert len(provider.batches) == 1
    assert waiting.tend() is None
    assert not ring_if_due()


def test_calls_in_batches_take_no_place_of_those_that_are_made_alone(waiting, provider, settings):
    provider.looks = 100
    for number in range(3):
        waiting.start(f"lamp{number}")
    waiting.work()
    waiting.tend()
    settings.MODEL_BATCHED, settings.MODEL_CONCURRENCY = "", 2  # fewer places than there are calls under way
    quick = waiting.start("now")
    waiting.work()
    waiting.perform()
    assert waiting.call(quick).status == CallStatus.ANSWERED
    assert ModelCall.objects.filter(status="sent").count() == 3


def test_a_run_or_its_desk_may_say_that_it_can_wait_and_others_do_not(waiting, provider, settings):
    settings.MODEL_BATCHED = "desk:elsewhere"
    quick = waiting.start()
    waiting.work()
    assert not waiting.call(quick).batched
    settings.MODEL_BATCHED = "desk:shop"
    slow = waiting.start("chair")
    waiting.work()
    assert waiting.call(slow).batched
    waiting.perform()
    assert (waiting.call(quick).status, waiting.call(slow).status) == (CallStatus.ANSWERED, CallStatus.DUE)


def test_killed_before_it_was_submitted_it_is_submitted_after_the_provider_was_asked(waiting, provider):
    run_id = waiting.start()
    waiting.work()
    assert killed_at("model.batch_submitting", waiting.tend)
    assert (ModelBatch.objects.get().status, provider.batches) == ("open", {})
    waiting.tend()
    assert provider.batches == {}  # its lease has not lapsed: somebody may still be at it
    lapse()
    waiting.tend()
    waiting.tend()
    waiting.work()
    assert (len(provider.batches), waiting.run(run_id).status) == (1, "completed")


def test_killed_between_submitting_and_recording_it_is_found_at_the_provider_and_not_sent_twice(waiting, provider):
    run_id = waiting.start()
    waiting.work()
    provider.looks = 2
    assert killed_at("model.batch_accepted", waiting.tend)
    assert (ModelBatch.objects.get().provider_id, len(provider.batches)) == (None, 1)
    for _ in range(4):  # it cannot be told whose it is until it has ended, and meanwhile nothing is sent
        lapse()
        waiting.tend()
        assert len(provider.batches) == 1
    waiting.work()
    assert ModelBatch.objects.get().provider_id == next(iter(provider.batches))
    assert waiting.run(run_id).status == "completed"
    assert waiting.run(run_id).spent_cost == 28


def test_nobody_takes_a_batch_in_hand_before_its_submission_must_have_ended(waiting, provider, settings):
    waiting.start()
    waiting.work()
    before = timezone.now()
    assert killed_at("model.batch_submitting", waiting.tend)
    assert ModelBatch.objects.get().due_at > before + settings.MODEL_TIMEOUT
    lapse()
    assert killed_at("model.batch_submitting", waiting.tend)
    assert ModelBatch.objects.get().due_at > before + settings.MODEL_TIMEOUT


def test_a_provider_that_takes_a_batch_byte_by_byte_is_not_waited_for_longer_than_for_a_call(
    waiting, provider, settings, monkeypatch
):
    settings.MODEL_TIMEOUT = timedelta(milliseconds=300)
    waiting.start()
    waiting.work()
    monkeypatch.setattr(provider, "_batch", lambda path, body: Said({"id": "msgbatch_slow"}, trickle=0.1))
    waiting.tend()
    assert ModelBatch.objects.get().status == "open"  # nobody knows: the provider is asked when the lease has lapsed


def overtaken():
    """As if this worker had slept, and another one had taken its batch."""
    sql.query("UPDATE runs_modelbatch SET epoch = epoch + 1")


def test_a_worker_that_slept_until_another_had_its_batch_submits_nothing(waiting, provider, monkeypatch):
    waiting.start()
    waiting.work()
    made = tending._body

    async def slowly(provider, call, in_rows):
        await in_rows(overtaken)
        return await made(provider, call, in_rows)

    monkeypatch.setattr(tending, "_body", slowly)
    waiting.tend()
    assert (provider.batches, ModelBatch.objects.get().status) == ({}, "open")


def test_a_batch_that_was_submitted_and_could_not_be_recorded_is_told_to_who_reads_the_log(
    waiting, provider, monkeypatch, caplog
):
    waiting.start()
    waiting.work()
    submitted = rows.submitted

    def late(batch, provider_id):
        overtaken()
        submitted(batch, provider_id)

    monkeypatch.setattr(rows, "submitted", late)
    waiting.tend()
    (told,) = [record for record in caplog.records if record.message == "models.batch_not_recorded"]
    assert (told.levelname, told.provider_id) == ("ERROR", next(iter(provider.batches)))


def test_where_the_provider_has_more_batches_than_are_looked_through_nothing_is_submitted_again(
    waiting, provider, monkeypatch
):
    waiting.start()
    waiting.work()
    assert killed_at("model.batch_accepted", waiting.tend)
    with monkeypatch.context() as patched:
        patched.setattr(anthropic_batches, "PAGES", 0)
        lapse()
        waiting.tend()
        assert len(provider.batches) == 1
    lapse()
    waiting.tend()
    assert (len(provider.batches), ModelBatch.objects.get().status) == (1, "ended")


def test_a_kill_switch_holds_a_batch_that_would_be_submitted_again(waiting, provider, policy_admin):
    run_id, cancelled = waiting.start(), waiting.start("chair")
    waiting.work()
    assert killed_at("model.batch_submitting", waiting.tend)
    throw_switch(scope="agent:thinker", reason="a test", by=policy_admin, now=timezone.now())
    services.cancel_run(run_id=cancelled, by=policy_admin, reason="no", now=timezone.now())
    lapse()
    waiting.tend()
    assert (provider.batches, ModelBatch.objects.get().status) == ({}, "ended")
    assert [(call.status, call.cost) for call in waiting.calls(run_id)] == [("withdrawn", 0), ("due", 0)]
    assert waiting.run(run_id).awaiting == "model"
    Switch.objects.all().delete()
    waiting.tend()
    waiting.tend()
    waiting.work()
    end_stale()
    assert (waiting.run(run_id).status, waiting.call(run_id).status) == ("completed", "answered")
    assert (waiting.call(cancelled).status, waiting.run(cancelled).spent_cost) == ("withdrawn", 0)


def test_a_batch_of_somebody_else_is_not_taken_for_ones_own(waiting, provider):
    provider.batches["msgbatch_strange"] = {
        "requests": [{"custom_id": "theirs", "params": {}}], "left": -1, "at": datetime.now(UTC).isoformat(),
    }  # fmt: skip
    run_id = waiting.start()
    waiting.work()
    assert killed_at("model.batch_submitting", waiting.tend)
    lapse()
    waiting.tend()
    waiting.tend()
    waiting.work()
    assert ModelBatch.objects.get().provider_id != "msgbatch_strange"
    assert (len(provider.batches), waiting.run(run_id).status) == (2, "completed")


def test_what_the_batch_could_not_answer_is_asked_once_more_or_left_to_rules(waiting, provider):
    busy, wrong = waiting.start("busy"), waiting.start("wrong")
    waiting.work()

    def says(body):
        what = body["messages"][0]["content"][1]["text"]
        return error(400, "no such thing") if what == "wrong" else error(529, "busy")

    provider.script = says
    waiting.tend()
    waiting.tend()
    waiting.work()
    assert waiting.asked(wrong).answer["code"] == "invalid_request_error"
    assert waiting.run(wrong).status == "completed"  # by rules
    first, again = waiting.calls(busy)
    assert (first.status, first.cost, again.status, again.batched) == ("failed", 0, "due", True)


def test_a_question_that_spent_hours_in_a_batch_is_still_asked_once_more(waiting, provider):
    run_id = waiting.start()
    waiting.work()
    provider.script = lambda body: error(529, "busy")
    waiting.tend()
    sql.query("UPDATE runs_await SET created_at = created_at - interval '5 hours'")
    waiting.tend()
    assert [call.status for call in waiting.calls(run_id)] == ["failed", "due"]
    assert end_stale() == 0
    provider.script = lambda body: text("A lamp.")
    sql.query("UPDATE runs_modelcall SET due_at = now() WHERE status = 'due'")
    waiting.tend()
    waiting.tend()
    waiting.work()
    assert (waiting.run(run_id).status, waiting.call(run_id).status) == ("completed", "answered")


def test_an_answer_that_could_not_be_written_down_is_fetched_again(waiting, provider, monkeypatch):
    first, second = waiting.start(), waiting.start("chair")
    waiting.work()
    waiting.tend()
    write, broken = settling._write, []

    def sometimes(one):
        if one.call.run_id == first and len(broken) < 2:  # with the others, and then alone
            broken.append(one)
            raise RuntimeError("a moment of weakness")
        write(one)

    monkeypatch.setattr(settling, "_write", sometimes)
    waiting.tend()
    assert (waiting.call(first).status, waiting.call(second).status) == ("sent", "answered")
    assert ModelBatch.objects.get().status == "submitted"
    waiting.tend()
    assert (waiting.call(first).status, ModelBatch.objects.get().status) == ("answered", "ended")
    assert waiting.call(first).cost > 0


def test_a_batch_that_the_provider_refuses_certainly_leaves_its_calls_to_be_tried_again(waiting, provider, monkeypatch):
    run_id = waiting.start()
    waiting.work()

    async def refused(self, bodies):
        raise ProviderFailed("overloaded", "busy", certain=True, retry=True)

    with monkeypatch.context() as patched:
        patched.setattr(anthropic_batches.AnthropicBatches, "submit", refused)
        waiting.tend()
    assert ModelBatch.objects.get().status == "ended"
    assert [call.status for call in waiting.calls(run_id)] == ["failed", "due"]


def test_the_rows_of_batches_only_move_forward_and_a_batch_is_known_once(waiting, provider):
    waiting.start()
    waiting.work()
    waiting.tend()
    waiting.tend()
    with pytest.raises(IntegrityError, match="cannot become"):
        ModelBatch.objects.update(status="open", due_at="2026-11-20T00:00Z", ended_at=None)
    with pytest.raises(IntegrityError, match="keeps its name"):
        ModelBatch.objects.update(provider_id="another")
