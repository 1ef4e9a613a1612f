"""Transactional tools: in the caller's transaction, all or nothing, within their time."""

import contextlib
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.db.transaction import TransactionManagementError

from tools_registry.kinds import Effect, Impact
from tools_registry.models import Tool, ToolVersion
from tools_registry.pipe import invoke_transactional
from tools_registry.results import Empty, Failed, Refused, ToolFailed, ToolRefused, Value
from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool

pytestmark = pytest.mark.django_db


class Entry(ToolInput):
    name: str


class Booked(ToolOutput):
    name: str


def booking(after=lambda: None, **declared):
    """A tool that writes a row and then does something more."""

    def book(entry: Entry, *, call: ToolCall) -> Booked | Empty:
        """Book an entry."""
        assert call.locking
        ToolVersion.objects.create(
            hash=entry.name, name=entry.name, schema={}, impact="write", effect="transactional", revision=1
        )
        return after() or Booked(name=entry.name)

    usual = {
        "impact": Impact.WRITE,
        "effect": Effect.TRANSACTIONAL,
        "reference": lambda entry: f"entry:{entry.name}",
    }
    return tool(**{**usual, "register": False, **declared})(book)


def raises(error: BaseException):
    def fail() -> None:
        raise error

    return fail


def booked() -> list[str]:
    return sorted(ToolVersion.objects.filter(schema={}).values_list("name", flat=True))


def test_it_is_booked_with_the_caller_s_transaction(call):
    with transaction.atomic():
        outcome = invoke_transactional(booking(), {"name": "a"}, call)
        assert not call.locking
    assert outcome.result == Value({"name": "a"})
    (attempt,) = outcome.attempts
    assert attempt.result_kind == "value"
    assert booked() == ["a"]


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (ToolRefused("closed", "The period is closed"), Refused("closed", "The period is closed")),
        (ToolFailed("later", "Not now", 5), Failed("later", "Not now", 5)),
        (KeyError("a defect"), Failed("crashed", "KeyError: 'a defect'")),
    ],
)
def test_what_it_changed_is_taken_back_unless_it_answered(error, result, call):
    with transaction.atomic():
        invoke_transactional(booking(), {"name": "before"}, call)
        outcome = invoke_transactional(booking(raises(error)), {"name": "a"}, call)
        invoke_transactional(booking(), {"name": "after"}, call)
    assert outcome.result == result
    assert booked() == ["after", "before"]


def test_an_empty_answer_is_an_answer(call):
    outcome = invoke_transactional(booking(lambda: Empty(note="nothing to do")), {"name": "a"}, call)
    assert outcome.result == Empty({}, "nothing to do")


def test_a_constraint_refuses_by_its_name_and_the_transaction_goes_on(call):
    def spoil() -> None:
        Tool.objects.create(name="x", current_id="missing")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    outcome = invoke_transactional(booking(spoil), {"name": "a"}, call)
    assert isinstance(outcome.result, Refused)
    assert outcome.result.code == "constraint"
    assert "tools_registry_tool_current_id" in outcome.result.message
    assert booked() == []
    assert invoke_transactional(booking(), {"name": "b"}, call).result.kind == "value"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("SELECT 'x'::int", "database_refused"),
        ("SELECT 1 / 0", "database_refused"),
        ("SELECT * FROM there_is_no_such_table", "database_refused"),
        ("INSERT INTO tools_registry_tool (name) VALUES ('x')", "constraint"),
    ],
)
def test_what_the_database_will_never_take_is_a_no_and_the_transaction_goes_on(statement, code, call):
    def spoil() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    outcome = invoke_transactional(booking(spoil), {"name": "a"}, call)
    assert (outcome.result.kind, outcome.result.code) == ("refused", code)
    assert booked() == []
    assert invoke_transactional(booking(), {"name": "b"}, call).result.kind == "value"


def test_a_text_that_cannot_be_stored_is_a_no(call):
    def spoil() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s", ["a\x00b"])

    outcome = invoke_transactional(booking(spoil), {"name": "a"}, call)
    assert (outcome.result.kind, outcome.result.code) == ("refused", "database_refused")


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03", "53300"])
def test_a_deadlock_or_a_serialization_failure_is_worth_another_try(state, call):
    def spoil() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '{state}'; END $$")

    outcome = invoke_transactional(booking(spoil), {"name": "a"}, call)
    assert (outcome.result.kind, outcome.result.code) == ("failed", "database_busy")
    assert booked() == []


def test_an_inner_atomic_block_that_fails_does_not_poison_the_caller_s(call):
    def inner() -> None:
        with transaction.atomic(savepoint=False):
            raise ToolRefused("no")

    with transaction.atomic():
        assert invoke_transactional(booking(inner), {"name": "a"}, call).result.kind == "refused"
        assert invoke_transactional(booking(), {"name": "b"}, call).result.kind == "value"
    assert booked() == ["b"]


def test_a_failure_that_a_tool_passes_over_is_not_a_success(call):
    def pass_over() -> None:
        with contextlib.suppress(ValueError), transaction.atomic(savepoint=False):
            raise ValueError

    with transaction.atomic():
        outcome = invoke_transactional(booking(pass_over), {"name": "a"}, call)
    assert (outcome.result.kind, outcome.result.code) == ("failed", "crashed")
    assert booked() == []


def test_a_statement_that_takes_too_long_is_stopped_by_the_database(call):
    def slow() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(60)")

    began = time.monotonic()
    spec = booking(slow, timeout=timedelta(seconds=0.1))
    outcome = invoke_transactional(spec, {"name": "a"}, call)
    assert (outcome.result.kind, outcome.result.code) == ("failed", "timeout")
    assert time.monotonic() - began < 30
    assert booked() == []


def test_its_time_limit_ends_with_it(call):
    def limit() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            return cursor.fetchone()[0]

    before = limit()
    invoke_transactional(booking(timeout=timedelta(seconds=7)), {"name": "a"}, call)
    assert limit() == before
    invoke_transactional(booking(raises(ToolRefused("no")), timeout=timedelta(seconds=7)), {"name": "b"}, call)
    assert limit() == before


def test_what_a_failed_tool_wanted_done_after_the_commit_is_not_done(call, django_capture_on_commit_callbacks):
    rung = []

    def ring_and_fail() -> None:
        transaction.on_commit(lambda: rung.append("failed"))
        raise ToolRefused("no")

    def ring() -> None:
        transaction.on_commit(lambda: rung.append("booked"))

    with django_capture_on_commit_callbacks(execute=True):
        invoke_transactional(booking(ring), {"name": "a"}, call)
        invoke_transactional(booking(ring_and_fail), {"name": "b"}, call)
    assert rung == ["booked"]


def test_asking_people_from_inside_takes_everything_back(call):
    class MustWait(BaseException):
        pass

    with pytest.raises(MustWait):
        invoke_transactional(booking(raises(MustWait())), {"name": "a"}, call)
    assert booked() == []
    assert not call.locking


def test_invalid_arguments_cost_no_savepoint(call, django_assert_num_queries):
    spec = booking()
    with django_assert_num_queries(0):
        assert invoke_transactional(spec, {}, call).result.code == "invalid_arguments"


@pytest.mark.django_db(transaction=True)
def test_it_is_not_done_outside_a_transaction(call):
    with pytest.raises(TransactionManagementError):
        invoke_transactional(booking(), {"name": "a"}, call)


@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_is_the_caller_s_to_know(call):
    def lose() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    def in_a_transaction() -> None:
        with transaction.atomic():
            invoke_transactional(booking(lose), {"name": "a"}, call)

    with pytest.raises(OperationalError):
        in_a_transaction()
    connection.close()
    assert booked() == []
