"""What follows from what a provider did: an answer, another try, the run's own second thought, or rules.

A call that certainly did nothing is tried again on the same reservation. One that may be billed is repeated once at
most, and on a new reservation, which only the run itself can make: so the run is woken and asks again.
"""

from __future__ import annotations

import math
import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.conf import settings

from runs.gateway.messages import Answer, Outcome
from runs.gateway.performing.claiming import Claimed
from runs.gateway.performing.settling import Again, Settlement, shown
from runs.gateway.prices import Cost, cost_of
from runs.gateway.providers import ProviderFailed, Reply, Setting
from runs.models import CallStatus

ATTEMPTS = 8  # at one question, if none of them was answered
MOST_DOUBTFUL = 2  # attempts that may be billed without an answer: the first and one repeat
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
TOLD = 300  # characters
BATCH_SHARE = Decimal("0.5")  # of the price, for a call that was asked in a batch


def answered(call: Claimed, reply: Reply, answer: Answer, sent: dict[str, Any], ms: float) -> Settlement:
    """The model answered, whatever it says."""
    cost = cost_of(call.provider, answer.model or call.model, answer.used)
    if call.in_batch:
        cost = replace(cost, micros=math.ceil(cost.micros * BATCH_SHARE))
    kept = answer.model_dump(mode="json")
    return Settlement(
        call,
        CallStatus.ANSWERED,
        "model.answered",
        answer={"outcome": answer.outcome.value},
        used=answer.used,
        cost=cost,
        exchange={"sent": sent, "received": reply.body, "answer": kept},
        stop=answer.stop,
        request_id=reply.request_id,
        ms=ms,
    )


def from_cache(call: Claimed, answer: Answer) -> Settlement:
    """An earlier call has answered the same question."""
    kept = answer.model_dump(mode="json")
    return Settlement(
        call,
        CallStatus.CACHED,
        "model.cached",
        answer={"outcome": answer.outcome.value},
        exchange={"original": str(call.original), "answer": kept},
        stop=answer.stop,
    )


def failed(call: Claimed, failure: ProviderFailed, sent: dict[str, Any] | None, ms: float) -> Settlement:
    """No answer came."""
    found = Settlement(
        call,
        CallStatus.FAILED,
        "model.failed",
        exchange={"sent": sent, "received": failure.body} if sent is not None else None,
        code=failure.code,
        error=failure.message,
        request_id=failure.request_id,
        ms=ms,
    )
    return _after_nothing(found, failure) if failure.certain else _after_doubt(found, retry=failure.retry)


def lost(call: Claimed) -> Settlement:
    """Whoever sent it died: it may have been answered and billed, and nobody will know."""
    message = "The process that made this call ended before it had an answer."
    return _after_doubt(Settlement(call, CallStatus.LOST, "model.lost", code="lost", error=message), retry=True)


def unavailable(call: Claimed, code: str, why: str) -> Settlement:
    """It is not asked at all: the run goes on by rules."""
    settled = Settlement(call, CallStatus.WITHDRAWN, "model.unavailable", code=code, error=why)
    return _by_rules(settled, code, why)


def held_back(call: Claimed) -> Settlement:
    """It was in hand, never sent, and may not be sent now: withdrawn, and the same question is due again."""
    why = "A kill switch was thrown, or nobody waits for this any more."
    found = Settlement(call, CallStatus.WITHDRAWN, "model.held_back", wakes=False, code="held_back", error=why)
    found.again = Again(0.0, call.how)
    return found


def _after_nothing(found: Settlement, failure: ProviderFailed) -> Settlement:
    call = found.call
    seconds = max(failure.retry_after or 0.0, backoff(call.attempt))
    # A batch takes hours: what can wait for one is not too late because it did.
    too_late = not call.in_batch and call.waited + seconds > settings.MODEL_WAIT.total_seconds()
    if not failure.retry or call.attempt >= ATTEMPTS or too_late:
        return _by_rules(found, failure.code, failure.message)
    strict = call.how.strict and failure.code != "grammar_too_large"
    found.wakes, found.again = False, Again(seconds, Setting(region=call.how.region, strict=strict))
    return found


def _after_doubt(found: Settlement, *, retry: bool) -> Settlement:
    call = found.call
    found.may_be_billed, found.cost = True, Cost(call.reserved_cost, known=False)
    if retry and call.doubtful + 1 < MOST_DOUBTFUL:
        return found  # it wakes the run without an answer, and the run asks again
    return _by_rules(found, found.code, found.error)


def _by_rules(found: Settlement, code: str, why: str) -> Settlement:
    found.answer = {"outcome": Outcome.UNAVAILABLE.value, "code": shown(code, 40), "why": shown(why, TOLD)}
    found.exchange = None if found.exchange is None else {**found.exchange, "answer": _nothing(code, why)}
    return found


def _nothing(code: str, why: str) -> dict[str, Any]:
    return Answer(outcome=Outcome.UNAVAILABLE, code=code, why=why[:TOLD]).model_dump(mode="json")


def backoff(attempt: int) -> float:
    """Seconds before the next attempt: doubled each time, half of it by chance."""
    ceiling: float = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1))
    return ceiling * (0.5 + random.random() / 2)  # noqa: S311 - spreads load, guards nothing
