"""One attempt of one tool call, and whatever comes of it as a result."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import InterfaceError, OperationalError

from agentops.core.redaction import redact_text
from tools_registry.kinds import Effect
from tools_registry.results import (
    Empty,
    Failed,
    InvalidArguments,
    Refused,
    Result,
    ToolFailed,
    ToolRefused,
    Value,
)
from tools_registry.tool import ToolCall, ToolSpec

MOST_WORDS = 500


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of one call, as the runtime records it."""

    number: int
    started_at: datetime
    duration_ms: float
    result_kind: str
    error: str | None
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call came to, and every attempt it took; none when it was refused before the tool was asked."""

    result: Result
    attempts: tuple[Attempt, ...] = ()


@dataclass(slots=True)
class Answer:
    """What one attempt came to; `failure` where it raised."""

    result: Result
    attempt: Attempt
    failure: ToolFailed | None = None


def attempt(spec: ToolSpec, function: Callable[..., Any], model: Any, call: ToolCall) -> Answer:
    """Run the tool's function once and put whatever comes of it into a result."""
    started_at, started, cpu = datetime.now(UTC), time.perf_counter(), time.thread_time()
    failure: ToolFailed | None = None
    result: Result
    try:
        result = answered(spec, function(model, call=call))
    except ToolRefused as refusal:
        result = Refused(refusal.code, told(refusal.message))
    except ToolFailed as caught:
        failure = caught
    except InvalidArguments as error:
        result = refused_arguments(error)
    except (OperationalError, InterfaceError) as error:
        failure = ToolFailed("database_away", str(error), certain=spec.effect is Effect.READ)
    except Exception as error:
        # A defect in the tool: trying again will not mend it, and nobody knows how far it came.
        failure = ToolFailed("crashed", f"{type(error).__name__}: {error}", certain=False, retry=False)
    if failure is not None:
        result = Failed(failure.code, told(failure.message), failure.retry_after)
    error_text = f"{result.code}: {result.message}" if isinstance(result, Refused | Failed) else None
    done = Attempt(
        call.attempt,
        started_at,
        (time.perf_counter() - started) * 1000,
        result.kind,
        error_text,
        (time.thread_time() - cpu) * 1000,
    )
    return Answer(result, done, failure)


def answered(spec: ToolSpec, output: Any) -> Value | Empty:
    """A tool's answer as a result; raises `TypeError` for anything but its output model and `Empty`."""
    if type(output) is spec.output_model or isinstance(output, spec.output_model):
        return Value(spec.dump(output))
    if isinstance(output, Empty):
        inner: Any = output.output
        return Empty(spec.dump(inner) if isinstance(inner, spec.output_model) else inner, output.note)
    raise TypeError(f"{spec.name} answered with {type(output).__name__}, not with {spec.output_model.__name__}")


def refused_arguments(error: InvalidArguments) -> Refused:
    """Invalid arguments, typed, as they go back to the planner."""
    return Refused("invalid_arguments", told(str(error)), error.problems)


def told(message: str) -> str:
    """A message as it may be shown and stored."""
    return redact_text(message[:MOST_WORDS])
