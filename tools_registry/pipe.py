"""The pipe: the one way to call a tool. Grant, schema, rate, breaker, deadline, retry, redaction.

It records nothing; the runtime does. The gate was asked before. There are no threads: a remote call is
bounded by its deadline in the one HTTP client, a transactional one by the database, and what cannot be given
a deadline runs in a process of its own. A `BaseException` (a tool that asks people) passes through.
"""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connection

from tools_registry.breaker import Breakers, shared_breakers
from tools_registry.cache import Answers, MemoryAnswers
from tools_registry.calling import Answer, Attempt, Outcome, attempt, refused_arguments
from tools_registry.facts import Grant
from tools_registry.kinds import Effect, Fallback, Mode
from tools_registry.queries import stopped_lately
from tools_registry.rate import Rates, RedisRates
from tools_registry.results import Failed, InvalidArguments, Refused, Result, ToolFailed, Unknown, Value
from tools_registry.tool import ToolCall, ToolInput, ToolSpec
from tools_registry.transactional import invoke_transactional

__all__ = ["Answer", "Attempt", "Guards", "Outcome", "invoke", "invoke_transactional"]

# A longer pause is not slept through: the runtime lets the run wait instead and frees the thread.
LONGEST_SLEEP = 5.0


@dataclass(slots=True)
class Guards:
    """What stands around a call; shared by all calls of a process. Tests put their own in."""

    rates: Rates = field(default_factory=RedisRates)
    breakers: Breakers = field(default_factory=shared_breakers)
    answers: Answers = field(default_factory=MemoryAnswers.shared)
    stopped: Callable[[], frozenset[str]] = stopped_lately
    sleep: Callable[[float], None] = time.sleep
    roll: Callable[[], float] = random.random


def invoke(
    spec: ToolSpec,
    args: Mapping[str, Any] | ToolInput,
    call: ToolCall,
    grant: Grant | None,
    guards: Guards,
) -> Outcome:
    """Call a tool that is not transactional; raises nothing that is an `Exception`.

    `call.deadline` bounds all attempts together; `call.key` is the same on each. Invalid arguments come back
    as `Refused("invalid_arguments")` with one problem per field.
    """
    if refused := _not_granted(spec, grant):
        return Outcome(refused)
    if spec.effect is Effect.TRANSACTIONAL:
        return Outcome(Refused("wrong_door", f"{spec.name} is performed inside the transaction of its checkpoint"))
    try:
        model = spec.validate(args)
    except InvalidArguments as error:
        return Outcome(refused_arguments(error))
    if spec.is_plain:  # nothing around it: the hot path
        answer = attempt(spec, spec.function, model, call)
        return Outcome(answer.result, (answer.attempt,))
    return _Trial(spec, model, call, guards).outcome()


def _not_granted(spec: ToolSpec, grant: Grant | None) -> Refused | None:
    if grant is not None and grant.tool == spec.name and grant.mode is not Mode.DENY:
        return None
    return Refused("not_granted", f"{spec.name} is not granted to this agent")


class _Trial:
    """The attempts of one guarded call."""

    __slots__ = ("attempts", "call", "deadline", "first", "guards", "maybe_done", "model", "most", "spec")

    def __init__(self, spec: ToolSpec, model: Any, call: ToolCall, guards: Guards) -> None:
        self.spec, self.model, self.call, self.guards = spec, model, call, guards
        self.attempts: list[Attempt] = []
        self.first, self.deadline = call.attempt, call.deadline
        # One is always made: whoever let a step go on that has used up its tries (a person) granted it.
        left = spec.retry.attempts if call.tries_left is None else max(1, call.tries_left)
        self.most = min(spec.retry.attempts, left)
        self.maybe_done = call.sent_before  # whether an earlier attempt may have had its effect

    def outcome(self) -> Outcome:
        try:
            result = self._last_result()
        finally:
            self.call.attempt, self.call.deadline = self.first, self.deadline
        return Outcome(self._with_fallback(result), tuple(self.attempts))

    def _last_result(self) -> Result:
        result: Result = Failed("not_tried", "It was not tried")
        for number in range(self.most):
            if held := self._held_back():
                return self._settled(held)
            answer = self._try(number)
            result = self._settled(answer.result)
            if answer.failure is None or (isinstance(result, Unknown) and not self._may_send_again()):
                return result
            pause = self._pause(number, answer.failure)
            if not answer.failure.retry or number + 1 == self.most:
                return result
            if pause > LONGEST_SLEEP or time.monotonic() + pause >= self.deadline:
                return self._postponed(result, pause)
            self.guards.sleep(pause)
        return result

    def _held_back(self) -> Failed | None:
        """Why the next attempt is not made, if a switch, the breaker, the rate or the deadline says so."""
        spec, agent = self.spec, self.call.agent
        if self.guards.stopped() & {"all", f"agent:{agent}", f"tool:{spec.name}"}:
            return Failed("stopped", f"{spec.name} was stopped by a kill switch")
        if time.monotonic() >= self.deadline:
            return Failed("timeout", f"There was no time left to call {spec.name}")
        if spec.rate is not None:
            held = self.guards.rates.take(spec.name, spec.rate, effect=spec.effect is not Effect.READ)
            if held is not None:
                return held
        # Last, for its yes may be the one probe, which must not be spent on a call that is then not made.
        if spec.is_remote and (pause := self.guards.breakers.closed_for(spec.name)) is not None:
            return Failed("breaker_open", f"{spec.name} does not answer at the moment", pause)
        return None

    def _try(self, number: int) -> Answer:
        call, spec = self.call, self.spec
        call.attempt = self.first + number
        call.deadline = min(self.deadline, time.monotonic() + spec.timeout_seconds)
        answer = attempt(spec, spec.function, self.model, call)
        self.attempts.append(answer.attempt)
        failure = answer.failure
        if failure is not None and not failure.certain and spec.effect is not Effect.READ:
            self.maybe_done = True
        if spec.is_remote:
            self._tell_breaker(failure)
        return answer

    def _tell_breaker(self, failure: ToolFailed | None) -> None:
        breakers, tool = self.guards.breakers, self.spec.name
        # Being told to slow down, or no, is an answer: the other side is alive.
        answered = failure is None or failure.code == "rate_limited"
        try:
            breakers.worked(tool) if answered else breakers.failed(tool)
        except DatabaseError:  # what the call came to is worth more than this count
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()

    def _settled(self, result: Result) -> Result:
        """After an attempt that may have had its effect, a failure does not mean that nothing happened."""
        if self.maybe_done and isinstance(result, Refused | Failed):
            return Unknown(result.code, result.message)
        return result

    def _may_send_again(self) -> bool:
        return self.spec.effect is Effect.IDEMPOTENT

    def _pause(self, number: int, failure: ToolFailed) -> float:
        """Full jitter: up to the doubled first wait, and never less than the other side asked for."""
        retry = self.spec.retry
        ceiling: float = min(retry.longest_wait.total_seconds(), retry.first_wait.total_seconds() * 2**number)
        return max(self.guards.roll() * ceiling, failure.retry_after or 0.0)

    def _postponed(self, result: Result, pause: float) -> Result:
        return Failed(result.code, result.message, pause) if isinstance(result, Failed) else result

    def _with_fallback(self, result: Result) -> Result:
        """What a read does when it cannot be had; every such result is marked."""
        spec = self.spec
        if spec.fallback is Fallback.STALE_CACHE and isinstance(result, Value):
            self.guards.answers.keep(spec, self.model, result)
        if not isinstance(result, Failed) or spec.fallback is Fallback.NONE or result.code == "stopped":
            return result
        if spec.fallback is Fallback.STALE_CACHE:
            return self.guards.answers.stale(spec, self.model, result) or result
        return Failed(result.code, result.message, result.retry_after, spec.fallback)
