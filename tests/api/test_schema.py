"""The API does what its schema says: requests made up from it, right ones and wrong ones, with a token and without.

A bounded few, the same each time. Made up bytes are no invoice and made up cursors were never given, so where those
go in, 422 is a right answer to a request that the schema allows.
"""

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck
from schemathesis.specs.openapi.checks import positive_data_acceptance

from agentops.wsgi import application

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
CLOSED = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
CLOSED.config.phases.coverage.enabled = False  # a shut door is tried a few times, not from every side
MAY_REFUSE = {"start_run", "start_batch", "list_runs", "list_events", "list_reviews"}
bounded = hypothesis.settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def plenty(settings):
    settings.API_RATE_TOKEN = settings.API_RATE_USER = 1_000_000


@pytest.fixture(autouse=True)
def one_connection():
    """The test's transaction outlives each request: its connection is not closed in between."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def shown(program, lying):
    """A token of somebody who has a run."""
    client = program()
    lying(client.owner)
    return {"Authorization": f"Bearer {client.secret}"}


@SCHEMA.parametrize()
@bounded
def test_with_a_token_every_answer_is_one_the_schema_tells(case, shown):
    excluded = [positive_data_acceptance] if case.operation.definition.raw["operationId"] in MAY_REFUSE else []
    case.call_and_validate(headers=shown, excluded_checks=excluded)


@CLOSED.parametrize()
@bounded
def test_without_a_token_every_answer_is_401_as_the_schema_tells(case):
    answer = case.call(headers={"Authorization": "Bearer agops_nobody"})
    assert answer.status_code in (401, 404, 405)
    case.validate_response(answer, excluded_checks=[positive_data_acceptance])
