"""What people corrected in a run and signed: the only thing that anything may be learned from.

A correction counts where its proposal was performed, the person who edited it signed it, and what they changed is in
the action that was done. What a document, a message or a model said instead stands beside it and teaches nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from runs.lifecycle import ProposalState
from runs.models import Action, Approval, Proposal


@dataclass(frozen=True, slots=True)
class Correction:
    """One argument that a person changed before they signed."""

    tool: str
    field: str
    before: Any
    after: Any
    by: UUID
    counterparty: str
    proposal: UUID
    digest: str


def corrections_of(run_id: UUID) -> list[Correction]:
    """Every signed correction of a run that took effect."""
    performed = Proposal.objects.filter(run_id=run_id, state=ProposalState.PERFORMED).order_by("number")
    return [found for proposal in performed if proposal.body.get("edited") for found in _of(proposal)]


def _of(proposal: Proposal) -> Iterator[Correction]:
    if not proposal.authors:
        return
    editor = proposal.authors[-1]
    before = {
        action.ordinal: action.args
        for action in Action.objects.filter(proposal__run_id=proposal.run_id, proposal__number=proposal.number - 1)
    }
    for action in proposal.actions.order_by("ordinal"):
        if not Approval.objects.filter(action=action, consumed_at__isnull=False, signers__contains=[editor]).exists():
            continue
        for name in proposal.body["edited"].get(str(action.ordinal), ()):
            was, now = before.get(action.ordinal, {}).get(name), action.args.get(name)
            if was != now:
                counterparty = proposal.counterparty or ""
                yield Correction(
                    action.tool, name, was, now, UUID(str(editor)), counterparty, proposal.id, proposal.digest
                )
