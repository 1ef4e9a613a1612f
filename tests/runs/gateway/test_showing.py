"""What was said to and by a model is kept whole, and shown nowhere but masked: canaries are put in and looked for."""

import logging

from agentops.core.audit.models import AuditEntry
from runs.gateway.showing import exchange_shown, question_shown
from runs.models import Await, ModelCall, Run, Step, ToolCall
from tests.providers.messages import text

CARD, ACCOUNT = "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00"
KEY = "sk-" + "canary" + "0123456789abcdef"
CANARIES = (CARD, ACCOUNT, KEY)


def test_canaries_in_question_and_answer_are_masked_where_people_look_and_in_no_row_or_log(thinker, provider, caplog):
    provider.script = lambda body: text(f"Paid with {CARD} from {ACCOUNT}; the key is {KEY}.")
    with caplog.at_level(logging.DEBUG):
        run_id = thinker.start(f"thing {CARD} {ACCOUNT} {KEY}")
        assert thinker.whole(run_id).status == "completed"
    call = thinker.call(run_id)
    shown = str(question_shown(call)) + str(exchange_shown(call))
    assert "Say what it is." in shown
    assert "Paid with" in shown
    assert [one for one in CANARIES if one in shown] == []
    sent = str(provider.asked)
    assert [one for one in CANARIES if one not in sent] == []  # the model was asked exactly

    rows = [*ModelCall.objects.values(), *Await.objects.values(), *Run.objects.values()]
    rows += AuditEntry.objects.filter(stream=f"run:{run_id}").values()
    told = str(rows) + caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert [one for one in CANARIES if one in told] == []


def test_results_of_steps_are_the_runs_own_and_hold_what_was_said(thinker, provider):
    """What a step makes of an answer is its result: kept exactly, as every tool's is, and masked on pages."""
    provider.script = lambda body: text(CARD)
    run_id = thinker.start()
    thinker.whole(run_id)
    assert CARD in str(Step.objects.get(run_id=run_id).output)
    assert CARD not in str(list(ToolCall.objects.filter(run_id=run_id).values("input", "error")))
