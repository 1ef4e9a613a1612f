"""The pipe: what goes through, what is tried again, and what is never mistaken for something else."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError

from tools_registry.breaker import NoBreakers
from tools_registry.cache import MemoryAnswers
from tools_registry.facts import Grant
from tools_registry.kinds import Effect, Fallback, Impact, Mode
from tools_registry.pipe import Guards, invoke
from tools_registry.rate import NoRates
from tools_registry.results import Empty, Failed, Refused, ToolFailed, ToolRefused, Unknown, Value
from tools_registry.tool import Rate, Retry, ToolCall, ToolInput, ToolOutput, ToolSpec, tool


class Question(ToolInput):
    number: str
    amount: Decimal = Decimal(0)


class Found(ToolOutput):
    number: str


GRANT = Grant("invoices", "do", Mode.AUTO)
ARGS = {"number": "7"}
OK = Found(number="7")
LATE = ToolFailed("timeout", "no answer", certain=False)
REFUSED_CONNECTION = ToolFailed("unreachable", "nobody there")


@dataclass
class Around:
    """Guards that remember: pauses are not slept, the dice always fall on the whole pause."""

    paused: list[float] = field(default_factory=list)
    stopped: set[str] = field(default_factory=set)

    @property
    def guards(self) -> Guards:
        return Guards(
            rates=NoRates(),
            breakers=NoBreakers(),
            answers=MemoryAnswers(),
            stopped=lambda: frozenset(self.stopped),
            sleep=self.paused.append,
            roll=lambda: 1.0,
        )


@pytest.fixture
def around() -> Around:
    return Around()


class Script:
    """A tool that answers, or raises, one thing after the other."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.keys, self.numbers = list(answers), [], []

    def spec(self, effect: Effect = Effect.READ, **declared: Any) -> ToolSpec:
        def do(question: Question, *, call: ToolCall) -> Found | Empty:
            """Do it."""
            self.keys.append(call.key)
            self.numbers.append(call.attempt)
            answer = self.answers.pop(0)
            if isinstance(answer, BaseException):
                raise answer
            return answer() if isinstance(answer, Callable) else answer

        do.__annotations__ = {"question": Question, "call": ToolCall, "return": Found | Empty}
        usual: dict[str, Any] = {"impact": Impact.READ, "register": False}
        if effect is not Effect.READ:
            usual |= {"impact": Impact.EXTERNAL, "reference": lambda question: f"do:{question.number}"}
        if effect is Effect.ASKABLE:
            usual["ask"] = lambda question, call: None
        return tool(**{**usual, "effect": effect, **declared})(do)


def thrice(**more: Any) -> dict[str, Any]:
    return {"retry": Retry(attempts=3, first_wait=timedelta(seconds=1)), **more}


# --- what does not reach the tool -------------------------------------------------------------------


@pytest.mark.parametrize("grant", [None, Grant("invoices", "do", Mode.DENY), Grant("invoices", "other", Mode.AUTO)])
def test_what_is_not_granted_is_refused_before_anything_else(grant, call, around):
    script = Script(OK)
    outcome = invoke(script.spec(), {"nonsense": 1}, call, grant, around.guards)
    assert isinstance(outcome.result, Refused)
    assert outcome.result.code == "not_granted"
    assert (outcome.attempts, script.keys) == ((), [])


def test_invalid_arguments_are_refused_typed(call, around):
    outcome = invoke(Script(OK).spec(), {"amount": "x"}, call, GRANT, around.guards)
    assert outcome.result.code == "invalid_arguments"
    assert [(problem.field, problem.code) for problem in outcome.result.details] == [
        ("number", "missing"),
        ("amount", "decimal_parsing"),
    ]
    assert outcome.attempts == ()


def test_a_transactional_tool_is_refused_at_this_door(call, around):
    outcome = invoke(Script(OK).spec(Effect.TRANSACTIONAL), ARGS, call, GRANT, around.guards)
    assert outcome.result.code == "wrong_door"


@pytest.mark.parametrize("scope", ["all", "agent:invoices", "tool:do"])
def test_what_is_stopped_is_not_called(scope, call, around):
    around.stopped.add(scope)
    outcome = invoke(Script(OK).spec(Effect.ONCE), ARGS, call, GRANT, around.guards)
    assert (outcome.result.kind, outcome.result.code, outcome.attempts) == ("failed", "stopped", ())


# --- what a tool may answer -------------------------------------------------------------------------


@pytest.mark.parametrize("declared", [{}, thrice()])
@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (OK, Value({"number": "7"})),
        (Empty(), Empty({})),
        (Empty(OK, note="looked everywhere"), Empty({"number": "7"}, "looked everywhere")),
        (ToolRefused("closed", "The period is closed"), Refused("closed", "The period is closed")),
        (ValueError("what?"), Failed("crashed", "ValueError: what?")),
        ({"number": "7"}, Failed("crashed", "TypeError: do answered with dict, not with Found")),
        (None, Failed("crashed", "TypeError: do answered with NoneType, not with Found")),
    ],
)
def test_whatever_a_tool_does_becomes_a_result(answer, result, declared, call, around):
    outcome = invoke(Script(answer).spec(**declared), ARGS, call, GRANT, around.guards)
    assert outcome.result == result
    (attempt,) = outcome.attempts
    assert (attempt.number, attempt.result_kind) == (1, result.kind)
    assert min(attempt.duration_ms, attempt.cpu_ms) >= 0


def test_asking_people_from_inside_a_tool_passes_through(call, around):
    class MustWait(BaseException):
        pass

    for declared in ({}, thrice()):
        with pytest.raises(MustWait):
            invoke(Script(MustWait()).spec(**declared), ARGS, call, GRANT, around.guards)


def test_what_a_failure_says_is_redacted_and_cut_short(call, around):
    error = ToolFailed("http_500", "token=abcdef0123456789 to DE89370400440532013000 " + "x" * 900)
    outcome = invoke(Script(error).spec(), ARGS, call, GRANT, around.guards)
    assert "abcdef" not in outcome.result.message
    assert "0532013000" not in outcome.result.message
    assert "0532013000" not in (outcome.attempts[0].error or "")
    assert len(outcome.result.message) <= 500


# --- trying again -----------------------------------------------------------------------------------


def test_a_failed_read_is_tried_again_with_growing_pauses_under_the_same_key(call, around):
    script = Script(LATE, REFUSED_CONNECTION, OK)
    outcome = invoke(script.spec(**thrice()), ARGS, call, GRANT, around.guards)
    assert outcome.result == Value({"number": "7"})
    assert around.paused == [1.0, 2.0]
    assert script.keys == ["run:1:1"] * 3
    assert [attempt.result_kind for attempt in outcome.attempts] == ["failed", "failed", "value"]
    assert [attempt.number for attempt in outcome.attempts] == script.numbers == [1, 2, 3]
    assert call.attempt == 1


def test_pauses_are_full_jitter_within_a_ceiling(call, around):
    guards = around.guards
    guards.roll = lambda: 0.25
    retry = Retry(attempts=5, first_wait=timedelta(seconds=1), longest_wait=timedelta(seconds=3))
    invoke(Script(*[REFUSED_CONNECTION] * 5).spec(retry=retry), ARGS, call, GRANT, guards)
    assert around.paused == [0.25, 0.5, 0.75, 0.75]


def test_the_other_side_s_retry_after_is_obeyed(call, around):
    script = Script(ToolFailed("rate_limited", retry_after=4), OK)
    assert invoke(script.spec(**thrice()), ARGS, call, GRANT, around.guards).result.kind == "value"
    assert around.paused == [4]


def test_a_long_pause_is_the_runtime_s_and_not_slept_through(call, around):
    script = Script(ToolFailed("rate_limited", retry_after=60), OK)
    outcome = invoke(script.spec(**thrice()), ARGS, call, GRANT, around.guards)
    assert outcome.result == Failed("rate_limited", "rate_limited", 60)
    assert (around.paused, len(outcome.attempts)) == ([], 1)


@pytest.mark.parametrize(("left", "made"), [(None, 3), (5, 3), (2, 2), (1, 1), (0, 1)])
def test_a_call_tries_no_more_than_its_step_has_left(left, made, call, around):
    """None left: a person let the step go on, and that is worth one."""
    call.tries_left = left
    script = Script(*[REFUSED_CONNECTION] * 3)
    outcome = invoke(script.spec(**thrice()), ARGS, call, GRANT, around.guards)
    assert (outcome.result.kind, len(outcome.attempts)) == ("failed", made)


def test_nothing_is_tried_beyond_the_deadline(call, around):
    call.deadline = time.monotonic() + 0.5
    outcome = invoke(Script(LATE, OK).spec(**thrice()), ARGS, call, GRANT, around.guards)
    assert (outcome.result.code, outcome.result.retry_after) == ("timeout", 1.0)
    call.deadline = time.monotonic() - 1
    outcome = invoke(Script(OK).spec(**thrice()), ARGS, call, GRANT, around.guards)
    assert (outcome.result.code, outcome.attempts) == ("timeout", ())


def test_each_attempt_has_its_own_deadline_within_the_call_s(call, around):
    seen = []

    def look() -> Found:
        seen.append(call.deadline - time.monotonic())
        raise LATE

    call.deadline = time.monotonic() + 7
    invoke(
        Script(look, look, look).spec(**thrice(timeout=timedelta(seconds=5))),
        ARGS,
        call,
        GRANT,
        around.guards,
    )
    assert [round(left) for left in seen] == [5, 5, 5]
    assert call.deadline > time.monotonic() + 6


@pytest.mark.parametrize("answer", [ToolRefused("http_404"), ValueError("a defect"), ToolFailed("x", retry=False)])
def test_what_will_not_change_is_not_tried_again(answer, call, around):
    outcome = invoke(Script(answer).spec(**thrice()), ARGS, call, GRANT, around.guards)
    assert (len(outcome.attempts), around.paused) == (1, [])


def test_a_database_that_is_away_is_a_failure_that_can_be_tried_again(call, around):
    script = Script(OperationalError("server closed the connection"), OK)
    assert invoke(script.spec(**thrice()), ARGS, call, GRANT, around.guards).result.kind == "value"


def test_a_switch_thrown_between_attempts_ends_them(call, around):
    def stop() -> Found:
        around.stopped.add("all")
        raise REFUSED_CONNECTION

    outcome = invoke(Script(stop, OK).spec(Effect.ONCE, **thrice()), ARGS, call, GRANT, around.guards)
    assert (outcome.result.kind, outcome.result.code) == ("failed", "stopped")


# --- effects: never twice, never "it did not happen" when it may have -----------------------------------


@pytest.mark.parametrize("effect", [Effect.ASKABLE, Effect.ONCE])
@pytest.mark.parametrize("answer", [LATE, ValueError("after sending"), ToolFailed("http_500", certain=False)])
def test_an_effect_that_may_have_happened_is_unknown_and_not_sent_again(effect, answer, call, around):
    script = Script(answer, OK)
    outcome = invoke(script.spec(effect, **thrice()), ARGS, call, GRANT, around.guards)
    assert isinstance(outcome.result, Unknown)
    assert len(script.keys) == 1


@pytest.mark.parametrize("effect", [Effect.IDEMPOTENT, Effect.ASKABLE, Effect.ONCE])
def test_an_effect_that_certainly_did_not_happen_is_sent_again(effect, call, around):
    script = Script(REFUSED_CONNECTION, ToolFailed("rate_limited"), OK)
    outcome = invoke(script.spec(effect, **thrice()), ARGS, call, GRANT, around.guards)
    assert outcome.result.kind == "value"
    outcome = invoke(Script(*[REFUSED_CONNECTION] * 3).spec(effect, **thrice()), ARGS, call, GRANT, around.guards)
    assert outcome.result.kind == "failed"


def test_a_receiver_that_knows_our_key_is_sent_to_again_under_it(call, around):
    script = Script(LATE, ToolFailed("http_500", certain=False), OK)
    outcome = invoke(script.spec(Effect.IDEMPOTENT, **thrice()), ARGS, call, GRANT, around.guards)
    assert outcome.result.kind == "value"
    assert script.keys == ["run:1:1"] * 3


@pytest.mark.parametrize("last", [LATE, REFUSED_CONNECTION, ToolRefused("http_401"), ToolFailed("rate_limited")])
def test_after_a_doubtful_attempt_neither_a_failure_nor_a_no_is_believed(last, call, around):
    outcome = invoke(Script(LATE, LATE, last).spec(Effect.IDEMPOTENT, **thrice()), ARGS, call, GRANT, around.guards)
    assert isinstance(outcome.result, Unknown)


def test_what_was_sent_in_another_life_is_not_believed_to_be_undone(call, around):
    call.sent_before = True
    for answer in (ToolRefused("http_401"), REFUSED_CONNECTION):
        outcome = invoke(Script(answer).spec(Effect.IDEMPOTENT), ARGS, call, GRANT, around.guards)
        assert isinstance(outcome.result, Unknown)
    outcome = invoke(Script(OK).spec(Effect.IDEMPOTENT), ARGS, call, GRANT, around.guards)
    assert outcome.result.kind == "value"


def test_a_refusal_at_once_means_that_nothing_happened(call, around):
    outcome = invoke(Script(ToolRefused("http_422")).spec(Effect.ONCE), ARGS, call, GRANT, around.guards)
    assert outcome.result == Refused("http_422", "http_422")


# --- fallbacks: always marked ------------------------------------------------------------------------


def test_a_stale_answer_is_marked_with_when_it_was_true(call, around):
    spec, guards = (
        Script(OK, REFUSED_CONNECTION, REFUSED_CONNECTION).spec(fallback=Fallback.STALE_CACHE),
        around.guards,
    )
    fresh = invoke(spec, ARGS, call, GRANT, guards).result
    assert not fresh.stale
    stale = invoke(spec, ARGS, call, GRANT, guards).result
    assert isinstance(stale, Value)
    assert (stale.output, stale.stale) == (fresh.output, True)
    assert stale.as_of is not None
    assert "nobody there" in (stale.note or "")
    other = invoke(spec, {"number": "8"}, call, GRANT, guards).result
    assert isinstance(other, Failed)  # another question has no answer


@pytest.mark.parametrize("fallback", [Fallback.SKIP, Fallback.ASK_PERSON])
def test_a_failure_says_what_the_tool_wants_done_about_it(fallback, call, around):
    spec = Script(REFUSED_CONNECTION).spec(fallback=fallback)
    result = invoke(spec, ARGS, call, GRANT, around.guards).result
    assert isinstance(result, Failed)
    assert result.fallback is fallback


def test_what_was_refused_or_stopped_has_no_fallback(call, around):
    spec = Script(ToolRefused("no")).spec(fallback=Fallback.SKIP)
    assert isinstance(invoke(spec, ARGS, call, GRANT, around.guards).result, Refused)
    around.stopped.add("all")
    assert invoke(spec, ARGS, call, GRANT, around.guards).result.fallback is Fallback.NONE


# --- the guards around it ---------------------------------------------------------------------------


class Watched:
    """A breaker and a rate that tell what they were asked."""

    def __init__(self, *, closed_for=None, full=None) -> None:
        self.told, self.closed, self.full = [], closed_for, full

    def closed_for(self, tool):
        return self.closed

    def failed(self, tool):
        self.told.append("failed")

    def worked(self, tool):
        self.told.append("worked")

    def take(self, tool, rate, *, effect):
        self.told.append(("take", effect))
        return self.full


def guarded(around: Around, watched: Watched) -> Guards:
    guards = around.guards
    guards.breakers = guards.rates = watched
    return guards


def test_the_breaker_hears_whether_the_other_side_is_alive(call, around):
    watched = Watched()
    script = Script(LATE, ToolFailed("rate_limited"), ToolFailed("http_503", certain=False))
    invoke(script.spec(connector="erp/1", **thrice()), ARGS, call, GRANT, guarded(around, watched))
    assert watched.told == ["failed", "worked", "failed"]


def test_an_open_breaker_is_a_failure_with_a_time(call, around):
    outcome = invoke(Script(OK).spec(connector="erp/1"), ARGS, call, GRANT, guarded(around, Watched(closed_for=9.5)))
    assert (outcome.result.code, outcome.result.retry_after, outcome.attempts) == ("breaker_open", 9.5, ())


def test_a_full_rate_is_a_failure_with_a_time(call, around):
    full = Watched(full=Failed("rate_limited", "enough", 3))
    rate = Rate(1, timedelta(seconds=10))
    outcome = invoke(Script(OK).spec(rate=rate), ARGS, call, GRANT, guarded(around, full))
    assert outcome.result == Failed("rate_limited", "enough", 3)
    outcome = invoke(Script(OK).spec(Effect.ONCE, rate=rate), ARGS, call, GRANT, guarded(around, full))
    assert full.told == [("take", False), ("take", True)]


def test_a_call_that_the_rate_holds_back_does_not_use_up_the_breaker_s_probe(call, around):
    class Probing(Watched):
        def closed_for(self, tool):
            self.told.append("probe")

    full, rate = Probing(full=Failed("rate_limited", "enough", 3)), Rate(1, timedelta(seconds=10))
    invoke(Script(OK).spec(connector="erp/1", rate=rate), ARGS, call, GRANT, guarded(around, full))
    assert "probe" not in full.told


def test_what_a_call_came_to_outlives_a_breaker_that_cannot_be_told(call, around):
    class Away(Watched):
        def worked(self, tool):
            raise OperationalError("the server is away")

    outcome = invoke(Script(OK).spec(connector="erp/1"), ARGS, call, GRANT, guarded(around, Away()))
    assert outcome.result.kind == "value"


def test_a_local_read_asks_no_guard_at_all(call, around):
    watched = Watched(closed_for=1, full=Failed("x", "x"))
    assert invoke(Script(OK).spec(), ARGS, call, GRANT, guarded(around, watched)).result.kind == "value"
    assert watched.told == []
