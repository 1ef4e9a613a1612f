"""A step asks a model: the question is recorded, its cost reserved, and the run parks; all of it in one transaction.

What cannot be asked at all is answered `unavailable` at once, so that the agent's code goes on by rules. A question
whose call was lost comes through here again when its run is woken: another call means another reservation.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson
from django.conf import settings
from django.db import IntegrityError

from agentops.core.audit import payloads
from agentops.core.clock import db_now
from agentops.core.hashing import digest
from agentops.core.ids import uuid7
from runs import bell
from runs.awaiting import MustWait
from runs.checkpoints import Boundary, write
from runs.ending import cancelled
from runs.gateway import doorbell
from runs.gateway.choosing import Choice, NoModels, choose
from runs.gateway.egress import NotAllowedOut
from runs.gateway.estimating import tokens_in
from runs.gateway.messages import Outcome, Request, Used
from runs.gateway.prices import Cost, cost_of
from runs.gateway.providers import Setting, providers
from runs.gateway.spelling import REQUEST, committed, stream_of, subject_of
from runs.leased import LeasedRun
from runs.models import Await, ModelCall
from runs.points import durable
from tools_registry.facts import LimitUse, Reason
from tools_registry.services.limits import LimitFull, reserve_limits

MICRO = Decimal(1_000_000)
IN_BUDGET = "model_call_fits_into_the_budget_of_its_run"
LIMIT = "model_cost"


def ask(run: LeasedRun, wait: MustWait) -> bool:
    """Park the run until its question is answered; False: it does not go on in this worker. Raises `LeaseLost`."""
    try:
        with durable("model.ask"):
            if cancelled(run):
                return False
            _ask(run, wait)
    except (NoModels, NotAllowedOut) as error:
        return _stuck(run, Reason("model_not_allowed", str(error)))
    except LimitFull as full:
        named = ", ".join(sorted({use.scope for use in full.uses}))
        return _stuck(run, Reason("model_budget_of_the_day", f"The day's money for models is used up: {named}."))
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) != IN_BUDGET:
            raise
        sentence = f"{wait.step.name}: what is left of the run's budget is less than its question to a model may take."
        return _stuck(run, Reason("budget_exhausted", sentence))
    return False


def _stuck(run: LeasedRun, reason: Reason) -> bool:
    from runs import parking  # it parks what asks, and so needs this file

    run.read_again()
    return parking.stuck(run, reason)


def _ask(run: LeasedRun, wait: MustWait) -> None:
    row = Await.objects.filter(
        run_id=run.id, revision=run.revision, seq=wait.seq, request_digest=wait.request_digest
    ).first()
    calls = list(row.calls.order_by("attempt")) if row else []
    if row and row.answered_at:  # it came while the run was on its way here
        return _go_on(run, wait, "answered")
    if calls and calls[-1].due_at:
        return _wait(run, wait, None)
    request = Request.model_validate(wait.request)
    choice = choose(run.version, request)
    how = Setting(region=choice.egress.check(choice.provider, request))
    if not providers().is_ready(choice.provider):
        return _answer_by_rules(run, wait, row, request, choice)
    call = _call(run, wait, request, choice, how, attempt=len(calls) + 1)
    commitment = None
    if calls:
        call.asked_seq = calls[-1].asked_seq
    else:
        commitment = committed(request.as_json())
    _wait(run, wait, commitment, model=(choice.model, call.prompt_hash))
    if commitment:
        call.asked_seq = run.audit_seq
        payloads.store(stream_of(run.id), run.audit_seq, subject_of(run.id), commitment, name=REQUEST)
    call.question = row or _remember(run, wait, request, choice)
    call.save(force_insert=True)
    reserve_limits([LimitUse.from_json(use) for use in call.limits])
    doorbell.ring_on_commit()


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
        reserved_tokens=asked + request.most_tokens,
        reserved_cost=cost.micros,
        limits=[use.as_json() for use in _limits(run, cost)],
        started_at=now,
    )


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


def _remember(run: LeasedRun, wait: MustWait, request: Request, choice: Choice, **answered: Any) -> Await:
    """The question's row. Its words are in the payload; here stands what tells it from others."""
    told = {
        "role": request.role.value,
        "prompt": request.prompt,
        "model": f"{choice.provider}:{choice.model}",
        "fields": sorted({part.field for part in request.parts() if hasattr(part, "field")}),
        "tools": [tool.name for tool in request.tools],
        "bytes": len(orjson.dumps(request.as_json())),
    }
    return Await.objects.create(
        run_id=run.id,
        revision=run.revision,
        seq=wait.seq,
        request_digest=wait.request_digest,
        kind="model",
        request=told,
        **answered,
    )


def _answer_by_rules(run: LeasedRun, wait: MustWait, row: Await | None, request: Request, choice: Choice) -> None:
    why = f"No model answers here: {choice.provider} is not configured."
    answer = {"outcome": Outcome.UNAVAILABLE.value, "code": "no_provider", "why": why}
    if row is None:
        _remember(run, wait, request, choice, answer=answer, answered_at=db_now())
    else:
        Await.objects.filter(pk=row.pk, answered_at=None).update(answer=answer, answered_at=db_now())
    _go_on(run, wait, "no_provider")


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


def _wait(
    run: LeasedRun, wait: MustWait, commitment: payloads.Commitment | None, model: tuple[str, str] | None = None
) -> None:
    write(
        run,
        Boundary(),
        action="run.asks",
        status="awaiting",
        awaiting="model",
        data={"step": wait.step.name},
        model=model,
        commits={REQUEST: commitment.hex} if commitment else {},
    )
