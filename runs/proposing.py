"""From planned actions to a proposal: resolve and freeze, let the agent assess, let the gate judge, then store.

What the gate allows is stored in the transaction of its first effect; what needs people is stored together with
their review; what is denied is stored and parks the run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings

from agentops.core.hashing import digest, plain
from agentops.core.ids import uuid7
from agentops.core.money import Money, convert
from runs import budgets, parking, sql
from runs.agents import Assessment, Planned, resolve
from runs.checkpoints import Boundary, write
from runs.inbox import Ask, inbox
from runs.leased import TIMELESS, LeasedRun
from runs.lifecycle import ProposalState
from runs.models import Action, Effect, Proposal, StepStatus
from runs.points import durable, single
from tools_registry.facts import ActionFacts, GateContext, HouseCeiling, ProposalFacts, Reason
from tools_registry.gate import Allow, Deny, Review, gate
from tools_registry.models import LimitUse
from tools_registry.registry import registry
from tools_registry.results import InvalidArguments
from tools_registry.sampling import draw

Verdict = Allow | Review | Deny
RESENT = "resent_after_unknown"
RISKY = frozenset({"external", "money", "access", "destructive"})


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


def propose(run: LeasedRun, batch: Sequence[Planned]) -> Live | bool:
    """A proposal that may be performed now; True when there was nothing left to do; False when the run waits."""
    todo, boundary = carry_over(run, batch)
    if boundary.steps:
        with single("checkpoint.carried"):
            write(run, boundary, action="run.step", position=run.position + len(boundary.steps))
        if not todo:
            return True
    try:
        actions = [freeze(run, planned, seq) for seq, planned in todo]
    except InvalidArguments as error:
        problem = error.problems[0]
        return parking.stuck(
            run,
            Reason("invalid_arguments", f"{error.tool}: {problem.field}: {problem.message}", field=problem.field),
            context={"problems": [item.as_json() for item in error.problems]},
        )
    if is_stale(run):
        reason = Reason("evidence_too_old", "What the proposal rests on was read too long ago; it is read again.")
        problem_ = budgets.revision_problem(run)
        return parking.stuck(run, problem_) if problem_ else parking.revise(run, reason, same_plan=True)
    label = todo[0][1].proposal or todo[0][1].name
    planned_args = [(planned, action.args) for (_, planned), action in zip(todo, actions, strict=True)]
    assessment = run.agent.assess(label, planned_args, run.results, run.goal())
    if assessment.stuck:
        return parking.stuck(run, assessment.stuck)
    facts = facts_of(run, actions, assessment)
    return decide(run, draft(run, label, actions, facts, assessment))


def carry_over(run: LeasedRun, batch: Sequence[Planned]) -> tuple[list[tuple[int, Planned]], Boundary]:
    """Effects of earlier revisions are facts: record them as steps and propose only the rest."""
    numbered = [(run.position + index, planned) for index, planned in enumerate(batch)]
    boundary = Boundary()
    if run.revision == 1 and not run.proposals:
        return numbered, boundary
    done = {
        (effect.tool, effect.reference): effect for effect in Effect.objects.filter(run_id=run.id, status="confirmed")
    }
    while numbered and done:
        seq, planned = numbered[0]
        effect = done.get((planned.tool, reference_of(run, planned)))
        if effect is None:
            break
        now = run.clock.now()
        boundary.add_step(run, planned, seq, StepStatus.CARRIED, effect.receipt, at=now, note=f"effect {effect.key}")
        run.remember(planned.name, effect.receipt or {}, now)
        numbered.pop(0)
    return numbered, boundary


def reference_of(run: LeasedRun, planned: Planned) -> str:
    spec = registry.get(planned.tool)
    try:
        return spec.reference(spec.validate(resolve(planned.args, run.results))) if spec.reference else ""
    except InvalidArguments:
        return ""


def freeze(run: LeasedRun, planned: Planned, seq: int, args: Mapping[str, Any] | None = None) -> Action:
    """An action: arguments resolved, validated and frozen, with the world they rest on. Raises `InvalidArguments`.

    A tool that takes `seen` says itself what the reads before it saw of that world, so nothing can move unnoticed
    between them and this moment; for the others it is read now.
    """
    spec = registry.get(planned.tool)
    model = spec.validate(resolve(planned.args, run.results) if args is None else args)
    frozen = model.model_dump(mode="json")
    reference = spec.reference(model) if spec.reference else ""
    basis = frozen.get("seen") or spec.basis(model, lock=False) if spec.basis else None
    return Action(
        seq=seq,
        name=planned.name,
        tool=spec.name,
        tool_version=spec.version,
        impact=spec.impact.value,
        effect_class=spec.effect.value,
        args=frozen,
        digest=digest({"tool": spec.name, "version": spec.version, "args": plain(frozen), "reference": reference}),
        reference=reference,
        basis=plain(basis),
    )


def is_stale(run: LeasedRun) -> bool:
    """Has evidence that can change been read longer ago than its tool allows?"""
    now = run.clock.now()
    for step in run.plan[: run.position]:
        seen, spec = run.seen_at.get(step.name), registry.get(step.tool)
        if seen and spec.max_age < TIMELESS and now - seen > spec.max_age and spec.impact == "read":
            return True
    return False


# --- facts and context for the gate ------------------------------------------------------------------


def facts_of(run: LeasedRun, actions: Sequence[Action], assessment: Assessment) -> ProposalFacts:
    seen = [
        at
        for step in run.plan[: run.position]
        if (at := run.seen_at.get(step.name)) and registry.get(step.tool).max_age < TIMELESS
    ]
    return ProposalFacts(
        actions=tuple(action_facts(run, action, min(seen, default=None)) for action in actions),
        checks=assessment.checks,
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
    named = sorted({name for instruction in run.instructions for name in instruction.fields})
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


# --- the verdict -------------------------------------------------------------------------------------


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
            "facts": facts.as_json(),
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


def decide(run: LeasedRun, live: Live) -> Live | bool:
    """Judge a draft: hand it on to be performed, park it for people, or refuse it."""
    verdict = judge(run, live)
    if isinstance(verdict, Allow):
        sample(run, live)
        live.proposal.state = ProposalState.ALLOWED
        run.proposals = live.proposal.number
        return live
    if isinstance(verdict, Review):
        return park_for_review(run, live)
    scope = run.policy.stopped(run.agent.name, [action.tool for action in live.actions])
    return parking.hold(run, scope) if scope else refuse(run, live)


def sample(run: LeasedRun, live: Live) -> None:
    """Draw whether people check this blind afterwards; the draw never changes the verdict."""
    grants = run.policy.grants(run.agent.name)
    drawn = draw(max((grants[action.tool].sampling_rate for action in live.actions), default=Decimal(0)))
    live.proposal.sampled = drawn.drawn
    live.proposal.sample_probability, live.proposal.sample_roll = drawn.probability, drawn.roll


def park_for_review(run: LeasedRun, live: Live) -> bool:
    """Store the proposal with its review, in one transaction; the run awaits people."""
    proposal = live.proposal
    proposal.state = ProposalState.OPEN
    with durable("proposal.open"):
        sql.fence(run.id, run.epoch)
        store(live)
        inbox().ask(ask_about(run.agent, proposal, live.verdict))
        write(
            run,
            Boundary(),
            action="proposal.opened",
            status="awaiting",
            awaiting="review",
            data=told(live),
            policy=proposal.policy,
            action_hash=proposal.digest,
            facets=facets(proposal),
        )
    return False


def refuse(run: LeasedRun, live: Live) -> bool:
    """The gate said no, whoever would sign: keep the proposal, and let a person see why."""
    proposal = live.proposal
    proposal.state, proposal.closed_at = ProposalState.DENIED, run.clock.now()
    run.proposals = proposal.number
    reasons = [Reason.from_json(reason) for reason in proposal.reasons]
    with durable("proposal.denied"):
        sql.fence(run.id, run.epoch)
        store(live)
        inbox().ask(
            Ask(
                kind="stuck",
                run_id=run.id,
                agent=run.agent.name,
                desk=run.agent.desk,
                title=proposal.sentence,
                reasons=tuple(reasons),
                counterparty=proposal.counterparty,
                context={"ways": ["send_back", "reject"], "proposal": str(proposal.id), "denied": True},
            )
        )
        write(
            run,
            Boundary(),
            action="proposal.denied",
            status="awaiting",
            awaiting="review",
            data=told(live),
            policy=proposal.policy,
            action_hash=proposal.digest,
            reason=reasons[0].code if reasons else "denied",
            facets=facets(proposal),
        )
    return False


def ask_about(agent: Any, proposal: Proposal, verdict: Verdict | None) -> Ask:
    return Ask(
        kind="approval",
        run_id=proposal.run_id,
        agent=agent.name,
        desk=agent.desk,
        title=proposal.sentence,
        reasons=tuple(verdict.reasons) if verdict else (),
        proposal_id=proposal.id,
        counterparty=proposal.counterparty,
        proposal=proposal,
    )


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
