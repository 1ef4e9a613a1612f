"""What fails while a run is carried: it is tried again, or a person sees it, and nothing is passed over."""

import threading
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction

from runs import drain, remote, services, sql, steering
from runs.agents import Continue, Planned, Ref, Replan, StageTable, agents
from runs.leased import LeasedRun
from runs.lifecycle import EffectStatus
from runs.models import Await, Effect, Run, Step, ToolCall
from tests.runs.kills import killed_at
from tests.runs.test_stopping import lapse
from tools_registry.facts import Grant, LimitUse, Reason
from tools_registry.kinds import Effect as EffectClass
from tools_registry.kinds import Impact, Mode
from tools_registry.queries import current_policy
from tools_registry.registry import registry
from tools_registry.results import ToolFailed
from tools_registry.services import reserve_limits
from tools_registry.services.policy import change_policy_by_command
from tools_registry.tool import ToolCall as Call
from tools_registry.tool import ToolInput, ToolOutput, tool

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PAST = datetime(2020, 1, 1, tzinfo=UTC)


def execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def spoil(monkeypatch):
    """Make the shop's sale do something more, in its transaction."""

    def spoiled(more):
        spec = registry.get("sell")
        sold = spec.function

        def sell_and_more(args, *, call):
            answer = sold(args, call=call)
            more(call)
            return answer

        monkeypatch.setitem(spec.__dict__, "function", sell_and_more)

    return spoiled


def due_now(run_id):
    Run.objects.filter(pk=run_id).update(due_at=PAST)
    services.wake_timers()


@pytest.mark.parametrize(
    ("statement", "code"),
    [("SELECT 'x'::int", "database_refused"), ("INSERT INTO runs_plan (hash) VALUES ('x')", "constraint")],
)
def test_what_the_database_never_takes_parks_at_once_with_its_reason(shop, spoil, statement, code):
    spoil(lambda call: execute(statement))
    run_id = shop.start()
    shop.work()
    assert shop.run(run_id).awaiting == "review"
    (ask,) = shop.people.asks
    assert (ask.reasons[0].code, ask.context["tried"]) == (code, 1)
    assert not Effect.objects.filter(run_id=run_id).exists()


def test_a_deadlock_is_tried_again_and_then_it_is_sold_once(shop, world, spoil):
    left = [1, 1]

    def deadlock(call):
        if left:
            left.pop()
            execute("DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$")

    spoil(deadlock)
    run_id = shop.start()
    for _ in range(2):
        shop.work()
        assert shop.run(run_id).awaiting == "timer"
        due_now(run_id)
    shop.work()
    assert shop.run(run_id).status == "completed"
    assert Effect.objects.filter(run_id=run_id, tool="sell").count() == 1


def test_a_constraint_that_refuses_at_the_commit_parks_and_nothing_is_passed_over(shop, spoil):
    """The run in memory was a step ahead when its transaction was rolled back."""
    execute("CREATE TABLE late (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    spoil(lambda call: execute("INSERT INTO late VALUES (1), (1)"))
    try:
        run_id = shop.start()
        shop.work()
    finally:
        execute("DROP TABLE late")
    run = shop.run(run_id)
    assert (run.status, run.awaiting, run.position) == ("awaiting", "review", 3)
    assert shop.people.asks[0].reasons[0].code == "database_refused"
    assert not Effect.objects.filter(run_id=run_id).exists()
    assert not Step.objects.filter(run_id=run_id, seq=3).exists()


def test_an_agent_that_fails_at_the_end_has_not_ended_and_passes_nothing_over(shop, monkeypatch):
    def fail(run_id, status, results):
        raise KeyError("a defect")

    monkeypatch.setattr(agents.get("shop"), "on_end", fail)
    run_id = shop.start()
    shop.work()
    run = shop.run(run_id)
    assert (run.status, run.awaiting, run.position) == ("awaiting", "review", 4)
    assert shop.people.asks[0].reasons[0].code == "agent_error"
    assert list(Effect.objects.filter(run_id=run_id).values_list("tool", flat=True)) == ["sell"]


def test_a_deadlock_between_the_steps_waits_a_moment_and_counts_no_crash(shop, monkeypatch):
    run_id = shop.start()
    carried, checkpoint = [], sql.checkpoint

    def once(**values):
        if not carried:
            carried.append(1)
            execute("DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$")
        return checkpoint(**values)

    monkeypatch.setattr(sql, "checkpoint", once)
    shop.work()
    run = shop.run(run_id)
    assert (run.awaiting, run.suspect, run.crashes) == ("timer", False, 0)
    due_now(run_id)
    shop.work()
    assert shop.run(run_id).status == "completed"


def test_a_batch_of_reads_goes_on_from_the_one_that_failed(shop, world, monkeypatch):
    """What was done before it is kept, what was made beside it is a call of its own, and no step is written twice."""
    plan = [
        Planned(name, "look" if name == "second" else "glance", {"what": name}, "looking", together="all")
        for name in ("first", "second", "third")
    ]
    monkeypatch.setattr(agents.get("shop"), "plan", lambda goal: plan)
    world["look_fails"] = True
    run_id = shop.start()
    shop.work()
    assert (shop.run(run_id).awaiting, shop.run(run_id).position) == ("timer", 1)
    calls = ToolCall.objects.filter(run_id=run_id).order_by("seq").values_list("seq", "result")
    assert list(calls) == [(0, "value"), (1, "failed"), (2, "value")]
    world["look_fails"] = False
    due_now(run_id)
    shop.work()
    assert shop.run(run_id).status == "completed"
    assert Step.objects.filter(run_id=run_id).count() == 3


def test_a_new_revision_begins_in_the_first_stage_wherever_the_old_one_was(shop, monkeypatch):
    shop_agent, seen = agents.get("shop"), []
    stages = StageTable(
        moves={"looking": frozenset({"closer"}), "closer": frozenset({"done"}), "done": frozenset()},
        tools={"looking": frozenset({"look"}), "closer": frozenset({"glance"})},
        first="looking",
        last="done",
    )

    def judge(step, result, results):
        seen.append(step.name)
        return (
            Replan(Reason("odd", "Odd."))
            if seen == ["see", "near"]
            else type(shop_agent).judge(shop_agent, step, result, results)
        )

    plan = [
        Planned("see", "look", {"what": "x"}, "looking"),
        Planned("near", "glance", {"what": "x"}, "closer"),
    ]
    monkeypatch.setattr(shop_agent, "stages", stages)
    monkeypatch.setattr(shop_agent, "plan", lambda goal: plan)
    monkeypatch.setattr(shop_agent, "judge", judge)
    run_id = shop.start()
    shop.work()
    assert (shop.run(run_id).status, shop.run(run_id).revision) == ("completed", 2)


def test_an_agent_may_plan_again_after_an_action_and_what_was_done_is_a_fact(shop, world, monkeypatch):
    shop_agent, plan = agents.get("shop"), agents.get("shop").plan

    def judge(step, result, results):
        again = step.name == "sale" and not world.get("again")
        world["again"] = world.get("again") or again
        return Replan(Reason("sold_out", "That was the last one.")) if again else Continue()

    def planned(goal):
        return plan(goal) if goal.revision == 1 else [*plan(goal)[:1], *plan(goal)[3:]]

    monkeypatch.setattr(shop_agent, "judge", judge)
    monkeypatch.setattr(shop_agent, "plan", planned)
    run_id = shop.start()
    shop.work()
    run = shop.run(run_id)
    assert (run.status, run.revision, run.position) == ("completed", 2, 3)
    assert world["sold"] == ["lamp"]
    steps = Step.objects.filter(run_id=run_id, revision=2).order_by("seq").values_list("name", "status")
    assert list(steps) == [("see", "done"), ("sale", "carried"), ("slip", "done")]
    assert list(run.proposals.order_by("number").values_list("state", flat=True)) == ["superseded", "performed"]


def test_an_action_may_ask_people_and_is_done_once_with_their_answer(shop, world, spoil, requester):
    spoil(lambda call: world.setdefault("told", call.ask_people("Really?")))
    run_id = shop.start()
    shop.work()
    assert shop.run(run_id).awaiting == "review"
    (ask,) = shop.people.asks
    assert (ask.kind, ask.title) == ("clarification", "Really?")
    assert not Effect.objects.filter(run_id=run_id).exists()
    with transaction.atomic():
        steering.answer_await(steering.lock_run(run_id), ask.await_id, answer={"answer": "yes"}, by=requester, now=NOW)
    shop.work()
    assert shop.run(run_id).status == "completed"
    assert world["told"]["answer"] == "yes"
    assert Effect.objects.filter(run_id=run_id, tool="sell").count() == 1


class Parcel(ToolInput):
    what: str


class Sent(ToolOutput):
    number: str


@pytest.fixture
def posting(shop, world, monkeypatch):
    """The shop sends parcels too, and asks before it does."""

    @tool(impact=Impact.EXTERNAL, effect=EffectClass.ONCE, reference=lambda args: f"parcel:{args.what}", register=False)
    def post(args: Parcel, *, call: Call) -> Sent:
        """Send a parcel."""
        call.has_sent = bool(world.get("sends_first"))
        where = call.ask_people("Where to?")["answer"] if world.get("asks") else "there"  # type: ignore[attr-defined]
        world.setdefault("posted", []).append(where)
        return Sent(number="1")

    agent = agents.get("shop")
    monkeypatch.setitem(registry.tools, "post", post)
    monkeypatch.setattr(agent, "tools", (*agent.tools, "post"))
    monkeypatch.setitem(agent.stages.tools, "selling", frozenset({"sell", "note", "post"}))
    plan = [
        Planned("see", "look", {"what": Ref("input.what")}, "looking"),
        Planned("parcel", "post", {"what": Ref("see.what")}, "selling", proposal="parcel"),
    ]
    monkeypatch.setattr(agent, "plan", lambda goal: plan)
    grant = Grant("shop", "post", Mode.AUTO)
    change_policy_by_command(to=current_policy().with_grant(grant), why="a test", now=datetime.now(UTC))
    return post


@pytest.mark.parametrize("killed", [None, "effect.asks.commit", "effect.asks.committed", "run.asks.committed"])
def test_a_remote_tool_that_asks_first_has_sent_nothing_and_sends_once(shop, world, posting, requester, killed):
    """Of the class that is never sent again alone: a question is no sign that it may have been sent."""
    world["asks"] = True
    run_id = shop.start()
    if killed:
        assert killed_at(killed, shop.work)
        if killed != "run.asks.committed":
            lapse(run_id)
            services.requeue_lapsed()
            shop.work(suspects=True)
    else:
        shop.work()
    effect = Effect.objects.get(run_id=run_id)
    if killed == "effect.asks.commit":  # it died while it was `sent`: a person says whether it was
        assert effect.status == EffectStatus.UNKNOWN
        return
    assert (effect.status, shop.run(run_id).awaiting) == (EffectStatus.INTENDED, "review")
    asked = Await.objects.get(run_id=run_id)
    with transaction.atomic():
        steering.answer_await(steering.lock_run(run_id), asked.pk, answer={"answer": "here"}, by=requester, now=NOW)
    shop.work()
    assert shop.run(run_id).status == "completed"
    assert world["posted"] == ["here"]


def test_a_tool_that_sends_before_it_asks_is_not_believed_to_have_sent_nothing(shop, world, posting, requester):
    world["asks"] = world["sends_first"] = True
    run_id = shop.start()
    shop.work()
    asked = Await.objects.get(run_id=run_id)
    with transaction.atomic():
        steering.answer_await(steering.lock_run(run_id), asked.pk, answer={"answer": "here"}, by=requester, now=NOW)
    shop.work()
    assert Effect.objects.get(run_id=run_id).status == EffectStatus.UNKNOWN
    assert "posted" not in world


@pytest.mark.parametrize(("kind", "again"), [(EffectClass.ONCE, False), (EffectClass.IDEMPOTENT, True)])
def test_who_read_too_early_that_nothing_was_sent_does_not_send_it_twice(shop, posting, kind, again):
    """The effect is `intended` in one worker's memory and `sent` in its row: only a receiver with keys may get two."""
    run_id = shop.start()
    assert killed_at("effect.called", shop.work)
    leased = LeasedRun.observe(shop.run(run_id))
    effect = Effect.objects.get(run_id=run_id)
    assert effect.status == EffectStatus.SENT
    effect.status = EffectStatus.INTENDED
    spec = replace(posting, effect=kind)
    if again:
        assert remote.mark_sent(leased, effect, spec) is None
        return
    with pytest.raises(sql.LeaseLost):
        remote.mark_sent(leased, effect, spec)


def test_what_a_person_says_did_not_happen_gives_its_limits_back(shop, world, posting, requester, monkeypatch):
    def fail(args, *, call):
        raise ToolFailed("lost", "No answer", certain=False)

    monkeypatch.setitem(posting.__dict__, "function", fail)
    run_id = shop.start()
    shop.work()
    effect = Effect.objects.get(run_id=run_id)
    assert effect.status == EffectStatus.UNKNOWN
    use = LimitUse("day_limit_agent", "shop/post", NOW.date(), Decimal(7), Decimal(10))
    with transaction.atomic():
        reserve_limits([use])
    Effect.objects.filter(pk=effect.pk).update(limits=[use.as_json()])
    with transaction.atomic():
        run = steering.lock_run(run_id)
        steering.settle_effect(run, effect.pk, happened=False, receipt="", by=requester, now=NOW)
    assert used() == 0


def used():
    from tools_registry.models import LimitUse as Counter

    return Counter.objects.get(scope="shop/post").used


def test_a_run_of_an_agent_that_this_worker_does_not_know_is_left_to_others(shop, monkeypatch):
    run_id = shop.start()
    worker = drain.Drain("test", 1)
    known = dict(agents._agents)
    monkeypatch.setattr(agents, "_agents", {})
    (row,) = sql.claim(1, holder="test")
    worker._start(row, worker._policy())
    run = shop.run(run_id)
    assert (run.status, run.suspect, run.crashes) == ("queued", False, 0)
    assert run.due_at > datetime.now(UTC)
    monkeypatch.setattr(agents, "_agents", known)
    Run.objects.filter(pk=run_id).update(due_at=PAST)
    shop.work()
    assert shop.run(run_id).status == "completed"


def test_a_run_of_an_agent_that_was_taken_out_can_be_cancelled(shop, monkeypatch, requester):
    run_id = shop.start()
    monkeypatch.setattr(agents, "_agents", {})
    services.cancel_run(run_id=run_id, by=requester, reason="no", now=NOW)
    assert shop.run(run_id).status == "cancelled"


def test_a_run_that_was_asked_to_end_while_it_was_carried_does_not_wait_for_people(shop, world, failing, requester):
    world["checks"] = [failing]
    run_id = shop.start()
    (leased,) = shop.claim()
    services.cancel_run(run_id=run_id, by=requester, reason="no", now=NOW)
    leased.cancel_requested = False  # it was claimed before that
    drain.carry(leased, threading.Event())
    assert shop.run(run_id).status == "cancelled"
    assert shop.people.asks == []


def test_limits_are_held_to_the_caps_of_the_policy_in_force_at_the_effect(shop, world):
    """The policy was tightened after the gate had spoken: what still fits is counted against the new cap."""
    from tools_registry.models import LimitUse as Counter

    def limit(cap):
        grant = Grant("shop", "sell", Mode.AUTO, item_limit=Decimal(100), day_limit_agent=Decimal(cap))
        change_policy_by_command(to=current_policy().with_grant(grant), why="a test", now=datetime.now(UTC))

    limit(1000)
    run_id = shop.start()
    (leased,) = shop.claim()  # with the policy as it is now
    limit(15)
    drain.carry(leased, threading.Event())
    assert shop.run(run_id).status == "completed"
    counter = Counter.objects.get()
    assert (counter.used, counter.cap) == (10, 15)
