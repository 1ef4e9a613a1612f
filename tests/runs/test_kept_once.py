"""A large argument that is a whole earlier result stands in its own row only, and can still be told exactly."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from agentops.core.audit.verify import verify
from runs.leased import LeasedRun, call_digest
from runs.models import Proposal, Run, Step, ToolCall
from runs.proving import rows_of_trail
from runs.queries import exact_input
from runs.rows import whole_facts
from runs.sql import Unstorable, dumps, loads

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


def test_a_proposal_keeps_what_the_gate_was_told_once(shop, world):
    world["amount"] = "250"
    run_id = shop.start("lamp")
    shop.work()
    proposal = Proposal.objects.get(run_id=run_id)
    actions = list(proposal.actions.order_by("ordinal"))
    for said in proposal.body["facts"]["actions"]:
        assert not {"args", "tool", "tool_version", "reference"} & said.keys()
    facts = whole_facts(proposal.body["facts"], actions)
    assert [(fact.tool, fact.args, fact.reference) for fact in facts.actions] == [
        (action.tool, action.args, action.reference) for action in actions
    ]
    assert facts.actions[0].amount == 250
    kept_whole = facts.as_json()  # as proposals were kept before
    assert whole_facts(kept_whole, actions) == facts


def test_the_events_of_a_run_prove_its_rows(shop, world):
    """From the rows and the run's salt alone."""
    run_id = shop.start(LONG)
    shop.work()
    found = list(rows_of_trail())
    assert {row.stream for row in found} == {f"run:{run_id}"}
    assert [row.sentence for row in found if row.sentence] == []
    assert len(found) == Step.objects.filter(run_id=run_id).count() + ToolCall.objects.filter(run_id=run_id).count() > 5
    assert verify(rows=True).ok
    out = StringIO()
    call_command("audit_verify", "--rows", stdout=out)
    assert f"{len(found)} rows that entries vouch for; all fit" in out.getvalue()


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ('UPDATE runs_step SET output = \'{"amount":"1","what":"x"}\' WHERE seq = 0', "step"),
        ("UPDATE runs_toolcall SET tool = 'other' WHERE seq = 1", "call"),
        ('UPDATE runs_runinput SET input = \'{"what":"lamp"}\'', "call"),
        ("DELETE FROM runs_toolcall WHERE seq = 0", "call"),
    ],
)
def test_a_row_that_was_changed_past_its_triggers_is_named(shop, world, statement, kind):
    run_id = shop.start(LONG)
    shop.work()
    with connection.cursor() as cursor:
        for table in ("runs_step", "runs_toolcall", "runs_runinput"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"{statement} {'AND' if 'WHERE' in statement else 'WHERE'} run_id = %s", [run_id])
        for table in ("runs_step", "runs_toolcall", "runs_runinput"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            for trigger in ("never_changes", "never_emptied"):
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{trigger}")
    assert verify().ok  # the trail itself is as it was
    report = verify(rows=True)
    assert not report.ok
    assert {problem.code for problem in report.problems} == {"row"}
    assert f"the {kind} (" in report.first_bad.sentence


def test_what_is_kept_is_kept_as_it_was_spelled(shop, world):
    run_id = shop.start("lamp")
    shop.work()
    with connection.cursor() as cursor:
        cursor.execute("SELECT output::text FROM runs_step WHERE run_id = %s AND seq = 0", [run_id])
        ((spelled,),) = cursor.fetchall()
    assert spelled == '{"amount":"10","what":"lamp"}'


@pytest.mark.parametrize("text", ["\0", "a\0b", "\\\0"])
def test_a_nul_in_a_result_is_refused_before_it_is_written(text):
    with pytest.raises(Unstorable, match="NUL"):
        dumps({"what": text})


@pytest.mark.parametrize("text", ["\\u0000", "u0000", "\\\\u0000"])
def test_what_only_looks_like_a_nul_is_kept(text):
    assert loads(dumps({"what": text})) == {"what": text}
