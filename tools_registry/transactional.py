"""The pipe for transactional tools: in the checkpoint's transaction, once, in a savepoint, timed."""

from collections.abc import Callable, Mapping
from typing import Any

import psycopg
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction

from tools_registry.calling import Outcome, attempt, refused_arguments
from tools_registry.results import Empty, InvalidArguments, ToolFailed, ToolRefused, Value
from tools_registry.tool import ToolCall, ToolInput, ToolSpec


def invoke_transactional(
    spec: ToolSpec, args: Mapping[str, Any] | ToolInput, call: ToolCall, *, savepoint: bool = True
) -> Outcome:
    """Call a transactional tool; unless it answered, everything it changed is taken back.

    One attempt; `spec.timeout` bounds each of its statements. Without a savepoint (three round trips less) the
    caller has set that limit, and takes back its own transaction unless the tool answered. A constraint that refuses is
    `Refused("constraint")` with the constraint's name as the message. Raises `TransactionManagementError`
    outside a transaction, and the database's own error where the connection is lost: the caller's transaction
    is over then.
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
        except IntegrityError as error:
            raise ToolRefused("constraint", _constraint_of(error)) from error
        except (OperationalError, InterfaceError) as error:
            if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
                raise ToolFailed("timeout", "The database took too long") from error
            if connection.connection is None or connection.connection.closed:
                raise _Lost(error) from error
            raise ToolFailed("database_busy", str(error)) from error

    return call_it


def _constraint_of(error: IntegrityError) -> str:
    cause = error.__cause__
    name = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
    return name or str(error)


def _take_back(promised: int) -> None:
    # What failed inside is gone, and so are its mark on the transaction and what it wanted after the commit.
    transaction.set_rollback(False)
    del connection.run_on_commit[promised:]
    _execute("ROLLBACK TO SAVEPOINT tool; RELEASE SAVEPOINT tool")


def _execute(statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statements)
