"""Calls are made once, within pace and lease; what fails is tried again, charged, or left to the agent's rules."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from runs import services, sql
from runs.gateway.performing import claiming, judging, sweeping
from runs.gateway.performing.settling import CallLost, settle_calls
from runs.gateway.providers import providers
from runs.models import ModelCall, ModelPace, Run, Step
from tests.providers.messages import Said, error, text
from tests.runs.kills import killed_at
from tools_registry.breaker import shared_breakers
from tools_registry.models import Breaker, LimitUse


def asked_now(thinker, **more):
    run_id = thinker.start(**more)
    thinker.work()
    return run_id


def later():
    """Time passes: what was put off is due, and the provider's pause is over."""
    sql.query("UPDATE runs_modelcall SET due_at = now() - interval '1 second' WHERE status = 'due'")
    sql.query("UPDATE runs_modelpace SET closed_until = NULL")


def lapse():
    sql.query("UPDATE runs_modelcall SET due_at = now() - interval '1 second' WHERE status = 'sent'")


def in_turn(*said):
    answers = iter(said)
    return lambda body: next(answers)


def result(run_id):
    return Step.objects.get(run_id=run_id).output["what"]


# --- failures -------------------------------------------------------------------------------------


def test_a_provider_that_asks_to_be_left_alone_is_asked_by_nobody_until_then(thinker, provider):
    provider.script = in_turn(error(429, retry_after="30"), text("A lamp."))
    run_id = asked_now(thinker)
    thinker.perform()
    first, second = thinker.calls(run_id)
    assert (first.status, first.code, first.cost, first.may_be_billed) == ("failed", "rate_limited", 0, False)
    assert (second.status, second.attempt) == ("due", 2)
    assert timedelta(seconds=25) < second.due_at - timezone.now() <= timedelta(seconds=31)
    pace = ModelPace.objects.get(provider="anthropic")
    assert pace.closed_until > timezone.now() + timedelta(seconds=25)

    other = asked_now(thinker)
    thinker.perform()
    assert thinker.call(other).status == "due"
    assert len(provider.asked) == 1
    assert LimitUse.objects.get(scope="model/house").used == Decimal(2 * second.reserved_cost) / 1_000_000

    later()
    provider.script = lambda body: text("A lamp.")
    thinker.perform()
    thinker.work()
    assert thinker.run(run_id).status == thinker.run(other).status == "completed"
    assert [call.status for call in thinker.calls(run_id)] == ["failed", "answered"]


@pytest.mark.parametrize("status", [400, 401, 404, 413])
def test_a_refusal_that_will_not_change_leaves_the_run_to_its_rules_and_costs_nothing(thinker, provider, status):
    provider.script = lambda body: error(status, "card 4111 1111 1111 1111")
    run_id = asked_now(thinker)
    thinker.perform()
    thinker.work()
    call, run = thinker.call(run_id), thinker.run(run_id)
    assert (run.status, run.spent_tokens, run.spent_cost, call.status) == ("completed", 0, 0, "failed")
    assert result(run_id) == "by rules"
    assert "4111 1111" not in call.error
    assert LimitUse.objects.get(scope="model/house").used == 0
    assert len(provider.asked) == 1


def test_an_answer_that_was_cut_off_may_be_billed_and_is_asked_for_once_more(thinker, provider):
    provider.script = in_turn(Said(drop=True), text("A lamp."))
    run_id = asked_now(thinker)
    thinker.perform()
    first, run = thinker.call(run_id), thinker.run(run_id)
    assert (first.status, first.may_be_billed, first.cost_known) == ("failed", True, False)
    assert first.cost == first.reserved_cost == run.spent_cost
    assert run.status == "queued"
    thinker.work()
    thinker.perform()
    thinker.work()
    assert thinker.run(run_id).status == "completed"
    assert result(run_id) == "A lamp."
    assert [(call.attempt, call.status) for call in thinker.calls(run_id)] == [(1, "failed"), (2, "answered")]
    assert thinker.calls(run_id)[0].asked_seq == thinker.calls(run_id)[1].asked_seq


def test_a_second_doubtful_call_is_the_last(thinker, provider):
    provider.script = lambda body: Said(b"<html>")
    run_id = asked_now(thinker)
    for _ in range(4):
        thinker.perform()
        thinker.work()
    assert result(run_id) == "by rules"
    assert len(provider.asked) == 2
    run = thinker.run(run_id)
    assert run.spent_cost == sum(call.cost for call in thinker.calls(run_id))


def test_a_schema_too_large_for_the_provider_is_asked_again_without_its_help(thinker, provider):
    provider.script = in_turn(error(400, "The compiled grammar is too large"), text("ok"))
    run_id = asked_now(thinker)
    thinker.perform()
    later()
    thinker.perform()
    assert [call.parameters["strict"] for call in thinker.calls(run_id)] == [True, False]
    assert thinker.call(run_id).status == "answered"


def test_a_call_that_nobody_made_in_time_is_left_to_rules(thinker, provider, settings):
    run_id = asked_now(thinker)
    settings.MODEL_WAIT = timedelta(0)
    assert sweeping.end_stale() == 1
    thinker.work()
    assert thinker.call(run_id).code == "waited_too_long"
    assert (thinker.run(run_id).status, result(run_id)) == ("completed", "by rules")
    assert provider.asked == []


# --- leases ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("point", "calls"),
    [
        ("model.claim.committed", 1),
        ("model.sending", 1),
        ("model.received", 2),
        ("model.settle.begin", 2),
        ("model.settle.commit", 2),
        ("model.settle.committed", 1),
    ],
)
def test_a_worker_killed_in_the_middle_loses_nothing_and_bills_one_repeat_at_most(thinker, provider, point, calls):
    claiming.claim("anthropic", 1, holder="makes the row", unused=0)
    run_id = asked_now(thinker)
    assert killed_at(point, thinker.perform)
    lapse()
    sweeping.find_lost()
    thinker.work()
    thinker.perform()
    thinker.work()
    assert (thinker.run(run_id).status, result(run_id)) == ("completed", "Hello.")
    assert len(provider.asked) == calls
    made = thinker.calls(run_id)
    if point == "model.settle.committed":
        assert [call.status for call in made] == ["answered"]
    else:
        assert [(call.status, call.may_be_billed) for call in made] == [("lost", True), ("answered", False)]
        assert made[0].cost == made[0].reserved_cost
    assert LimitUse.objects.get(scope="model/house").used == Decimal(sum(call.cost for call in made)) / 1_000_000


def test_two_workers_killed_with_one_question_leave_it_to_rules(thinker, provider):
    run_id = asked_now(thinker)
    for _ in range(2):
        assert killed_at("model.received", thinker.perform)
        lapse()
        sweeping.find_lost()
        thinker.work()
    assert result(run_id) == "by rules"
    assert len(provider.asked) == 2


def test_a_worker_that_slept_past_its_lease_changes_nothing(thinker, provider):
    run_id = asked_now(thinker)
    claiming.claim("anthropic", 5, holder="sleeper", unused=0)
    (mine,) = claiming.claim("anthropic", 5, holder="sleeper", unused=0).calls
    lapse()
    sweeping.find_lost()
    before = Run.objects.filter(pk=run_id).values().get()
    assert settle_calls([judging.unavailable(mine, "late", "late")]) == 0
    assert Run.objects.filter(pk=run_id).values().get() == before
    assert thinker.call(run_id).status == "lost"


def test_a_renewed_lease_is_not_swept(thinker, provider):
    asked_now(thinker)
    claiming.claim("anthropic", 5, holder="one", unused=0)
    held = claiming.claim("anthropic", 5, holder="one", unused=0).calls
    lapse()
    claiming.renew(held)
    assert sweeping.find_lost() == 0


def test_one_bad_settlement_does_not_keep_back_the_others(thinker, provider):
    runs = [asked_now(thinker) for _ in range(3)]
    claiming.claim("anthropic", 5, holder="one", unused=0)
    calls = claiming.claim("anthropic", 5, holder="one", unused=0).calls
    calls[1].epoch -= 1
    assert settle_calls([judging.unavailable(call, "x", "x") for call in calls]) == 2
    assert sorted(thinker.run(run_id).status for run_id in runs) == ["awaiting", "queued", "queued"]
    assert CallLost


def test_of_the_runs_of_one_commit_the_youngest_is_locked_first_as_a_child_that_ends_does(thinker, provider):
    """A child's end locks the child and then its parent: settled the other way round, each waits for the other."""
    parent, child = sorted(asked_now(thinker) for _ in range(2))
    claiming.claim("anthropic", 5, holder="one", unused=0)
    calls = claiming.claim("anthropic", 5, holder="one", unused=0).calls
    with psycopg.connect(**connection.get_connection_params()) as ending, ThreadPoolExecutor(1) as pool:
        ending.execute("SELECT 1 FROM runs_run WHERE id = %s FOR UPDATE", [child])
        settled = pool.submit(settled_aside, [judging.unavailable(call, "x", "x") for call in calls])
        while not waits_for_a_lock():
            assert not settled.done()
        ending.execute("SELECT 1 FROM runs_run WHERE id = %s FOR UPDATE NOWAIT", [parent])
        ending.rollback()
        assert settled.result(30) == 2


def settled_aside(settlements):
    try:
        return settle_calls(settlements)
    finally:
        connection.close()


def waits_for_a_lock():
    return bool(
        sql.query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE %s", ["%WITH r%"])
    )


# --- pace -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "value", "least", "most"),
    [("MODEL_CONCURRENCY", 3, 3, 3), ("MODEL_REQUESTS_PER_MINUTE", 4, 4, 4), ("MODEL_TOKENS_PER_MINUTE", 1000, 2, 3)],
)
def test_all_processes_together_keep_the_pace(thinker, provider, settings, limit, value, least, most):
    setattr(settings, limit, value)
    for _ in range(6):
        asked_now(thinker)
    claiming.claim("anthropic", 1, holder="makes the row", unused=0)
    taken = [len(claiming.claim("anthropic", 50, holder=name, unused=0).calls) for name in ("one", "two", "three")]
    assert least <= sum(taken) + ModelCall.objects.filter(lease_holder="makes the row").count() <= most


def test_a_call_larger_than_the_whole_bucket_goes_when_the_bucket_is_full(thinker, provider, settings):
    settings.MODEL_TOKENS_PER_MINUTE = 1
    run_id = asked_now(thinker)
    thinker.perform()
    assert thinker.call(run_id).status == "answered"


def test_what_a_kill_switch_stops_is_not_sent(thinker, provider, policy_admin):
    from tools_registry.services import throw_switch

    run_id = asked_now(thinker)
    throw_switch(scope="agent:thinker", by=policy_admin, reason="stop", now=timezone.now())
    thinker.perform()
    assert (thinker.call(run_id).status, provider.asked) == ("due", [])


def test_a_cancelled_run_asks_nobody_and_gives_back_what_was_reserved(thinker, provider, policy_admin):
    run_id = asked_now(thinker)
    services.cancel_run(run_id=run_id, by=policy_admin, reason="no", now=timezone.now())
    thinker.perform()
    assert provider.asked == []
    sweeping.end_stale()
    assert (thinker.call(run_id).status, thinker.run(run_id).status) == ("withdrawn", "cancelled")
    assert LimitUse.objects.get(scope="model/house").used == 0


def test_an_answer_to_a_run_that_was_cancelled_meanwhile_is_still_paid_for(thinker, provider, policy_admin):
    run_id = asked_now(thinker)

    claiming.claim("anthropic", 5, holder="one", unused=0)
    (mine,) = claiming.claim("anthropic", 5, holder="one", unused=0).calls
    services.cancel_run(run_id=run_id, by=policy_admin, reason="no", now=timezone.now())
    from runs.gateway.messages import Answer, Outcome, Used
    from runs.gateway.providers import Reply

    answer = Answer(outcome=Outcome.ANSWERED, text="late", model="claude-haiku-5-5", used=Used(fresh=1000, out=10))
    assert settle_calls([judging.answered(mine, Reply({"a": 1}), answer, {}, 5.0)]) == 1
    run = thinker.run(run_id)
    assert (run.status, run.spent_cost > 0) == ("cancelled", True)


# --- breaker --------------------------------------------------------------------------------------


def test_a_provider_that_is_down_is_left_alone_and_runs_go_on_by_rules(thinker, provider):
    provider.script = lambda body: error(500)
    runs = [asked_now(thinker) for _ in range(6)]
    thinker.perform()
    assert Breaker.objects.get(tool="model:anthropic").opened_at is not None
    sent = len(provider.asked)
    later()
    shared_breakers.cache_clear()
    thinker.perform()
    assert len(provider.asked) == sent
    thinker.work()
    assert {thinker.run(run_id).status for run_id in runs} == {"completed"}
    assert {thinker.call(run_id).code for run_id in runs} == {"breaker_open"}

    provider.script = lambda body: text("I am back.")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tools_registry_breaker SET probed_at = NULL, opened_at = now() - interval '1 minute'")
    probe = asked_now(thinker)
    thinker.perform()
    assert Breaker.objects.get(tool="model:anthropic").opened_at is None
    again = [asked_now(thinker) for _ in range(2)]
    thinker.perform()
    thinker.work()
    assert {result(run_id) for run_id in (probe, *again)} == {"I am back."}


def test_many_calls_are_in_flight_at_once_in_one_process(thinker, provider):
    provider.script = lambda body: Said(text("x").body, delay=0.4)
    runs = [asked_now(thinker) for _ in range(12)]
    thinker.perform()
    assert provider.most_flying == 12
    thinker.work()
    thinker.work()
    assert {thinker.run(run_id).status for run_id in runs} == {"completed"}


def test_the_scripted_provider_answers_without_any_network(thinker, settings):
    providers.cache_clear()
    scripted = providers().get("scripted")
    assert not scripted.is_ready()
    scripted.play = lambda request, model: f"{model} read {request.messages[0].parts[1].text}"
    run_id = thinker.start(agent="scripted")
    thinker.whole(run_id)
    call = thinker.call(run_id)
    assert (result(run_id), call.provider, call.model) == ("script read lamp", "scripted", "script")
    assert (call.cost_known, call.cost > 0) == (False, True)  # nobody knows a price: it counts as the ceiling
    providers.cache_clear()
