"""Starting a run: its row, its input and its first event in one statement."""

from __future__ import annotations

import secrets
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from agentops.core.audit.trail import Actor, Event, seal
from agentops.core.ids import uuid7
from agentops.core.models import User
from runs import bell, budgets, sql
from runs.agents import Agent, agents
from runs.models import AgentVersion, Run
from runs.points import single
from runs.services.errors import RequestKeyUsed, RunError

GOAL_LENGTH = 10_000


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
    most_tokens: int | None = None,
    most_cost: int | None = None,
    now: datetime | None = None,
) -> UUID:
    """Queue a run and return its id; the same `request_key` again returns the run it started.

    `most_tokens` and `most_cost` (millionths) take the place of its agent's budget where a parent gives less.

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
                budget=budgets.within(budgets.numbers(budgets.of(plugin)), most_tokens, most_cost),
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
