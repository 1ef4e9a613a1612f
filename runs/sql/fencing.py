"""Locking a run by its epoch: the first statement of every transaction that changes more than a checkpoint does."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from runs.models import Action
from runs.sql.refusals import LeaseLost
from runs.sql.statements import query


class Fenced(NamedTuple):
    """What holds at the moment the run was locked."""

    cancel: bool
    switches: frozenset[str]
    policy: str
    active: bool  # the requester


_FENCE = """
SELECT r.cancel_requested OR (r.parent_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM runs_run p WHERE p.id = r.parent_id AND p.ended_at IS NOT NULL)) AS cancel,
    (SELECT coalesce(array_agg(s.scope), '{}') FROM tools_registry_switch s) AS switches,
    (SELECT h.current_id FROM tools_registry_policyhead h) AS policy,
    (SELECT u.is_active FROM core_user u WHERE u.id = r.requester_id) AS active
FROM runs_run r WHERE r.id = %s AND r.epoch = %s AND r.status = 'running' FOR UPDATE OF r
"""
# The time limit of the statements that follow, until the transaction ends: what a transactional tool is held to.
FENCE_TIMED = _FENCE.replace("AS active", "AS active, set_config('statement_timeout', %s, true) AS timed")


def fence(run_id: UUID, epoch: int) -> Fenced:
    """Lock the run. The first statement of every transaction that changes more than a checkpoint does.

    Raises `LeaseLost`.
    """
    return fenced(run_id, query(_FENCE, (run_id, epoch)))


def fence_for_effect(run_id: UUID, epoch: int, *, milliseconds: int) -> Fenced:
    """The same, and each statement of this transaction is held to a time limit from now on. Raises `LeaseLost`."""
    return fenced(run_id, query(FENCE_TIMED, (f"{milliseconds}ms", run_id, epoch)))


def fenced(run_id: UUID, rows: list[tuple[Any, ...]]) -> Fenced:
    if not rows:
        raise LeaseLost(str(run_id))
    cancel, switches, policy, active = rows[0][:4]
    return Fenced(bool(cancel), frozenset(switches), policy, bool(active))


# Of an approval that holds; one that does not is left for the caller to say why.
_FENCE_AND_CONSUME = f"""
WITH f AS MATERIALIZED ({FENCE_TIMED.strip()}),
c AS (
    UPDATE runs_approval SET consumed_at = now() FROM f
    WHERE action_id = %s AND revoked_at IS NULL AND consumed_at IS NULL AND digest = %s AND expires_at > now()
    RETURNING runs_approval.id, signers)
SELECT f.cancel, f.switches, f.policy, f.active, c.id, c.signers FROM f LEFT JOIN c ON true
"""  # noqa: S608 - composed of literals


def fence_and_consume(
    run_id: UUID, epoch: int, action: Action, *, milliseconds: int
) -> tuple[Fenced, UUID | None, list[UUID]]:
    """`fence_for_effect`, and in the same round trip the approval of exactly this action is used up.

    Returns what holds, the approval's id (None: there is none that holds) and its signers. Raises `LeaseLost`.
    """
    rows = query(_FENCE_AND_CONSUME, (f"{milliseconds}ms", run_id, epoch, action.id, action.digest))
    return fenced(run_id, rows), rows[0][4] if rows else None, list(rows[0][5] or ()) if rows else []
