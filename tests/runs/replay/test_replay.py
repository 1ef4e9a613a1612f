"""A run carried out again from its record: as it was, and found out where code, rules, prompts or records changed."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import InternalError

from agentops.core.audit.models import AuditEntry
from agentops.core.models import User
from runs import steering
from runs.agents import Assessment, Planned, Ref, Stuck, agents
from runs.gateway.messages import Words
from runs.models import AgentVersion, Await, ModelCall, Run, Step, ToolCall
from runs.replay import regress
from runs.replay.differences import Matters
from runs.replay.player import play
from runs.replay.reading import read_tape
from tests.providers.messages import text
from tests.providers.worker import forget_versions
from tests.runs.gateway import conftest as thinking
from tests.runs.replay.conftest import decide
from tools_registry.facts import Check, Reason
from tools_registry.kinds import Severity

SHOP = agents.get("shop")


def rows():
    return {
        model.__name__: list(model.objects.order_by("pk").values_list()) for model in (Run, Step, ToolCall, AuditEntry)
    }


@pytest.fixture
def many(shop, world):
    """Runs with every fate: alone, approved, edited, sent back, rejected, waiting."""
    editor = User.objects.create(email="editor@example.test", name="Edda", kind="person", password="!")
    found = [shop.start(f"lamp{number}") for number in range(12)]
    shop.work()
    shop.work()
    world["amount"] = "250"
    dear = [shop.start(f"chair{number}") for number in range(10)]
    shop.work()
    for run_id in dear[:3]:
        decide(run_id, "approve")
    decide(dear[3], "edit", edits={0: {"amount": "90.00"}}, editor=editor)
    decide(dear[3], "approve")
    decide(dear[4], "send_back")
    decide(dear[5], "reject")
    shop.work()
    decide(dear[4], "approve")
    shop.work()
    return [*found, *dear]


def test_stored_runs_of_every_fate_replay_without_a_difference_and_without_a_trace(shop, many, replayed):
    fates = {(run.status, run.awaiting) for run in Run.objects.all()}
    assert fates == {("completed", None), ("rejected", None), ("awaiting", "review")}
    before = rows()
    found = [replayed(run_id) for run_id in many]
    assert [one.differences for one in found] == [[] for _ in many]
    assert sum(one.compared for one in found) > 8 * len(many)
    assert rows() == before


def test_a_run_that_stopped_for_a_person_stops_again_and_a_rule_that_lets_it_pass_is_found(shop, world, replayed):
    world["strange"] = True
    run_id = shop.start("odd")
    shop.work()
    assert replayed(run_id).differences == []
    world.pop("strange")
    (first,) = replayed(run_id).differences
    assert (first.where, first.was, first.now) == ("see", "stops: strange", "goes on")


def test_a_hundred_stored_runs_replay_with_no_difference(shop, replayed):
    for batch in range(10):
        for number in range(10):
            shop.start(f"thing{batch}-{number}")
        shop.work()
    runs = regress.stored_runs(since=None)
    assert len(runs) == 100
    assert [one for run_id in runs for one in replayed(run_id).differences] == []


def test_nothing_can_be_written_while_a_run_is_replayed(shop, replayed, monkeypatch):
    run_id = shop.start()
    shop.work()

    def meddles(self, step, result, results):
        Run.objects.filter(pk=run_id).update(stage="elsewhere")

    monkeypatch.setattr(type(SHOP), "judge", meddles)
    with pytest.raises(InternalError, match="read-only"):
        replayed(run_id)


def test_a_result_that_was_changed_in_the_record_is_found(shop, replayed):
    run_id = shop.start()
    shop.work()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE runs_step DISABLE TRIGGER USER")
        cursor.execute('UPDATE runs_step SET output = \'{"amount": "11", "what": "lamp"}\' WHERE name = \'see\'')
        cursor.execute("ALTER TABLE runs_step ENABLE TRIGGER USER")
    (first,) = replayed(run_id).differences
    assert (first.matters, first.where) == (Matters.RECORD, "")
    assert "see" in first.now


def test_a_changed_result_shows_in_what_follows_from_it_even_where_no_trail_is_asked(shop):
    run_id = shop.start()
    shop.work()
    tape = read_tape(run_id)
    tape.steps[0]["output"]["amount"] = "11"
    (first,) = play(tape).differences
    assert (first.matters, first.where, first.what) == (Matters.OUTCOME, "proposal 1", "sale.amount")
    assert (first.was, first.now) == ("10", "11")


@pytest.mark.parametrize(
    ("name", "changed", "where", "what"),
    [
        ("judge", lambda *given: Stuck(Reason("odd", "Odd.")), "see", "the verdict"),
        ("plan", lambda self, goal: [Planned("see", "look", {"what": "x"}, "looking")], "", "the plan length"),
        (
            "assess",
            lambda self, label, actions, results, goal: Assessment(
                sentence=f"Sell {results['see']['what']} for {results['see']['amount']} EUR.",
                confidence=Decimal("0.9"),
                counterparty=f"buyer:{results['see']['what']}",
                checks=(Check("price", "amount", "1", "2", False, Severity.WARNS, "dear", "Too dear."),),
            ),
            "proposal 1",
            "check price",
        ),
    ],
)
def test_a_changed_rule_is_found_where_it_first_decides_otherwise(
    shop, replayed, monkeypatch, name, changed, where, what
):
    run_id = shop.start()
    shop.work()
    monkeypatch.setattr(type(SHOP), name, changed)
    first = replayed(run_id).differences[0]
    assert (first.matters, first.where, first.what) == (Matters.OUTCOME, where, what)


def test_a_changed_ceiling_of_the_house_is_found(shop, replayed, settings):
    from runs.proposing.facts import house

    run_id = shop.start()
    shop.work()
    settings.HOUSE_CEILING = {**settings.HOUSE_CEILING, "item_limit": Decimal(5)}
    house.cache_clear()
    try:
        first = replayed(run_id).differences[0]
    finally:
        house.cache_clear()
    assert (first.where, first.what, first.was, first.now) == ("proposal 1", "verdict", "allow", "review")


def test_confidence_and_wording_are_told_and_stop_nothing(shop, replayed, monkeypatch):
    run_id = shop.start()
    shop.work()
    told = SHOP.assess

    def otherwise(self, *given):
        return replace(told(*given), sentence="Sell it.", confidence=Decimal("0.88"))

    monkeypatch.setattr(type(SHOP), "assess", otherwise)
    played = replayed(run_id)
    assert [one.matters for one in played.differences] == [Matters.CONFIDENCE, Matters.WORDING]
    assert len(regress.Allowed().broken(played)) == 1
    assert regress.Allowed(confidence=Decimal("0.05")).broken(played) == []


def test_with_live_tools_what_they_say_now_is_held_against_what_they_said(shop, world, replayed):
    run_id = shop.start()
    shop.work()
    assert replayed(run_id, live_tools=True).differences == []
    world["amount"] = "12"
    assert replayed(run_id).differences == []
    (first,) = replayed(run_id, live_tools=True).differences
    assert (first.where, first.what, first.was, first.now) == ("see", "says amount", "10", "12")
    assert world["sold"] == ["lamp"]


def test_what_people_answered_is_answered_again_and_another_question_is_found(shop, world, replayed):
    world["ask"] = True
    run_id = shop.start()
    shop.work()
    with transaction.atomic():
        answerer = User.objects.create(email="a@example.test", name="Ann", kind="person", password="!")
        run = steering.lock_run(run_id)
        asked = Await.objects.get(run_id=run_id)
        steering.answer_await(run, asked.pk, answer={"answer": "shade"}, by=answerer, now=datetime.now(UTC))
    shop.work()
    assert shop.run(run_id).status == "completed"
    assert replayed(run_id).differences == []
    tape = read_tape(run_id)
    tape.asks[0]["request"]["question"] = "Which two?"
    tape.asks[0]["digest"] = "0" * 64
    (first,) = play(tape).differences
    assert (first.where, first.what, first.was, first.now) == ("see", "question", "Which two?", "Which one?")


def test_recorded_answers_of_a_model_are_given_again_and_a_changed_prompt_is_found(
    thinker, provider, replayed, monkeypatch
):
    provider.script = lambda body: text("A lamp.")
    run_id = thinker.start()
    assert thinker.whole(run_id).status == "completed"
    calls = ModelCall.objects.count()
    assert replayed(run_id).differences == []

    asked = thinking.question
    monkeypatch.setattr(
        thinking, "question", lambda *given, **more: asked(*given, **more).model_copy(
            update={"system": (Words(text="Say what it is not."),)}
        ),
    )  # fmt: skip
    (first,) = replayed(run_id).differences
    assert (first.matters, first.where, first.what) == (Matters.PROMPT, "guess", "question 1, system.0.text")
    assert (first.was, first.now) == ("Say what it is.", "Say what it is not.")
    assert (ModelCall.objects.count(), len(provider.asked)) == (calls, 1)


def test_the_same_question_about_a_world_that_moved_is_told_apart_from_a_changed_prompt(
    thinker, provider, replayed, monkeypatch
):
    run_id = thinker.start()
    thinker.whole(run_id)
    asked = thinking.question
    monkeypatch.setattr(thinking, "question", lambda what, **more: asked(f"{what}!", **more))
    assert [one.matters for one in replayed(run_id).differences] == [Matters.WORLD]


@pytest.fixture
def forgotten():
    """Named first, it ends last: when code and prompts are again what they were, agents are made of them anew."""
    yield
    forget_versions()


def test_a_version_is_replayed_with_the_prompts_and_stages_it_had_and_what_is_not_kept_is_said(
    forgotten, thinker, provider, replayed, monkeypatch
):
    provider.script = lambda body: text("A lamp.")
    old_run = thinker.start()
    thinker.whole(old_run)
    old = shop_run(old_run).version_id
    asked, agent = thinking.question, agents.get("thinker")
    system = (Words(text="Say what it is not."),)
    monkeypatch.setattr(thinking, "question", lambda *a, **m: asked(*a, **m).model_copy(update={"system": system}))
    monkeypatch.setattr(type(agent), "code_version", "2")
    forget_versions()
    new_run = thinker.start()
    thinker.whole(new_run)
    new = shop_run(new_run).version_id

    assert [one.matters for one in replayed(old_run).differences] == [Matters.PROMPT]
    own = replayed(old_run, version=old)  # asked in its own words: all that differs is today's prompt
    assert own.differences == []
    assert own.cannot_tell == [
        f"Version {old[:12]} was made of code 1, this is code 2: how that code planned, judged and assessed is not"
        " kept, so today's rules stand in for it."
    ]
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("replay", str(new_run), "--version", old[:12], stdout=out)
    first, *_ = out.getvalue().splitlines()
    assert first == (
        "prompt: revision 1, guess: question 1, system.0.text: recorded Say what it is not., now Say what it is."
    )
    assert "cannot tell: What a model would have answered to that is not known" in out.getvalue()

    body = {**agent.version_body, "code": "0", "tools": {"guess": "f" * 64}, "stage_tools": {"looking": []}}
    bare = AgentVersion.objects.create(hash="e" * 64, agent="thinker", body=body)  # nothing ran under it
    found = replayed(new_run, version=bare.hash)
    assert [(one.matters, one.now) for one in found.differences] == [(Matters.OUTCOME, "tool_not_allowed")]
    assert (
        "guess was another tool in version eeeeeeeeeeee: what it answered then stands in for it." in found.cannot_tell
    )
    AgentVersion.objects.create(hash="d" * 64, agent="thinker", body={**agent.version_body, "code": "0"})
    unasked = replayed(new_run, version="d" * 64)
    assert unasked.differences == []
    assert "kept a question under shop.guess: today's prompt stands in." in unasked.cannot_tell[-1]
    assert replayed(new_run, version=new).cannot_tell == []
    with pytest.raises(regress.NoSuchVersion, match="made of code 1; this is code 2"):
        regress.version_named(old, "thinker")


def shop_run(run_id):
    return Run.objects.get(pk=run_id)


def test_a_step_that_asks_once_more_than_it_did_is_found(thinker, provider, world, replayed):
    run_id = thinker.start()
    thinker.whole(run_id)
    world["questions"] = 2
    (first,) = replayed(run_id).differences
    assert (first.matters, first.what) == (Matters.OUTCOME, "question 2")


def test_the_command_says_what_differs_and_its_exit_code_says_whether(shop, replayed, monkeypatch):
    run_id = shop.start()
    shop.work()
    number, out = shop.run(run_id).number, StringIO()
    call_command("replay", f"R-{number}", stdout=out)
    assert out.getvalue().strip().endswith("compared, 0 differences")
    call_command("replay", str(run_id), "--version", "current", "--live-tools", stdout=out)
    monkeypatch.setattr(type(SHOP), "judge", lambda *given: Stuck(Reason("odd", "Odd.")))
    with pytest.raises(SystemExit) as left:
        call_command("replay", str(number), stdout=out)
    assert left.value.code == 1
    assert "outcome: revision 1, see: the verdict: recorded goes on, now stops: odd" in out.getvalue()
    with pytest.raises(CommandError, match="no run R-0"):
        call_command("replay", "R-0")
    with pytest.raises(CommandError, match="No version of shop"):
        call_command("replay", str(number), "--version", "ffff")


def test_stored_runs_are_a_regression_suite_in_the_database_and_as_a_file(shop, many, tmp_path, monkeypatch):
    out, file = StringIO(), tmp_path / "golden.jsonl"
    call_command("regress", "--since", "2020-01-01", "--version", "current", stdout=out)
    assert f"{len(many)} runs, " in out.getvalue()
    assert out.getvalue().strip().endswith(", 0 would go otherwise")
    call_command("regress", "--write", str(file), "--agent", "shop", stdout=out)
    call_command("regress", "--read", str(file), stdout=out)
    judge = SHOP.judge

    def strict(self, step, result, results):
        odd = results["input"]["what"] == "chair0"
        return Stuck(Reason("odd", "Odd.")) if odd else judge(step, result, results)

    monkeypatch.setattr(type(SHOP), "judge", strict)
    with pytest.raises(SystemExit) as left:
        call_command("regress", "--read", str(file), stdout=out)
    assert left.value.code == 1
    last = out.getvalue().strip().splitlines()
    assert last[-1].endswith(", 1 would go otherwise")
    assert "see: the verdict: recorded goes on, now stops: odd" in last[-2]


def test_another_plan_or_argument_of_the_plan_is_found(shop, replayed, monkeypatch):
    run_id = shop.start()
    shop.work()
    plan = SHOP.plan(None)
    plan[1] = Planned("peek", "glance", {"what": Ref("input.what")}, "looking", together="both")
    monkeypatch.setattr(type(SHOP), "plan", lambda self, goal: plan)
    (first,) = replayed(run_id).differences
    assert first.what.startswith("the plan 1.args.what")


def test_a_rule_that_stopped_a_proposal_and_is_gone_is_found(shop, replayed, monkeypatch):
    with monkeypatch.context() as then:
        stuck = Assessment("Nothing.", stuck=Reason("too_odd", "Too odd to be proposed."))
        then.setattr(type(SHOP), "assess", lambda *_: stuck)
        run_id = shop.start()
        shop.work()
        assert Run.objects.get(pk=run_id).awaiting == "review"
        assert replayed(run_id).differences == []
    (first,) = replayed(run_id).differences
    assert (first.what, first.was, first.now) == ("is proposed", "no: too_odd", "sale")


def test_arguments_that_were_refused_and_fit_today_are_found(shop):
    run_id = shop.start()
    shop.work()
    tape = read_tape(run_id)
    tape.steps[0].update(status="refused", note="invalid_arguments", output={"problems": []})
    (first,) = play(tape).differences
    assert (first.where, first.what, first.was) == ("see", "arguments", "refused")


@pytest.mark.parametrize("code", ["illegal_stage", "tool_not_allowed"])
def test_a_stage_that_stopped_the_run_and_lets_it_go_on_today_is_found(shop, code):
    run_id = shop.start()
    shop.work()
    tape = read_tape(run_id)
    tape.events.append(
        {**tape.events[-1], "revision": 1, "action": "run.stuck", "reason": code, "data": {"position": 0}}
    )
    (first,) = play(tape).differences
    assert (first.where, first.what, first.was, first.now) == ("see", "stops", code, "goes on")
