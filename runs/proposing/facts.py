"""What the gate is told: the facts of a proposal with the runtime's own marks, and the world around it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.conf import settings

from agentops.core.money import Money, convert
from runs.agents import Assessment
from runs.leased import TIMELESS, LeasedRun
from runs.models import Action, Effect
from runs.proposing.origins import origins_of
from runs.proposing.outbound import outbound_checks
from tools_registry.facts import ActionFacts, GateContext, HouseCeiling, ProposalFacts, Reason
from tools_registry.models import LimitUse
from tools_registry.registry import registry
from tools_registry.sources import sinks_of

RESENT = "resent_after_unknown"
RISKY = frozenset({"external", "money", "access", "destructive"})


def facts_of(run: LeasedRun, actions: Sequence[Action], assessment: Assessment) -> ProposalFacts:
    seen = [
        at
        for step in run.plan[: run.position]
        if (at := run.seen_at.get(step.name)) and registry.get(step.tool).max_age < TIMELESS
    ]
    return ProposalFacts(
        actions=tuple(action_facts(run, action, min(seen, default=None)) for action in actions),
        checks=assessment.checks + outbound_checks(run, actions),
        confidence=assessment.confidence,
        marks=assessment.marks + resent_marks(run, actions) + corrected_marks(run, actions),
    )


def action_facts(run: LeasedRun, action: Action, evidence_at: datetime | None) -> ActionFacts:
    spec = registry.get(action.tool)
    model = spec.validate(action.args)
    money = spec.amount(model) if spec.amount else None
    converted = None
    if money is not None:
        in_base = convert(Money(money.amount, money.currency), settings.BASE_CURRENCY, run.today)
        converted = in_base.amount if in_base else None
    return ActionFacts(
        tool=spec.name,
        tool_version=spec.version,
        impact=spec.impact,
        effect=spec.effect,
        args=action.args,
        reference=action.reference,
        amount=money.amount if money else None,
        currency=money.currency if money else None,
        converted=converted,
        counterparty=spec.counterparty(model) if spec.counterparty else None,
        order=spec.order(model) if spec.order else None,
        evidence_at=evidence_at,
        origins=origins_of(run, action, spec),
        sinks=sinks_of(spec),
    )


def resent_marks(run: LeasedRun, actions: Sequence[Action]) -> tuple[Reason, ...]:
    """Sending again what a person said did not happen takes two signatures."""
    if not run.proposals:
        return ()
    references = [action.reference for action in actions]
    if Effect.objects.filter(run_id=run.id, reference__in=references, status="refused", error=RESENT).exists():
        return (Reason(RESENT, "This was sent before with an unknown outcome; a person said that it did not happen."),)
    return ()


def corrected_marks(run: LeasedRun, actions: Sequence[Action]) -> tuple[Reason, ...]:
    """What a person put in the place of what was read is their decision: signed, as an edit is, never let pass."""
    told = [instruction.fields or [instruction.step] for instruction in run.instructions]
    named = sorted({name for names in told for name in names if name})
    if not named or not any(action.impact in RISKY for action in actions):
        return ()
    values = ", ".join(name.replace("_", " ") for name in named[:8])
    return (Reason("corrected_by_person", f"A person gave these values in place of what was read: {values}."),)


@lru_cache(maxsize=1)
def house() -> HouseCeiling:
    ceiling: dict[str, Any] = settings.HOUSE_CEILING
    return HouseCeiling(**ceiling)


def context_of(run: LeasedRun) -> GateContext:
    return GateContext(
        now=run.clock.now(),
        house=house(),
        base_currency=settings.BASE_CURRENCY,
        stopped=run.policy.switches,
        used=used_today(run),
        requester_may=run.requester_active,
        agent=run.agent.name,
        today=run.today,
    )


def used_today(run: LeasedRun) -> dict[str, Decimal]:
    """What today's automatic actions of this agent have used up; read only where its grants set such limits."""
    if not run.policy.has_day_limits(run.agent.name):
        return {}
    rows = LimitUse.objects.filter(day=run.today, scope__startswith=f"{run.agent.name}/")
    return {f"{row.limit}:{row.scope}": row.used for row in rows}
