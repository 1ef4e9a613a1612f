"""What becomes of a batch of actions: performed now, parked for people, or refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runs import budgets, parking, sql
from runs.agents import Planned
from runs.checkpoints import Boundary, write
from runs.ending import cancelled
from runs.inbox import Ask, inbox
from runs.leased import LeasedRun
from runs.lifecycle import ProposalState
from runs.models import Proposal
from runs.points import durable, single
from runs.proposing.facts import facts_of
from runs.proposing.freezing import carry_over, freeze, is_stale
from runs.proposing.judging import draft, judge, sample
from runs.proposing.live import Live, Verdict, facets, store, told
from runs.revising import revise
from runs.unfinished import arguments_refused
from tools_registry.facts import Reason
from tools_registry.gate import Allow, Review
from tools_registry.results import InvalidArguments


def propose(run: LeasedRun, batch: Sequence[Planned]) -> Live | bool:
    """A proposal that may be performed now; True when there was nothing left to do; False when the run waits."""
    todo, boundary = carry_over(run, batch)
    if boundary.steps:
        with single("checkpoint.carried"):
            write(run, boundary, action="run.step", position=run.position + len(boundary.steps))
        if not todo:
            return True
    actions = []
    for seq, planned in todo:
        try:
            actions.append(freeze(run, planned, seq))
        except InvalidArguments as error:
            return arguments_refused(run, Boundary(), planned, seq, error.problems)
    if is_stale(run):
        reason = Reason("evidence_too_old", "What the proposal rests on was read too long ago; it is read again.")
        problem_ = budgets.revision_problem(run)
        return parking.stuck(run, problem_) if problem_ else revise(run, reason, same_plan=True)
    label = todo[0][1].proposal or todo[0][1].name
    planned_args = [(planned, action.args) for (_, planned), action in zip(todo, actions, strict=True)]
    assessment = run.agent.assess(label, planned_args, run.results, run.goal())
    if assessment.stuck:
        return parking.stuck(run, assessment.stuck)
    facts = facts_of(run, actions, assessment)
    return decide(run, draft(run, label, actions, facts, assessment))


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


def park_for_review(run: LeasedRun, live: Live) -> bool:
    """Store the proposal with its review, in one transaction; the run awaits people."""
    proposal = live.proposal
    proposal.state = ProposalState.OPEN
    with durable("proposal.open"):
        if cancelled(run):
            return False
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
