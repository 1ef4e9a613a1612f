"""Ending a run that no worker holds, and the events that are not a worker's."""

from __future__ import annotations

import contextlib
from datetime import datetime
from uuid import UUID

from django.db import transaction

from agentops.core.audit.trail import Actor, Event, Sealed, seal
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
    _cancel(run_id, Actor.of(by), reason, now)


def stop_orphans() -> int:
    """Cancel the children of runs that have ended; one whose worker has it ends before its next effect."""
    lost = children.orphans()
    for run_id in lost:
        with contextlib.suppress(RunEnded):
            _cancel(run_id, TICKER, "parent_ended", db_now())
    return len(lost)


def _cancel(run_id: UUID, actor: Actor, reason: str, now: datetime) -> None:
    with durable("run.cancel"):
        run = Run.objects.select_for_update().get(pk=run_id)
        if run.ended_at:
            raise RunEnded(f"Run {run} is {run.status} already.")
        event = Event(action="run.cancel_asked", actor=actor, run=str(run.id), reason=reason[:60])
        record(run, event)
        if run.status == RunStatus.RUNNING or settling.in_the_air(run.pk):
            Run.objects.filter(pk=run.pk).update(cancel_requested=True)
            return
        inbox().withdraw(run.id, why="the run was cancelled", now=now)
        close_proposals(run, ProposalState.SUPERSEDED, now)
        for key in settling.withdraw_intended(run.pk):
            record(run, Event(action="effect.withdrawn", actor=TICKER, run=str(run.id), effect_key=key))
        end(run, RunStatus.CANCELLED, "cancelled", actor=actor)


def record(run: Run, event: Event) -> None:
    """Append an event to the chain of a run that the caller has locked."""
    sql.append_event(run.id, sealed(run, event))
    run.audit_seq += 1


def sealed(run: Run, event: Event) -> Sealed:
    """An event for the place after the last of a run's chain."""
    return seal(f"run:{run.id}", event, database_time(), seq=run.audit_seq + 1)


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
        children.tell_parent(run.parent_id, run.id, status=status.value, code=code, results=None)
    transaction.on_commit(stop_orphans, robust=True)  # else the ticker does it


def close_proposals(run: Run, state: ProposalState, now: datetime) -> None:
    Proposal.objects.filter(run_id=run.id, state__in=sorted(LIVE)).update(state=state, closed_at=now)
