"""Starting, cancelling, holding and sweeping runs: every write that is neither a step nor a person's decision."""

from __future__ import annotations

import secrets
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from agentops.core.audit.trail import Actor, Event, seal
from agentops.core.clock import database_time, db_now
from agentops.core.ids import uuid7
from agentops.core.models import User
from runs import bell, budgets, children, settling, sql
from runs.agents import Agent, agents
from runs.inbox import Ask, inbox
from runs.lifecycle import LIVE, ProposalState, RunStatus
from runs.models import AgentVersion, Proposal, Run
from runs.points import durable, single
from tools_registry.facts import Reason

TICKER = Actor.system("ticker")
CRASHES = 3
GOAL_LENGTH = 10_000


class RunError(Exception):
    """Something about a run cannot be done; the message is for the person who asked."""


class RequestKeyUsed(RunError):
    """This requester has used the key for another request."""


class RunEnded(RunError):
    """The run has ended already."""


def start_run(
    *,
    agent: str,
    requester: User,
    goal: str,
    given: dict[str, Any],
    request_key: str | None = None,
    parent: UUID | None = None,
    subject: str = "",
    document: str | None = None,
    now: datetime | None = None,
) -> UUID:
    """Queue a run and return its id; the same `request_key` again returns the run it started.

    Raises `UnknownAgent`, `RunError` for a goal that is too long, `RequestKeyUsed` for a key with another request.
    """
    plugin = agents.get(agent)
    if len(goal) > GOAL_LENGTH:
        raise RunError(f"The goal has {len(goal)} characters; at most {GOAL_LENGTH} are taken.")
    version = ensure_version(plugin)
    run_id = uuid7()
    event = Event(
        action="run.started",
        actor=Actor.of(requester),
        run=str(run_id),
        object=("agent_version", version, None),
        data={"agent": agent, "subject_length": len(subject)},
        facets=(f"document={document}",) if document else (),
    )
    try:
        with single("run.start"), transaction.atomic() if connection.in_atomic_block else nullcontext():
            sql.insert_run(
                run_id=run_id,
                agent=agent,
                version=version,
                requester=requester.pk,
                parent=parent,
                request_key=request_key,
                plan=None,
                stage=plugin.stages.first,
                event=seal(f"run:{run_id}", event, now or datetime.now(UTC), seq=1),
                budget=budgets.numbers(budgets.of(plugin)),
                goal=goal,
                given=given,
                subject=subject[:300],
                document=document,
                salt=secrets.token_bytes(32),
            )
    except IntegrityError as error:
        if request_key and "run_request_key_is_used_once_per_requester" in str(error):
            return _started_before(agent, requester, request_key, goal, given)
        raise
    bell.ring_on_commit()
    return run_id


def ensure_version(agent: Agent) -> str:
    """The stored version of the agent as its code is now."""
    # Inside a transaction it may yet be rolled back, so it is not remembered.
    remembered = _version.__wrapped__ if connection.in_atomic_block else _version
    return remembered(agent.name, agent.version)


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
        for key in settling.withdraw_intended(run.pk):
            record(run, Event(action="effect.withdrawn", actor=TICKER, run=str(run.id), effect_key=key))
        inbox().withdraw(run.id, why="the run was cancelled", now=now)
        close_proposals(run, ProposalState.SUPERSEDED, now)
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
    record(run, Event(action=f"run.{status.value}", actor=actor, run=str(run.id), reason=code))
    agents.get(run.agent).on_end(run.id, status.value, {})
    if run.parent_id:
        children.tell_parent(run.parent_id, run.id, status=status.value, code=code, cost=run.spent_cost, results={})


def close_proposals(run: Run, state: ProposalState, now: datetime) -> None:
    Proposal.objects.filter(run_id=run.id, state__in=sorted(LIVE)).update(state=state, closed_at=now)


# --- what the ticker sweeps ------------------------------------------------------------------------------

_LAPSED = """
SELECT id, alone, crashes, audit_seq, epoch FROM runs_run
WHERE status = 'running' AND due_at < now() LIMIT 200 FOR UPDATE SKIP LOCKED
"""


def requeue_lapsed() -> int:
    """Runs whose worker died or slept past its lease go back to the queue; a crash alone counts against a run."""
    with durable("sweep.lapsed"):
        rows = sql.query(_LAPSED)
        for run_id, alone, crashes, _, epoch in rows:
            run = Run.objects.get(pk=run_id)
            count = crashes + (1 if alone else 0)
            event = Event(
                action="run.lease_lapsed",
                actor=TICKER,
                run=str(run_id),
                epoch=epoch,
                data={"crashes_alone": count},
            )
            # The epoch rises with the sweep, so a worker that wakes up again is fenced before anybody claims.
            Run.objects.filter(pk=run_id).update(
                status=RunStatus.QUEUED,
                lease_until=None,
                due_at=db_now(),
                suspect=True,
                crashes=count,
                epoch=epoch + 1,
            )
            record(run, event)
    if rows:
        bell.ring()
    return len(rows)


_WAKE = """
UPDATE runs_run SET status = 'queued', awaiting = NULL, due_at = now()
WHERE id = ANY(ARRAY(SELECT id FROM runs_run WHERE status = 'awaiting' AND due_at <= now() AND awaiting IN
    ('timer', 'hold') LIMIT 500 FOR UPDATE SKIP LOCKED))
RETURNING id
"""


def wake_timers() -> int:
    """Runs whose timer is up go back to the queue."""
    with single("sweep.timers"):
        woken = sql.query(_WAKE)
    if woken:
        bell.ring()
    return len(woken)


_RELEASE = """
UPDATE runs_run SET status = 'queued', awaiting = NULL, due_at = now()
WHERE id = ANY(ARRAY(
    SELECT r.id FROM runs_run r
    WHERE r.status = 'awaiting' AND r.awaiting = 'hold' AND NOT EXISTS (
        SELECT 1 FROM tools_registry_switch s
        WHERE s.scope IN ('all', 'agent:' || r.agent) OR s.scope IN (
            SELECT a.request ->> 'scope' FROM runs_await a WHERE a.run_id = r.id AND a.kind = 'hold'))
    LIMIT 500 FOR UPDATE SKIP LOCKED))
RETURNING id
"""


def release_holds() -> int:
    """Runs that a kill switch held go on once it is released."""
    with single("sweep.holds"):
        released = sql.query(_RELEASE)
    if released:
        bell.ring()
    return len(released)


def ring_if_due() -> bool:
    """A bell may have been lost: ring again for whatever has been due for a moment."""
    due = bool(
        sql.query("SELECT 1 FROM runs_run WHERE status = 'queued' AND due_at < now() - interval '1 second' LIMIT 1")
    )
    if due:
        bell.ring()
    return due


def ask_again(run: Run, reason: Reason) -> None:
    """Open a stuck review for a run that waits for people without one (it should not happen; the sweep looks)."""
    agent = agents.get(run.agent)
    inbox().ask(
        Ask(
            kind="stuck",
            run_id=run.id,
            agent=run.agent,
            desk=agent.desk,
            title=reason.sentence,
            reasons=(reason,),
            context={"ways": ["retry", "reject"]},
        )
    )


# --- helpers ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _version(name: str, version: str) -> str:
    with single("version.keep"):
        AgentVersion.objects.bulk_create(
            [AgentVersion(hash=version, agent=name, body=agents.get(name).version_body)], ignore_conflicts=True
        )
    return version


def _started_before(agent: str, requester: User, key: str, goal: str, given: dict[str, Any]) -> UUID:
    run = Run.objects.select_related("given").get(requester=requester, request_key=key)
    if (run.agent, run.given.goal, run.given.input) != (agent, goal, given):
        raise RequestKeyUsed("This idempotency key was used for another request. Use a new key for a new request.")
    return run.id
