"""How a run ends in the hands of its worker, and what is closed with it."""

from __future__ import annotations

from typing import Any

from runs import settling, sql
from runs.agents import Agent
from runs.checkpoints import Boundary, write
from runs.inbox import inbox
from runs.leased import LeasedRun
from runs.lifecycle import LIVE, Awaiting, ProposalState
from runs.models import Proposal
from runs.points import durable

_WITHDRAW = """
UPDATE runs_await SET answer = '{"outcome": "withdrawn"}', answered_at = now()
WHERE run_id = %s AND kind = %s AND answered_at IS NULL
"""


def end_run(run: LeasedRun, boundary: Boundary, *, position: int, status: str, code: str) -> None:
    """The run's last transaction; the agent closes its own records in it."""
    with durable("run.end"):
        data: dict[str, Any] = {}
        if type(run.agent).on_end is not Agent.on_end or run.live or status == "cancelled":
            sql.fence(run.id, run.epoch)
            close_live(run, ProposalState.SUPERSEDED)
        if status == "cancelled":
            data["withdrawn"] = settling.withdraw_intended(run.id)
            stop_listening(run.id)
        action = f"run.{status}"
        write(run, boundary, action=action, position=position, status=status, ended=True, end_code=code, data=data)
        run.agent.on_end(run.id, status, run.results)
        if status == "cancelled":
            inbox().withdraw(run.id, why="the run was cancelled", now=run.clock.now())


def cancelled(run: LeasedRun, boundary: Boundary | None = None, *, position: int | None = None) -> bool:
    """Lock a run that is about to wait; True if it has ended here, for somebody asked to cancel it meanwhile.

    In the caller's transaction. Without this it would wait, perhaps for days, before anybody obeyed.
    """
    if not sql.fence(run.id, run.epoch).cancel or settling.in_the_air(run.id):
        return False
    position = run.position if position is None else position
    end_run(run, boundary or Boundary(), position=position, status="cancelled", code="cancelled")
    return True


def close_live(run: LeasedRun, state: ProposalState) -> None:
    """The proposal on the table is no longer it."""
    if run.live:
        Proposal.objects.filter(run_id=run.id, state__in=sorted(LIVE)).update(state=state, closed_at=run.clock.now())
        run.live = None


def stop_listening(run_id: Any) -> None:
    """The run no longer waits for a counterparty: its thread is free for the next who asks."""
    sql.query(_WITHDRAW, (run_id, Awaiting.MESSAGE.value))
