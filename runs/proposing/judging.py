"""The draft of a proposal, the gate's verdict on it, and the draw for a blind check."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from agentops.core.hashing import digest
from agentops.core.ids import uuid7
from runs.agents import Assessment
from runs.leased import LeasedRun
from runs.models import Action, Proposal
from runs.proposing.facts import RESENT, context_of
from runs.proposing.live import Live, Verdict
from runs.rows import kept_facts
from tools_registry.facts import ProposalFacts
from tools_registry.gate import Allow, gate
from tools_registry.sampling import draw


def draft(run: LeasedRun, label: str, actions: list[Action], facts: ProposalFacts, assessment: Assessment) -> Live:
    """The next proposal of this run, not yet judged or stored."""
    number = run.proposals + 1
    money = [fact for fact in facts.actions if fact.amount is not None]
    main = next((fact for fact in money if fact.impact == "money"), money[0] if money else None)
    proposal = Proposal(
        id=uuid7(),
        run_id=run.id,
        number=number,
        revision=run.revision,
        position=actions[0].seq,
        label=label,
        digest=proposal_digest(run.id, number, actions),
        sentence=assessment.sentence,
        body={
            "fields": [dict(row) for row in assessment.fields],
            "evidence": [dict(row) for row in assessment.evidence],
            "facets": dict(assessment.facets),
            "facts": kept_facts(facts),
            **({"reasoning": assessment.reasoning} if assessment.reasoning else {}),
        },
        confidence=facts.confidence,
        counterparty=assessment.counterparty or "",
        amount=main.amount if main else None,
        currency=main.currency or "" if main else "",
        converted=main.converted if main else None,
        policy=run.policy.hash,
        created_at=run.clock.now(),
    )
    for ordinal, action in enumerate(actions):
        action.proposal, action.ordinal = proposal, ordinal
    return Live(proposal, actions, facts, stored=False)


def proposal_digest(run_id: Any, number: int, actions: Sequence[Action]) -> str:
    return digest({"run": str(run_id), "number": number, "actions": [action.digest for action in actions]})


def judge(run: LeasedRun, live: Live) -> Verdict:
    """Ask the gate and write its answer into the draft."""
    proposal = live.proposal
    verdict = live.verdict = gate(live.facts, run.policy.grants(run.agent.name), context_of(run))
    proposal.verdict = verdict.verdict.value
    proposal.reasons = [reason.as_json() for reason in verdict.reasons]
    proposal.signatures = verdict.signatures
    if any(reason.code == RESENT for reason in verdict.reasons):
        proposal.signatures = 2
    proposal.blocked = verdict.blocked
    proposal.limits = [use.as_json() for use in verdict.limits] if isinstance(verdict, Allow) else []
    for action in live.actions:
        action.verdict, action.policy = proposal.verdict, proposal.policy
    return verdict


def sample(run: LeasedRun, live: Live) -> None:
    """Draw whether people check this blind afterwards; the draw never changes the verdict."""
    grants = run.policy.grants(run.agent.name)
    drawn = draw(max((grants[action.tool].sampling_rate for action in live.actions), default=Decimal(0)))
    live.proposal.sampled = drawn.drawn
    live.proposal.sample_probability, live.proposal.sample_roll = drawn.probability, drawn.roll
