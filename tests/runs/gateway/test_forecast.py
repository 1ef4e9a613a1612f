"""What an agent takes before it is deployed, and what is unlike itself afterwards."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from runs import anomalies, sql
from runs.agents import agents
from runs.gateway.forecast import forecast
from runs.models import ModelCall, Run
from tests.providers.messages import text


def told(*args, **options):
    out = StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


def test_before_it_ever_ran_an_agent_is_weighed_by_what_its_tools_would_ask(thinker, provider):
    found = forecast(agents.get("thinker"), runs_a_day=Decimal(100), loops=Decimal(3), retries=Decimal("0.5"))
    (line,) = found.lines
    assert (line.prompt, line.model, line.measured, line.known) == (
        "shop.guess/1", "anthropic:claude-haiku-5-5", False, True,
    )  # fmt: skip
    assert (line.out, line.tools) == (100, 0)
    assert line.system > 5
    assert line.given > line.system
    assert line.per_run == Decimal("4.5")
    assert found.tokens == line.per_run * (line.system + line.given + line.out)
    assert (ModelCall.objects.count(), Run.objects.count(), provider.asked) == (0, 0, [])


def test_with_runs_it_is_measured_on_them(thinker, provider):
    provider.script = lambda body: text("A lamp.", usage={"input_tokens": 300, "output_tokens": 50})
    for number in range(3):
        thinker.whole(thinker.start(f"lamp{number}"))
    found = forecast(agents.get("thinker"))
    (line,) = found.lines
    assert (line.measured, found.seen, line.out, line.times, line.retries) == (True, 3, 50, Decimal(1), Decimal(0))
    assert line.system + line.tools + line.given == pytest.approx(300, abs=2)
    assert found.money == Decimal("0.000055")  # 300 in at 0.10 and 50 out at 0.50 dollars a million
    said = told("estimate", "thinker", runs_per_day=Decimal(1000))
    assert "measured on 3 runs" in said
    assert "per month" in said
    assert "the day's money of the agent is 50" in said
    assert '"tokens_per_run":"350"' in told("estimate", "thinker", json=True)


def test_who_asks_nothing_and_who_is_unknown_are_said(thinker):
    assert "asks no model" in told("estimate", "shop")
    with pytest.raises(CommandError, match="no agent named 'nobody'"):
        call_command("estimate", "nobody")


def test_a_tool_that_is_refused_as_never_before_is_unusual_and_the_exit_code_says_so(thinker, world):
    for number in range(8):
        thinker.start(f"lamp{number}", agent="shop")
    thinker.work()
    sql.query("ALTER TABLE runs_toolcall DISABLE TRIGGER USER")
    sql.query("UPDATE runs_toolcall SET started_at = now() - interval '9 days'")
    sql.query("ALTER TABLE runs_toolcall ENABLE TRIGGER USER")
    assert anomalies.tools() == []

    world["look_fails"] = True
    for number in range(8):
        thinker.start(f"chair{number}", agent="shop")
    thinker.work()
    (look,) = (one for one in anomalies.tools() if one.name == "look")
    assert (look.count, look.rate, look.before, look.unusual) == (8, 1.0, 0.0, True)
    assert look.detail == "source_away"
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("anomalies", stdout=out)
    assert "UNUSUAL" in out.getvalue()


def test_runs_that_cost_far_more_than_before_are_unusual(thinker, provider):
    provider.script = lambda body: text("A lamp.", usage={"input_tokens": 30, "output_tokens": 5})
    for number in range(6):
        thinker.whole(thinker.start(f"lamp{number}"))
    sql.query("ALTER TABLE runs_run DISABLE TRIGGER USER")
    sql.query("UPDATE runs_run SET created_at = now() - interval '9 days'")
    sql.query("ALTER TABLE runs_run ENABLE TRIGGER USER")
    provider.script = lambda body: text("A lamp.", usage={"input_tokens": 3000, "output_tokens": 150})
    for number in range(6):
        thinker.whole(thinker.start(f"chair{number}"))
    (money,) = anomalies.spending()
    assert (money.name, money.unusual, money.count) == ("thinker", True, 6)
    assert money.rate > 10 * money.before
    assert timezone.now() - Run.objects.earliest("created_at").created_at > timedelta(days=8)


def test_what_does_not_fit_the_days_money_says_how_much_there_is(thinker, provider, settings):
    settings.MODEL_DAY_COST = {**settings.MODEL_DAY_COST, "agent": Decimal("0.000001")}
    run_id = thinker.start()
    thinker.work()
    (reason,) = thinker.people.asks[-1].reasons
    assert reason.numbers["model/agent/thinker"] == "0 of 0.000001"
    assert Decimal(reason.numbers["needed"]) > 0
    assert thinker.people.asks[-1].context["question"]["prompt"] == "shop.guess/1"
    assert anomalies.stopped() == [("thinker", "model_budget_of_the_day", 1)]
    assert thinker.run(run_id).awaiting == "review"
