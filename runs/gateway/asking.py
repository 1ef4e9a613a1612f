"""A step asks a model: the question is recorded, its cost reserved, and the run parks; all of it in one statement.

What cannot be asked at all is answered `unavailable` at once, so that the agent's code goes on by rules. A question
whose call was lost comes through here again when its run is woken: another call means another reservation.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
from django.conf import settings
from django.db import IntegrityError

from agentops.core.clock import db_now
from agentops.core.hashing import digest
from agentops.core.ids import uuid7
from runs import bell
from runs.awaiting import MustWait
from runs.checkpoints import Boundary, write
from runs.ending import cancelled
from runs.gateway import doorbell, questions
from runs.gateway.choosing import Choice, NoModels, choose
from runs.gateway.egress import NotAllowedOut
from runs.gateway.estimating import tokens_in
from runs.gateway.messages import Outcome, Request, Used
from runs.gateway.prices import Cost, cost_of
from runs.gateway.providers import Setting, providers
from runs.gateway.questions import Before
from runs.gateway.spelling import committed
from runs.leased import LeasedRun
from runs.models import Await, ModelCall
from runs.points import durable, single
from tools_registry.facts import LimitUse, Reason

MICRO = Decimal(1_000_000)
IN_BUDGET = "model_call_fits_into_the_budget_of_its_run"
LIMIT = "model_cost"


def ask(run: LeasedRun, wait: MustWait) -> bool:
    """Park the run until its question is answered; False: it does not go on in this worker. Raises `LeaseLost`."""
    request = Request.model_validate(wait.request)
    try:
        choice = choose(run.version, request)
        how = Setting(region=choice.egress.check(choice.provider, request))
    except (NoModels, NotAllowedOut) as error:
        return _stuck(run, Reason("model_not_allowed", str(error)))
    found = questions.before(run, wait)
    if found.answered or (found.calls and found.calls[-1]["open"]):
        return _asked_already(run, wait, answered=found.answered)
    if not providers().is_ready(choice.provider):
        return _answer_by_rules(run, wait, found, request, choice)
    return _ask(run, wait, found, request, choice, how)


def _ask(run: LeasedRun, wait: MustWait, found: Before, request: Request, choice: Choice, how: Setting) -> bool:
    call = _call(run, wait, request, choice, how, attempt=len(found.calls) + 1)
    commitment = None
    if found.calls:
        call.asked_seq = found.calls[-1]["asked_seq"]
    else:
        commitment = committed(request.as_json())
    told = _told(request, choice)
    try:
        with single("model.ask"):
            parked = questions.write_down(run, wait, call, found, told=told, commitment=commitment)
    except IntegrityError as error:
        if reason := _does_not_fit(run, wait, call, error):
            return _stuck(run, reason, question=told)
        raise
    if not parked:
        return _end_cancelled(run)
    doorbell.ring()
    return False


def _does_not_fit(run: LeasedRun, wait: MustWait, call: ModelCall, error: IntegrityError) -> Reason | None:
    """Which budget refused the question; None: it was none."""
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    if constraint == IN_BUDGET:
        sentence = f"{wait.step.name}: what is left of the run's budget is less than its question to a model may take."
        return Reason("budget_exhausted", sentence, numbers=_left(run, call))
    if constraint != questions.DAY_IS_FULL:
        return None
    full = questions.full([LimitUse.from_json(use) for use in call.limits])
    names = ", ".join(sorted(full)) or "a counter of the day"
    numbers = {scope: f"{used} of {cap}" for scope, (used, cap) in sorted(full.items())}
    numbers["needed"] = str(Decimal(call.reserved_cost) / MICRO)
    return Reason("model_budget_of_the_day", f"The day's money for models is used up: {names}.", numbers=numbers)


def _left(run: LeasedRun, call: ModelCall) -> dict[str, str]:
    """What the question may take and what the run has left, for the person who looks."""
    return {
        "needed_tokens": str(call.reserved_tokens),
        "left_tokens": str(run.budget[2] - run.spent.tokens),
        "needed_money": str(Decimal(call.reserved_cost) / MICRO),
        "left_money": str(Decimal(run.budget[3] - run.spent.cost) / MICRO),
    }


def _asked_already(run: LeasedRun, wait: MustWait, *, answered: bool) -> bool:
    """It was asked by an earlier lease: wait for the answer, or go on with the one that came on the way here."""
    with durable("model.ask_again"):
        if not cancelled(run):
            _go_on(run, wait, "answered") if answered else _wait(run, wait)
    return False


def _end_cancelled(run: LeasedRun) -> bool:
    with durable("model.ask_cancelled"):
        cancelled(run)
    return False


def _stuck(run: LeasedRun, reason: Reason, *, question: dict[str, Any] | None = None) -> bool:
    from runs import parking  # it parks what asks, and so needs this file

    run.read_again()
    return parking.stuck(run, reason, context={"question": question} if question else None)


def _call(run: LeasedRun, wait: MustWait, request: Request, choice: Choice, how: Setting, *, attempt: int) -> ModelCall:
    """The row of the call to be made, with what it may take at most."""
    asked = tokens_in(request)
    cost = cost_of(choice.provider, choice.model, Used(fresh=asked, out=request.most_tokens))
    now = run.clock.now()
    return ModelCall(
        id=uuid7(),
        run_id=run.id,
        revision=run.revision,
        seq=wait.seq,
        attempt=attempt,
        status="due",
        due_at=now,
        role=request.role.value,
        tier=choice.tier,
        provider=choice.provider,
        model=choice.model,
        prompt=request.prompt,
        prompt_hash=request.prompt_hash,
        request_digest=wait.request_digest,
        parameters=_parameters(request, how, choice),
        cache_key=_cache_key(request, choice, how) if choice.cached_seconds else None,
        batched=_can_wait(run, choice),
        reserved_tokens=asked + request.most_tokens,
        reserved_cost=cost.micros,
        limits=[use.as_json() for use in _limits(run, cost)],
        started_at=now,
    )


def _can_wait(run: LeasedRun, choice: Choice) -> bool:
    """Is it asked in a batch? The agent, its desk or the run may say that answers can wait."""
    if getattr(providers().get(choice.provider), "batches", None) is None:
        return False
    named = {run.agent.name, f"desk:{run.agent.desk}"} & set(settings.MODEL_BATCHED.split())
    return choice.batched or bool(named) or run.input.get("can_wait") is True


def _parameters(request: Request, how: Setting, choice: Choice) -> dict[str, Any]:
    names = ("most_tokens", "effort", "thinks", "may_call", "in_parallel", "keep")
    told = {name: value for name, value in request.as_json().items() if name in names}
    return {**told, **how.as_json(), "cached_seconds": choice.cached_seconds}


def _cache_key(request: Request, choice: Choice, how: Setting) -> str:
    """Prompt, tools, model and everything the question holds: what makes two questions one."""
    return digest([choice.provider, choice.model, how.as_json(), request.as_json()])


def _limits(run: LeasedRun, cost: Cost) -> list[LimitUse]:
    scopes = {
        "house": "model/house",
        "agent": f"model/agent/{run.agent.name}",
        "desk": f"model/desk/{run.agent.desk}",
        "user": f"model/user/{run.requester_id}",
    }
    amount = Decimal(cost.micros) / MICRO
    return [LimitUse(LIMIT, scopes[name], run.today, amount, cap) for name, cap in settings.MODEL_DAY_COST.items()]


def _told(request: Request, choice: Choice) -> dict[str, Any]:
    """What the question's row says of it. Its words are in the payload; here stands what tells it from others."""
    return {
        "role": request.role.value,
        "prompt": request.prompt,
        "model": f"{choice.provider}:{choice.model}",
        "fields": sorted({part.field for part in request.parts() if hasattr(part, "field")}),
        "tools": [tool.name for tool in request.tools],
        "bytes": len(orjson.dumps(request.as_json())),
    }


def _answer_by_rules(run: LeasedRun, wait: MustWait, found: Before, request: Request, choice: Choice) -> bool:
    why = f"No model answers here: {choice.provider} is not configured."
    answer = {"outcome": Outcome.UNAVAILABLE.value, "code": "no_provider", "why": why}
    with durable("model.by_rules"):
        if cancelled(run):
            return False
        if found.question is None:
            _remember(run, wait, _told(request, choice), answer)
        else:
            Await.objects.filter(pk=found.question, answered_at=None).update(answer=answer, answered_at=db_now())
        _go_on(run, wait, "no_provider")
    return False


def _remember(run: LeasedRun, wait: MustWait, told: dict[str, Any], answer: dict[str, Any]) -> None:
    """The row of a question that has its answer at once."""
    Await.objects.create(
        run_id=run.id,
        revision=run.revision,
        seq=wait.seq,
        request_digest=wait.request_digest,
        kind="model",
        request=told,
        answer=answer,
        answered_at=db_now(),
    )


def _go_on(run: LeasedRun, wait: MustWait, why: str) -> None:
    """There is an answer already: look at the run again at once."""
    write(
        run,
        Boundary(),
        action="run.asks",
        status="queued",
        due_at=db_now(),
        data={"step": wait.step.name, "model": why},
    )
    bell.ring_on_commit()


def _wait(run: LeasedRun, wait: MustWait) -> None:
    data = {"step": wait.step.name}
    write(run, Boundary(), action="run.asks", status="awaiting", awaiting="model", data=data)
