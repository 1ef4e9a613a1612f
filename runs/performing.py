"""Performing what a proposal allows, one action at a time, so that nothing happens twice or without its right.

A transactional effect is one transaction in the thread that holds the run; a remote one is an intent committed
first, then the call, then its record. The order inside is DESIGN 5's: fence, switches, approvals, freshness,
limits, the tool, the checkpoint. Whatever is not as it was when the proposal was judged raises `Changed`, the
transaction is rolled back, and the next proposal says what changed.
"""

from __future__ import annotations

from runs import budgets, parking, remote, settling, sql, transactional
from runs.agents import Planned
from runs.checkpoints import Boundary
from runs.ending import end_run
from runs.leased import LeasedRun
from runs.lifecycle import EffectStatus, ProposalState
from runs.models import Action, Effect, Proposal
from runs.permits import AlreadyDone, CancelAsked, Changed, Stopped
from runs.points import durable
from runs.proposing import Live
from runs.recording import record
from runs.revising import revise
from runs.rows import columns, take, whole_facts
from tools_registry.facts import Reason
from tools_registry.registry import registry


def recall(run: LeasedRun) -> Live | bool:
    """The stored proposal on the table; False when it still waits for people (a bell came too early)."""
    assert run.live is not None  # noqa: S101 - the caller looked
    rows = sql.query(_LIVE, (run.live["id"],))
    proposal, _ = take(Proposal, rows[0])
    if proposal.state == ProposalState.OPEN:
        return parking.wait_on(run)
    actions, begun = [], set()
    for row in rows:
        action, (has_effect,) = take(Action, take(Proposal, row)[1])
        actions.append(action)
        begun |= {action.id} if has_effect else set()
    facts = whole_facts(proposal.body["facts"], actions)
    todo = [action for action in actions if action.seq >= run.position]
    return Live(proposal, todo, facts, stored=True, begun=frozenset(begun))


_LIVE = f"""
SELECT {columns(Proposal, "p")}, {columns(Action, "a")},
    EXISTS (SELECT 1 FROM runs_effect e WHERE e.action_id = a.id)
FROM runs_proposal p JOIN runs_action a ON a.proposal_id = p.id WHERE p.id = %s ORDER BY a.ordinal
"""  # noqa: S608 - composed of the models' own columns


def perform(run: LeasedRun, live: Live) -> bool:
    """Perform the proposal's actions from the run's position on; False when the run does not go on."""
    for action in live.actions:
        stored, revision = live.stored, run.revision
        try:
            goes_on = perform_action(run, live, action)
        except Changed as changed:
            if not stored:
                run.proposals -= 1  # its rows were rolled back with everything else
            return reconsider(run, changed)
        except Stopped as stopped:
            return parking.hold(run, stopped.scope)
        except CancelAsked:
            end_run(run, Boundary(), position=run.position, status="cancelled", code="cancelled")
            return False
        except AlreadyDone as done:
            return parking.stuck(run, Reason("duplicate", str(done)), ways=["send_back", "reject"])
        if not goes_on:
            return False
        if run.revision != revision:  # the agent plans again, and what was done is a fact
            return True
        run.live = {"id": live.proposal.id}
    run.live = None
    return True


def perform_action(run: LeasedRun, live: Live, action: Action) -> bool:
    spec = registry.get(action.tool)
    planned = run.plan[action.seq]
    effect = Effect.objects.get(action_id=action.id) if action.id in live.begun else None
    if effect is not None and effect.status == EffectStatus.CONFIRMED:  # a person vouched for it
        return settled(run, live, action, planned, effect)
    if effect is not None and effect.status == EffectStatus.REFUSED:
        raise Changed("effect_refused", "What was approved did not happen; it is proposed again.")
    sent = effect is not None and effect.status != EffectStatus.INTENDED  # then it is found out by the tool as it is
    if spec.version != action.tool_version and not sent:
        raise Changed("tool_changed", f"{spec.name} is not the version that was proposed.")
    if spec.is_transactional:
        return transactional.perform(run, live, action, planned, spec)
    return remote.perform(run, live, action, planned, spec, effect)


def settled(run: LeasedRun, live: Live, action: Action, planned: Planned, effect: Effect) -> bool:
    """A person said that an uncertain effect did happen: it is a fact, and the run goes on."""
    with durable("effect.settled"):
        sql.fence(run.id, run.epoch)
        return record(
            run,
            live,
            action,
            planned,
            Boundary(),
            effect.receipt or {},
            effect.key,
            note="settled by a person",
        )


def reconsider(run: LeasedRun, changed: Changed) -> bool:
    """The next proposal, from the facts as they are now: the same plan looks again."""
    if settling.in_the_air(run.id):
        return parking.stuck(run, changed.reason, context={"changed": changed.what})
    if problem := budgets.revision_problem(run):
        return parking.stuck(run, problem, context={"changed": changed.what})
    return revise(run, changed.reason, same_plan=True, changed=changed.what)
