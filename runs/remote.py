"""Effects outside this database: an intent committed first, then the call, then its record.

What a crash or a lost answer means depends on the tool's effect class:

- `idempotent`: send again under the same key; the receiver drops the twin.
- `askable`: ask "did you do K?". Found is confirmed. Not found counts only after the lease, the call's timeout and
  the receiver's settle time have passed since it was sent, and then it is `unknown`; it is never sent again alone.
- `once`: `unknown`, and a person says whether it happened.

A call that certainly did nothing (refused connection, 429) goes back to `intended` and may be sent again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from runs import parking, sql
from runs.agents import Planned
from runs.awaiting import AskedDifferently, MustWait, StepCall
from runs.budgets import TRIES
from runs.checkpoints import Boundary, write
from runs.leased import LeasedRun
from runs.lifecycle import EffectStatus
from runs.models import Action, Effect
from runs.permits import Stopped, permit_for
from runs.points import durable, point, single
from runs.proposing import Live, facets, told
from runs.recording import add_effect, effect_key, once, record, settle
from runs.unfinished import unfinished
from tools_registry.calling import Outcome, attempt
from tools_registry.facts import Reason
from tools_registry.kinds import Effect as EffectClass
from tools_registry.pipe import invoke
from tools_registry.results import Empty, Failed, Refused, Unknown, Value
from tools_registry.tool import ToolSpec

ASKS = 15  # times a receiver is asked what it did before a person is


def perform(
    run: LeasedRun, live: Live, action: Action, planned: Planned, spec: ToolSpec, effect: Effect | None
) -> bool:
    """Bring one remote effect as far as it can be brought now; False when the run does not go on."""
    if effect is None:
        effect = intend(run, live, action, spec)
    call = StepCall.of(run, planned, spec, action.seq, key=effect.key)
    # Sent before its worker died: a failure or a no now does not mean that nothing happened then.
    call.sent_before = effect.status == EffectStatus.SENT
    if effect.status == EffectStatus.UNKNOWN:
        return park_unknown(run, effect, Boundary())
    if effect.status == EffectStatus.SENT and spec.effect is not EffectClass.IDEMPOTENT:
        return find_out(run, live, action, planned, spec, effect, call)
    if scope := mark_sent(run, effect, spec):
        raise Stopped(scope)
    point("effect.call")
    try:
        outcome = invoke(spec, action.args, call, run.policy.grant(run.agent.name, spec.name), run.policy.guards)
    except (MustWait, AskedDifferently):
        if not call.sent_before and not call.has_sent:  # what stands before a question only reads
            take_back(run, effect)
        raise
    point("effect.called")
    return conclude(run, live, action, planned, spec, effect, outcome)


def intend(run: LeasedRun, live: Live, action: Action, spec: ToolSpec) -> Effect:
    """Commit the intent with everything that gives the right to it; nothing has been sent yet."""
    key = effect_key(run, live, action)
    with once(action), durable("effect.intent"):
        permit, boundary = permit_for(run, live, action, spec), Boundary()
        add_effect(boundary, action, permit, receipt={}, confirmed=False, key=key)
        data = told(live) if action.ordinal == 0 and live.proposal.verdict == "allow" else {}
        write(
            run,
            boundary,
            action="effect.intended",
            data={**data, "reference": run.commitment(action.reference)},
            policy=live.proposal.policy,
            action_hash=action.digest,
            effect_key=key,
            facets=facets(live.proposal),
        )
    return Effect(key=key, run_id=run.id, action=action, status=EffectStatus.INTENDED, epoch=run.epoch)


# The run is locked: a sweep that takes the lease away comes wholly before this or wholly after it.
_SENT = """
WITH r AS MATERIALIZED (
    SELECT id FROM runs_run WHERE id = %s AND epoch = %s AND status = 'running' FOR NO KEY UPDATE)
UPDATE runs_effect e SET status = 'sent', sent_at = clock_timestamp(), epoch = %s, attempts = e.attempts + 1
FROM r WHERE e.key = %s AND e.status = ANY(%s) AND e.run_id = r.id
    AND NOT EXISTS (SELECT 1 FROM tools_registry_switch s WHERE s.scope = ANY(%s))
RETURNING e.sent_at, e.attempts
"""
_THROWN = "SELECT s.scope FROM tools_registry_switch s WHERE s.scope = ANY(%s) LIMIT 1"


def mark_sent(run: LeasedRun, effect: Effect, spec: ToolSpec) -> str | None:
    """Commit that the call is about to be made; returns the kill switch that forbids it. Raises `LeaseLost`."""
    scopes = ["all", f"agent:{run.agent.name}", f"tool:{spec.name}"]
    # Only a receiver that honours our key may be sent the same twice.
    from_ = ["intended", "sent"] if spec.effect is EffectClass.IDEMPOTENT else ["intended"]
    with single("effect.sending"):
        rows = sql.query(_SENT, (run.id, run.epoch, run.epoch, effect.key, from_, scopes))
    if rows:
        effect.sent_at, effect.attempts = rows[0]
        effect.status = EffectStatus.SENT
        return None
    thrown = sql.query(_THROWN, (scopes,))
    if thrown:
        return str(thrown[0][0])
    raise sql.LeaseLost(str(run.id))


def take_back(run: LeasedRun, effect: Effect) -> None:
    """The tool asked instead of sending: it is intended again, and sent once it has its answer."""
    with durable("effect.asks"):
        sql.fence(run.id, run.epoch)
        Effect.objects.filter(pk=effect.key).update(status=EffectStatus.INTENDED)


def conclude(
    run: LeasedRun,
    live: Live,
    action: Action,
    planned: Planned,
    spec: ToolSpec,
    effect: Effect,
    outcome: Outcome,
) -> bool:
    """Record what the call came to."""
    boundary, result = Boundary(), outcome.result
    boundary.add_calls(run, spec, action.seq, action.args, outcome.attempts, effect_key=effect.key)
    if isinstance(result, Value | Empty):
        return confirm(run, live, action, planned, effect, boundary, result.output)
    if isinstance(result, Refused):
        return refuse(run, effect, boundary, planned, result)
    if isinstance(result, Failed):
        return try_later(run, effect, boundary, planned, result)
    if spec.effect is EffectClass.ONCE:
        return park_unknown(run, effect, boundary, result)
    wait = 0.2 if spec.effect is EffectClass.ASKABLE else parking.backoff(run.tried[action.seq])
    if run.tried[action.seq] >= TRIES and spec.effect is EffectClass.IDEMPOTENT:
        return park_unknown(run, effect, boundary, result)
    return parking.later(run, boundary, seconds=wait, why=result.message, code=result.code)


def confirm(
    run: LeasedRun,
    live: Live,
    action: Action,
    planned: Planned,
    effect: Effect,
    boundary: Boundary,
    receipt: Any,
) -> bool:
    with durable("effect.record"):
        sql.fence(run.id, run.epoch)
        settle(effect, EffectStatus.CONFIRMED, receipt=receipt)
        return record(run, live, action, planned, boundary, receipt, effect.key)


def refuse(run: LeasedRun, effect: Effect, boundary: Boundary, planned: Planned, result: Refused) -> bool:
    """The receiver said no: nothing happened, and what was reserved for it is free again."""
    with durable("effect.refused"):
        sql.fence(run.id, run.epoch)
        settle(effect, EffectStatus.REFUSED, error=f"{result.code}: {result.message}")
        return parking.stuck(
            run,
            Reason(result.code, f"{planned.name} was refused: {result.message}"),
            boundary,
            context={"effect": effect.key, "problems": [problem.as_json() for problem in result.details]},
        )


def try_later(run: LeasedRun, effect: Effect, boundary: Boundary, planned: Planned, result: Failed) -> bool:
    """It certainly did not happen: back to intended, and another try unless there were enough."""
    seq = boundary.calls[-1]["seq"] if boundary.calls else run.position
    with durable("effect.not_done"):
        sql.fence(run.id, run.epoch)
        Effect.objects.filter(pk=effect.key).update(status=EffectStatus.INTENDED, error=result.code)
        return unfinished(run, boundary, planned, seq, result, tries=TRIES)


def find_out(
    run: LeasedRun,
    live: Live,
    action: Action,
    planned: Planned,
    spec: ToolSpec,
    effect: Effect,
    call: StepCall,
) -> bool:
    """It was sent, and nobody knows what became of it."""
    if spec.effect is EffectClass.ONCE:
        return park_unknown(run, effect, Boundary())
    assert effect.sent_at is not None  # noqa: S101 - a constraint of its status
    settles = effect.sent_at + sql.LEASE + spec.timeout + spec.settle
    asked_at = run.clock.now()
    point("effect.ask")
    outcome = ask(spec, action.args, call)
    point("effect.asked")
    boundary = Boundary()
    boundary.add_calls(run, spec, action.seq, action.args, outcome.attempts, effect_key=effect.key)
    if isinstance(outcome.result, Value):
        return confirm(run, live, action, planned, effect, boundary, outcome.result.output)
    if isinstance(outcome.result, Empty) and asked_at >= settles:
        return park_unknown(run, effect, boundary)
    if isinstance(outcome.result, Empty):
        wait = max((settles - asked_at) / timedelta(seconds=1), 0.05)
        return parking.later(run, boundary, seconds=wait, why="waiting until the receiver has settled", code="asking")
    if run.tried[action.seq] >= ASKS:
        return park_unknown(run, effect, boundary)
    return parking.later(
        run, boundary, seconds=parking.backoff(run.tried[action.seq]), why="could not ask", code="asking"
    )


def ask(spec: ToolSpec, args: dict[str, Any], call: StepCall) -> Outcome:
    """Ask the receiver whether it did what our key names: `Value` if it did, `Empty` if it knows of nothing."""
    assert spec.ask is not None  # noqa: S101 - the tool's declaration was checked
    asking = spec.ask

    def question(model: Any, *, call: Any) -> Any:
        return asking(model, call) or Empty()

    answer = attempt(spec, question, spec.validate(args), call)
    return Outcome(answer.result, (answer.attempt,))


def park_unknown(run: LeasedRun, effect: Effect, boundary: Boundary, result: Unknown | None = None) -> bool:
    """Nobody can tell but a person: reconcile, and say whether it happened."""
    with durable("effect.unknown"):
        sql.fence(run.id, run.epoch)
        if effect.status != EffectStatus.UNKNOWN:
            settle(effect, EffectStatus.UNKNOWN, error=result.message if result else "")
        return parking.stuck(
            run,
            Reason(
                "effect_unknown",
                "It may or may not have happened: check with the receiver before you answer.",
            ),
            boundary,
            ways=["happened", "did_not_happen"],
            context={"effect": effect.key},
        )
