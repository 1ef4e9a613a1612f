"""The pipe for transactional tools: in the checkpoint's transaction, once, in a savepoint, timed."""

from collections.abc import Callable, Mapping
from typing import Any

import psycopg
from django.db import DatabaseError, Error, IntegrityError, InterfaceError, connection, transaction

from tools_registry.calling import Outcome, attempt, refused_arguments
from tools_registry.database_errors import Meaning, meaning_of, sentence_of
from tools_registry.results import Empty, InvalidArguments, ToolFailed, ToolRefused, Value
from tools_registry.tool import ToolCall, ToolInput, ToolSpec


def invoke_transactional(
    spec: ToolSpec, args: Mapping[str, Any] | ToolInput, call: ToolCall, *, savepoint: bool = True
) -> Outcome:
    """Call a transactional tool; unless it answered, everything it changed is taken back.

    One attempt; `spec.timeout` bounds each of its statements. Without a savepoint (three round trips less) the
    caller has set that limit, and takes back its own transaction unless the tool answered. A constraint that refuses is
    `Refused("constraint")` with the constraint's name as the message, data that the database does not take is
    `Refused("database_refused")`; a deadlock or a serialization failure is `Failed("database_busy")`. Raises
    `TransactionManagementError` outside a transaction, and the database's own error where the connection is lost:
    the caller's transaction is over then.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(f"{spec.name} is performed inside a transaction")
    try:
        model = spec.validate(args)
    except InvalidArguments as error:
        return Outcome(refused_arguments(error))

    if not savepoint:
        call.locking = True
        try:
            answer = attempt(spec, _translated(spec.function), model, call)
        except _Lost as lost:
            raise lost.error from None
        finally:
            call.locking = False
        return Outcome(answer.result, (answer.attempt,))

    promised = len(connection.run_on_commit)
    # Two statements in one round trip: this is on the way of every posted invoice.
    _execute(f"SAVEPOINT tool; SET LOCAL statement_timeout = {int(spec.timeout_seconds * 1000)}")
    call.locking = True
    try:
        answer = attempt(spec, _translated(spec.function), model, call)
    except _Lost as lost:
        raise lost.error from None
    except BaseException:
        _take_back(promised)
        raise
    finally:
        call.locking = False
    if isinstance(answer.result, Value | Empty):
        _execute("RELEASE SAVEPOINT tool; SET LOCAL statement_timeout TO DEFAULT")
    else:
        _take_back(promised)
    return Outcome(answer.result, (answer.attempt,))


class _Lost(BaseException):
    """The connection is gone; passes through the pipe, which swallows only `Exception`s."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        super().__init__(str(error))


def _translated(function: Callable[..., Any]) -> Callable[..., Any]:
    """The tool's function, with the database's refusals in the tools' own words."""

    def call_it(model: Any, *, call: ToolCall) -> Any:
        try:
            answer = function(model, call=call)
            if connection.needs_rollback:
                raise ToolFailed("crashed", "A part of it failed and was passed over", retry=False)
            return answer
        except (DatabaseError, InterfaceError) as error:
            raise _in_words(error) from error

    return call_it


def _in_words(error: Error) -> BaseException:
    """What the same call can only hear again is a no; a deadlock or a full server is worth another try."""
    if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
        return ToolFailed("timeout", "The database took too long")
    if connection.connection is None or connection.connection.closed:
        return _Lost(error)
    if meaning_of(error) is Meaning.NEVER:
        return ToolRefused(
            "constraint" if isinstance(error, IntegrityError) else "database_refused", sentence_of(error)
        )
    return ToolFailed("database_busy", str(error))


def _take_back(promised: int) -> None:
    # What failed inside is gone, and so are its mark on the transaction and what it wanted after the commit.
    transaction.set_rollback(False)
    del connection.run_on_commit[promised:]
    _execute("ROLLBACK TO SAVEPOINT tool; RELEASE SAVEPOINT tool")


def _execute(statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statements)
