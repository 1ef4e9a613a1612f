"""The runtime's plain SQL: what happens at every step boundary, each in one round trip.

Everything runs on Django's connection of the current thread, through psycopg's server-side cursor, so that a
statement is parsed and planned once per connection. The ORM does everything that is not on this path.

Each write names the lease: `WHERE id = … AND epoch = … AND status = 'running'`. No row means that this worker has
lost the run (`LeaseLost`) and must not touch it again. The audit entry is written by the same statement that raises
the run's head (`audit_write`, `audit_write_to`), so a state change without its event cannot be written here.
"""

from runs.sql.approving import approve
from runs.sql.chain import append_event, missing
from runs.sql.checkpointing import checkpoint, effect_row
from runs.sql.claiming import LEASE, any_due, claim, renew, suspect_due
from runs.sql.fencing import Fenced, fence, fence_and_consume, fence_for_effect
from runs.sql.loading import load
from runs.sql.proposals import fence_and_propose, insert_proposal
from runs.sql.refusals import ChainMoved, LeaseLost, ReferenceTaken
from runs.sql.starting import insert_run
from runs.sql.statements import Unstorable, dumps, loads, query

__all__ = [
    "LEASE",
    "ChainMoved",
    "Fenced",
    "LeaseLost",
    "ReferenceTaken",
    "Unstorable",
    "any_due",
    "append_event",
    "approve",
    "checkpoint",
    "claim",
    "dumps",
    "effect_row",
    "fence",
    "fence_and_consume",
    "fence_and_propose",
    "fence_for_effect",
    "insert_proposal",
    "insert_run",
    "load",
    "loads",
    "missing",
    "query",
    "renew",
    "suspect_due",
]
