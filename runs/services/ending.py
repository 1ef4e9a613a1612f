"""Ending a run that no worker holds, and the events that are not a worker's."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from agentops.core.audit.trail import Actor, Event, seal
from agentops.core.clock import database_time, db_now
from agentops.core.models import User
from runs import children, settling, sql
from runs.agents import agents
from runs.ending import stop_listening
from runs.inbox import inbox
from runs.lifecycle import LIVE, ProposalState, RunStatus
from runs.models import Proposal, Run
from runs.points import durable
from runs.services.errors import RunEnded

TICKER = Actor.system("ticker")


def cancel_run(*, run_id: UUID, by: User, reason: str, now: datetime) -> None:
    """End a run that waits, or have it end before its next effect: a worker carries it, or something it sent has no
    certain outcome yet. Raises `RunEnded`."""
    with durable("run.cancel"):
        run = Run.objects.select_for_update().get(pk=run_id)
        if run.ended_at:
            raise RunEnded(f"Run {run} is {run.status} already.")
        event = Event(action="run.cancel_asked", actor=Actor.of(by), run=str(run.id), reason=reason[:60])
        record(run, event)
        if run.status == RunStatus.RUNNING or settling.in_the_air(run.pk):
            Run.objects.filter(pk=run.pk).update(cancel_requested=True)
            return
        inbox().withdraw(run.id, why="the run was cancelled", now=now)
        close_proposals(run, ProposalState.SUPERSEDED, now)
        for key in settling.withdraw_intended(run.pk):
            record(run, Event(action="effect.withdrawn", actor=TICKER, run=str(run.id), effect_key=key))
        end(run, RunStatus.CANCELLED, "cancelled", actor=Actor.of(by))


def record(run: Run, event: Event) -> None:
    """Append an event to the chain of a run that the caller has locked."""
    sql.append_event(run.id, seal(f"run:{run.id}", event, database_time(), seq=run.audit_seq + 1))
    run.audit_seq += 1


def end(run: Run, status: RunStatus, code: str, *, actor: Actor) -> None:
    """End a run that no worker holds; the caller has locked it."""
    Run.objects.filter(pk=run.pk).update(
        status=status, awaiting=None, due_at=None, not_before=None, ended_at=db_now(), end_code=code
    )
    run.status = status
    stop_listening(run.pk)
    record(run, Event(action=f"run.{status.value}", actor=actor, run=str(run.id), reason=code))
    if run.agent in agents:  # a run outlives an agent that was taken out
        agents.get(run.agent).on_end(run.id, status.value, {})
    if run.parent_id:
        children.tell_parent(run.parent_id, run.id, status=status.value, code=code, cost=run.spent_cost, results={})


def close_proposals(run: Run, state: ProposalState, now: datetime) -> None:
    Proposal.objects.filter(run_id=run.id, state__in=sorted(LIVE)).update(state=state, closed_at=now)
