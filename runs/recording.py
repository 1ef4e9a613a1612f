"""Writing down an effect and what came of it: always inside the caller's transaction, with the run fenced."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from agentops.core.clock import db_now
from agentops.core.hashing import digest
from runs import parking, sql
from runs.agents import Planned, Replan, Retry, Stuck
from runs.checkpoints import Boundary, write
from runs.critic.judging import judge
from runs.inbox import Ask, inbox
from runs.leased import LeasedRun
from runs.lifecycle import EffectStatus, ProposalState
from runs.models import Action, Effect, StepStatus
from runs.permits import AlreadyDone, Permit
from runs.proposing import Live, facets, told
from runs.revising import replan
from tools_registry.facts import LimitUse
from tools_registry.results import Output, Value
from tools_registry.services import release_limits


def effect_key(run: LeasedRun, live: Live, action: Action) -> str:
    """Derives from run, proposal and arguments: the same on every attempt, another for every other proposal."""
    return digest([str(run.id), live.proposal.number, action.digest])


def add_effect(
    boundary: Boundary, action: Action, permit: Permit, *, receipt: Output, confirmed: bool, key: str
) -> None:
    """The effect goes into the checkpoint; `once` says what it means if another run has it already."""
    boundary.effect = sql.effect_row(
        key=key,
        action=action,
        approval=permit.approval,
        receipt=receipt,
        confirmed=confirmed,
        limits=permit.limits,
    )


@contextmanager
def once(action: Action) -> Iterator[None]:
    """Raises `AlreadyDone` if another run has done a thing with this business reference."""
    try:
        yield
    except sql.ReferenceTaken:
        raise AlreadyDone(f"{action.tool} has been done for {action.reference} before.") from None


def record(
    run: LeasedRun,
    live: Live,
    action: Action,
    planned: Planned,
    boundary: Boundary,
    receipt: Output,
    key: str,
    note: str = "",
) -> bool:
    """The checkpoint of a confirmed effect, inside the caller's transaction; ends the run with its last step."""
    now = run.clock.now()
    boundary.add_step(run, planned, action.seq, StepStatus.DONE, receipt, at=now, note=note)
    run.remember(planned.name, receipt, now)
    last = action.seq == live.last_seq
    proposal = live.proposal
    data: dict[str, Any] = {"reference": run.commitment(action.reference)}
    if action.ordinal == 0 and proposal.verdict == "allow":
        data |= told(live)
    if last:
        close(run, live, boundary)
    position = action.seq + 1
    common: dict[str, Any] = {
        "policy": proposal.policy,
        "action_hash": action.digest,
        "effect_key": key,
        "facets": facets(proposal),
        "data": data,
    }
    judgement = judge(run, planned, Value(receipt))
    if isinstance(judgement, Stuck):
        return parking.stuck(run, judgement.reason, boundary, position=position, more=judgement.more)
    if isinstance(judgement, Replan | Retry):  # what was done is done: trying again is another plan
        write(run, boundary, action="effect.confirmed", position=position, **common)
        run.live = {"id": proposal.pk}
        return replan(run, judgement.reason)
    if last and position == len(run.plan):
        run.live = None
        write(
            run,
            boundary,
            action="effect.confirmed",
            position=position,
            status="completed",
            ended=True,
            end_code="completed",
            **common,
        )
        run.agent.on_end(run.id, "completed", run.results)
        return False
    write(run, boundary, action="effect.confirmed", position=position, **common)
    return True


def close(run: LeasedRun, live: Live, boundary: Boundary) -> None:
    """All actions have their effects; open the blind check if the draw asked for one."""
    proposal = live.proposal
    if proposal.state != ProposalState.PERFORMED:  # it was born performed, in the transaction that performs it
        boundary.performed = proposal.pk
    if proposal.sampled:
        inbox().ask(
            Ask(
                kind="sample",
                run_id=run.id,
                agent=run.agent.name,
                desk=run.agent.desk,
                title=proposal.sentence,
                proposal_id=proposal.id,
                counterparty=proposal.counterparty,
            )
        )


def settle(effect: Effect, status: EffectStatus, *, receipt: Any = None, error: str = "") -> None:
    """Write an effect's outcome; a refusal gives back what was reserved. The caller has fenced the run."""
    row = Effect.objects.select_for_update().get(pk=effect.key)
    final = status in (EffectStatus.CONFIRMED, EffectStatus.REFUSED)
    if status == EffectStatus.REFUSED and row.limits:
        release_limits([LimitUse.from_json(use) for use in row.limits])
    values: dict[str, Any] = {"status": status, "error": error[:2000]}
    if receipt is not None:
        values["receipt"] = receipt
    if final:
        values["settled_at"] = db_now()
    Effect.objects.filter(pk=effect.key).update(**values)
    effect.status = status
