"""Going around the services: what the database itself does not let through."""

import pytest
from django.db import IntegrityError, transaction

from runs import sql
from runs.models import ModelCall


def refused(statement, *values):
    with pytest.raises(Exception, match=r"runs_modelcall|model_call|core_") as caught, transaction.atomic():
        sql.query(statement, values)
    return str(caught.value)


@pytest.fixture
def due(thinker, provider):
    run_id = thinker.start()
    thinker.work()
    return thinker.call(run_id)


def test_a_call_moves_only_as_the_gateway_moves_it(due):
    assert "cannot become" in refused(
        "UPDATE runs_modelcall SET status = 'answered', due_at = NULL WHERE id = %s", due.pk
    )
    assert "epoch" in refused("UPDATE runs_modelcall SET status = 'sent' WHERE id = %s", due.pk)
    assert "does not change" in refused("UPDATE runs_modelcall SET model = 'other' WHERE id = %s", due.pk)
    assert "does not change" in refused("UPDATE runs_modelcall SET reserved_cost = 0 WHERE id = %s", due.pk)
    refused("DELETE FROM runs_modelcall WHERE id = %s", due.pk)


def test_an_ended_call_never_changes(thinker, due):
    thinker.perform()
    refused("UPDATE runs_modelcall SET cost = 0 WHERE id = %s", due.pk)
    refused("UPDATE runs_modelcall SET error = 'x' WHERE id = %s", due.pk)


def test_a_question_has_one_open_call(due):
    again = ModelCall.objects.get(pk=due.pk)
    again.pk, again.attempt = None, 2
    with pytest.raises(IntegrityError, match="model_call_is_open_once_per_question"), transaction.atomic():
        again.save(force_insert=True)


def test_a_reservation_beyond_the_runs_budget_is_refused_by_the_database(due):
    more = ModelCall.objects.get(pk=due.pk)
    more.pk, more.attempt, more.question_id, more.request_digest = None, 1, None, "f" * 64
    more.reserved_tokens = 10_000_000
    with pytest.raises(IntegrityError, match="budget of the run"), transaction.atomic():
        more.save(force_insert=True)
    more.reserved_tokens, more.reserved_cost = 1, 10**12
    with pytest.raises(IntegrityError, match="budget of the run"), transaction.atomic():
        more.save(force_insert=True)
