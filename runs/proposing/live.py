"""A proposal on the table: how it is stored, and what its event says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from runs import sql
from runs.models import Action, Proposal
from tools_registry.facts import ProposalFacts
from tools_registry.gate import Allow, Deny, Review

Verdict = Allow | Review | Deny


@dataclass(slots=True)
class Live:
    """A proposal on the table with its actions; `stored` once its rows are in the database.

    `begun` are the actions that had an effect when it was read: those an earlier lease intended.
    """

    proposal: Proposal
    actions: list[Action]
    facts: ProposalFacts
    stored: bool
    verdict: Verdict | None = None
    begun: frozenset[UUID] = frozenset()

    @property
    def last_seq(self) -> int:
        return self.actions[-1].seq


def store(live: Live) -> None:
    """Insert the proposal and its actions; they never change after this."""
    sql.insert_proposal(live.proposal, live.actions)
    live.stored = True


def told(live: Live) -> dict[str, Any]:
    """What the event says of a proposal: numbers, digests, reason codes; no contents."""
    proposal = live.proposal
    return {
        "proposal": str(proposal.id),
        "number": proposal.number,
        "verdict": proposal.verdict,
        "signatures": proposal.signatures,
        "reasons": [reason["code"] for reason in proposal.reasons],
        "actions": [[action.ordinal, action.tool, action.digest] for action in live.actions],
        "sampled": proposal.sampled,
        "sample_probability": str(proposal.sample_probability),
        "sample_roll": str(proposal.sample_roll),
    }


def facets(proposal: Proposal) -> tuple[str, ...]:
    """What the trail can be searched by, as the agent named it; and the counterparty."""
    named = tuple(f"{kind}={value}" for kind, value in proposal.body.get("facets", {}).items() if value)
    return (*named, f"counterparty={proposal.counterparty}") if proposal.counterparty else named
