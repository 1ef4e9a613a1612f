"""Child runs: a step asks for one and waits; the child's end is the answer, told in the transaction that ends it.

A child inherits its parent's requester, and its effects have gates, approvals and a trail of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from agentops.core.models import User
from runs import bell, sql
from runs.leased import LeasedRun
from runs.lifecycle import Awaiting

_ANSWER = """
UPDATE runs_await SET answer = %s::jsonb, answered_at = now()
WHERE run_id = %s AND kind = 'child' AND request ->> 'child' = %s AND answered_at IS NULL
"""
_WAKE = """
UPDATE runs_run SET status = 'queued', awaiting = NULL, due_at = now()
WHERE id = %s AND status = 'awaiting' AND awaiting = 'child'
"""


def start(run: LeasedRun, request: Mapping[str, Any]) -> dict[str, Any]:
    """Start the child that a step of this run asked for; returns the request with the child's id.

    In the caller's transaction. Raises `UnknownAgent`, `RunError`.
    """
    from runs.services import start_run

    child = start_run(
        agent=request["agent"],
        requester=User.objects.get(pk=run.requester_id),
        goal=request["goal"],
        given=request["given"],
        subject=request["goal"][:300],
        parent=run.id,
    )
    return {**request, "child": str(child)}


def tell_parent(parent: UUID, child: UUID, *, status: str, code: str, cost: int, results: Mapping[str, Any]) -> None:
    """The child has ended: record it as the answer its parent waits for, and wake the parent."""
    answer = {
        "run": str(child),
        "status": status,
        "code": code,
        "cost": cost,
        "results": {name: output for name, output in results.items() if name != "input"},
    }
    sql.query(_ANSWER, (sql.dumps(answer), parent, str(child)))
    sql.query(_WAKE, (parent,))
    bell.ring_on_commit()


KIND = Awaiting.CHILD.value
