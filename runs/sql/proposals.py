"""A proposal and its actions in one statement, with the fence before it where its first effect follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runs.models import Action, Proposal
from runs.sql.fencing import FENCE_TIMED, Fenced, fenced
from runs.sql.statements import dumps, query

_PROPOSAL = """
WITH f AS MATERIALIZED ({fence}),
p AS (
    INSERT INTO runs_proposal (id, run_id, number, revision, position, label, digest, state, sentence, body, verdict,
        reasons, blocked, signatures, authors, confidence, counterparty, amount, currency, converted, policy, limits,
        sample_probability, sample_roll, sampled, created_at, closed_at)
    SELECT %s, %s, %s::int, %s::int, %s::int, %s, %s, %s, %s, %s::json, %s, %s::jsonb, %s, %s::int, %s::uuid[],
        %s::numeric, %s, %s::numeric, %s, %s::numeric, %s, %s::jsonb, %s::numeric, %s::numeric, %s, now(),
        %s::timestamptz
    FROM f WHERE {condition}
    RETURNING id),
a AS (
    INSERT INTO runs_action (id, proposal_id, ordinal, seq, name, tool, tool_version, impact, effect_class, args,
        digest, reference, basis, verdict, policy)
    SELECT n.id, p.id, n.ordinal, n.seq, n.name, n.tool, n.tool_version, n.impact, n.effect_class, n.args, n.digest,
        n.reference, n.basis, n.verdict, n.policy
    FROM p, json_to_recordset(%s::json) AS n(id uuid, ordinal int, seq int, name text, tool text, tool_version text,
        impact text, effect_class text, args json, digest text, reference text, basis jsonb, verdict text,
        policy text))
SELECT {answer}
"""
_PROPOSAL_ALONE = _PROPOSAL.format(fence="SELECT 1", condition="true", answer="1")
_PROPOSAL_FENCED = _PROPOSAL.format(
    fence=FENCE_TIMED.strip(),
    condition="NOT f.cancel AND f.active AND f.policy = %s AND NOT f.switches && %s::varchar[]",
    answer="f.cancel, f.switches, f.policy, f.active, EXISTS (SELECT 1 FROM p) FROM f",
)
_ACTION_FIELDS = (
    *("id", "ordinal", "seq", "name", "tool", "tool_version", "impact", "effect_class", "args", "digest"),
    *("reference", "basis", "verdict", "policy"),
)


def insert_proposal(p: Proposal, actions: Sequence[Action]) -> None:
    """Insert a proposal and its actions in one statement."""
    query(_PROPOSAL_ALONE, (*_proposal_row(p), _action_rows(actions)))


def fence_and_propose(
    p: Proposal, actions: Sequence[Action], epoch: int, *, scopes: Sequence[str], milliseconds: int
) -> tuple[Fenced, bool]:
    """`fence_for_effect`, and in the same round trip the proposal is stored, unless something stands against it.

    Nothing is stored (False) if cancelling was asked for, one of these switches is thrown, the requester is not
    active, or the policy is not the proposal's. Raises `LeaseLost`.
    """
    fence_values = (f"{milliseconds}ms", p.run_id, epoch)
    rows = query(_PROPOSAL_FENCED, (*fence_values, *_proposal_row(p), p.policy, list(scopes), _action_rows(actions)))
    return fenced(p.run_id, rows), bool(rows[0][4])


def _proposal_row(p: Proposal) -> tuple[Any, ...]:
    return (
        *(p.id, p.run_id, p.number, p.revision, p.position, p.label, p.digest, str(p.state), p.sentence),
        *(dumps(p.body), p.verdict, dumps(p.reasons), p.blocked, p.signatures, p.authors, p.confidence),
        *(p.counterparty, p.amount, p.currency, p.converted, p.policy, dumps(p.limits)),
        *(p.sample_probability, p.sample_roll, p.sampled, p.closed_at),
    )


def _action_rows(actions: Sequence[Action]) -> str:
    return dumps([{name: getattr(action, name) for name in _ACTION_FIELDS} for action in actions])
