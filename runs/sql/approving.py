"""All signatures are there: approvals, their event and the run's way on, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from agentops.core.audit.trail import Sealed
from runs.sql.chain import entry
from runs.sql.statements import query

# One approval for each action of the proposal, which are frozen. The run's row is written once, with its head.
_APPROVE = """
WITH r AS MATERIALIZED (SELECT id, audit_seq, audit_head FROM runs_run WHERE id = %s FOR UPDATE),
w AS MATERIALIZED (
    SELECT audit_write('run:' || r.id, r.audit_seq + 1, r.audit_head, %s, %s, %s, %s, %s, %s) AS head FROM r),
a AS (
    INSERT INTO runs_approval (id, action_id, digest, signers, granted_at, expires_at)
    SELECT gen_random_uuid(), n.id, n.digest, %s::uuid[], %s, %s FROM runs_action n WHERE n.proposal_id = %s),
p AS (UPDATE runs_proposal SET state = 'approved' WHERE id = %s)
UPDATE runs_run SET status = 'queued', awaiting = NULL, not_before = %s, due_at = coalesce(%s, now()),
    audit_seq = r.audit_seq + 1, audit_head = w.head
FROM r, w WHERE runs_run.id = r.id
"""


def approve(
    run_id: UUID,
    proposal_id: UUID,
    event: Sealed,
    *,
    signers: Sequence[UUID],
    granted_at: datetime,
    expires_at: datetime,
    not_before: datetime | None,
) -> None:
    """Bear the approvals of a proposal and queue its run; the caller has locked the run and checked everything."""
    given: tuple[Any, ...] = (list(signers), granted_at, expires_at, proposal_id)
    query(_APPROVE, (run_id, *entry(event), *given, proposal_id, not_before, not_before))
