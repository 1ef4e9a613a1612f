"""Every line that is logged is one JSON object, in order, without secrets."""

import io
import json
import logging
import logging.config

import pytest
import structlog

from agentops import logs


@pytest.fixture
def lines():
    """Logs as in production, into memory; the session's own logging comes back afterwards."""
    before = logging.root.handlers[:], logging.root.level
    out = io.StringIO()
    configuration = logs.configuration("INFO", "json")
    configuration["handlers"]["stderr"]["stream"] = out
    logging.config.dictConfig(configuration)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    logging.root.handlers[:], logging.root.level = before


def test_a_line_carries_the_facts_in_order(lines):
    structlog.get_logger("runs").info(
        "step.done",
        outcome="value",
        tool="find_vendor",
        run="r1",
        agent="a",
        step="s",
        duration_ms=3,
        tokens=0,
        cost="0.00",
    )
    (line,) = lines()
    assert list(line)[:10] == [
        "timestamp",
        "level",
        "event",
        "agent",
        "run",
        "step",
        "tool",
        "duration_ms",
        "tokens",
        "cost",
    ]
    assert (line["level"], line["event"], line["outcome"], line["logger"]) == (
        "info",
        "step.done",
        "value",
        "runs",
    )


def test_the_standard_library_writes_the_same_lines(lines):
    logging.getLogger("runs.bell").warning("bell.lost for %s", "run 7", extra={"run": "r7", "error": "ConnectionError"})
    (line,) = lines()
    assert (line["level"], line["event"], line["run"], line["error"]) == (
        "warning",
        "bell.lost for run 7",
        "r7",
        "ConnectionError",
    )


def test_secrets_and_account_numbers_do_not_reach_the_log(lines):
    logging.getLogger("x").error(
        "paid to DE89370400440532013000",
        extra={"password": "hunter2hunter2", "url": "redis://:opensesame@h/0"},
    )
    said = json.dumps(lines())
    for secret in ("DE89370400440532013000", "hunter2hunter2", "opensesame"):
        assert secret not in said


def test_an_error_is_one_line_with_its_traceback(lines):
    try:
        raise ValueError("no such thing")
    except ValueError:
        logging.getLogger("x").exception("failed")
    (line,) = lines()
    assert "ValueError: no such thing" in line["exception"]
