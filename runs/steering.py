"""What people's decisions do to a run. Called by `reviews`, which holds who may decide what.

Each function is one step of the decision's own transaction: lock the run first (`lock_run`), then the review, then
call. The run is waiting while it is steered; what a worker holds cannot be decided about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from agentops.core.audit.trail import Actor, Event
from agentops.core.clock import db_now
from agentops.core.hashing import digest
from agentops.core.ids import uuid7
from agentops.core.models import User
from runs import bell, proposing, settling, sql
from runs.agents import Instruction
from runs.ending import stop_listening
from runs.leased import LeasedRun
from runs.lifecycle import PROPOSAL_MOVES, ProposalState, RunStatus
from runs.models import Action, Approval, Await, Effect, Proposal, Run
from runs.proposing import RESENT
from runs.rows import columns, take
from runs.services import close_proposals, end, record
from runs.services.ending import sealed
from tools_registry.facts import LimitUse
from tools_registry.registry import registry
from tools_registry.results import InvalidArguments, Problem
from tools_registry.services import release_limits
from tools_registry.verdicts import Allow, Deny

MOST_ROUNDS = 10  # of sending back, however often a person allows one more
SYSTEM = Actor.system("runtime")


class SteeringError(Exception):
    """A decision that the run cannot follow; the message is for the person who decided."""


class NotWaiting(SteeringError):
    """The run does not wait for people (any more)."""


class TooLate(SteeringError):
    """The approval has fired: its effect is under way or done."""


class RoundsUsedUp(SteeringError):
    """The run was sent back as often as its budget allows."""


class EffectUnsettled(SteeringError):
    """An effect of the run is still in the air; until it is settled the run is not replanned."""


class ProposalMoved(SteeringError):
    """The proposal is no longer the one on the table."""


class InvalidEdit(SteeringError):
    """The edited arguments do not fit the tool; `problems` by action ordinal, each naming its field."""

    def __init__(self, problems: Mapping[int, Sequence[Problem]]) -> None:
        self.problems = problems
        self.errors = {item.field: item.message for items in problems.values() for item in items}
        told = "; ".join(f"{item.field}: {item.message}" for items in problems.values() for item in items)
        super().__init__(told)


def lock_run(run_id: UUID) -> Run:
    """The run, locked until the transaction ends; always the first lock of a decision."""
    rows = sql.query(_LOCK, (run_id,))
    if not rows:
        raise Run.DoesNotExist(f"There is no run {run_id}.")
    return take(Run, rows[0])[0]


_LOCK = f"SELECT {columns(Run, 'r')} FROM runs_run r WHERE r.id = %s FOR UPDATE"  # noqa: S608


def record_event(run: Run, event: Event) -> None:
    """Append an event to the run's chain, in the caller's transaction."""
    record(run, event)


def approve_proposal(
    run: Run,
    proposal: Proposal,
    event: Event | None = None,
    *,
    signers: Sequence[UUID],
    expires_at: datetime,
    not_before: datetime | None,
    now: datetime,
) -> None:
    """All signatures are there: one single-use approval per action, and the run goes on (not before `not_before`).

    `event` tells of the last signature; it, or that the proposal was approved, is recorded with them.
    """
    _check_waiting(run)
    if proposal.state != ProposalState.OPEN:
        raise ProposalMoved("This proposal is no longer open.")
    if proposal.blocked:
        raise ProposalMoved("A check that blocks still stands; nobody can approve this.")
    PROPOSAL_MOVES.check(ProposalState(proposal.state), ProposalState.APPROVED)
    sql.approve(
        run.pk,
        proposal.pk,
        sealed(run, event or Event(action="proposal.approved", actor=SYSTEM, run=run.id)),
        signers=signers,
        granted_at=now,
        expires_at=expires_at,
        not_before=not_before,
    )
    run.audit_seq += 1
    proposal.state = ProposalState.APPROVED
    _woken(run, not_before)


_WAKE = """
UPDATE runs_run SET status = 'queued', awaiting = NULL, not_before = %s, due_at = coalesce(%s, now()) WHERE id = %s
"""


def undo_approval(run: Run, proposal: Proposal, *, now: datetime) -> None:
    """Take an approval back while it has not fired; the proposal is open again. Raises `TooLate`."""
    consumed = Approval.objects.filter(action__proposal_id=proposal.pk, consumed_at__isnull=False).exists()
    if run.status != RunStatus.QUEUED or consumed or proposal.state != ProposalState.APPROVED:
        raise TooLate("This has been carried out already, or is being carried out now.")
    Approval.objects.filter(action__proposal_id=proposal.pk, revoked_at=None).update(revoked_at=now)
    Proposal.objects.filter(pk=proposal.pk).update(state=ProposalState.OPEN)
    proposal.state = ProposalState.OPEN
    _await_people(run)


def end_rejected(run: Run, *, code: str, proposal: Proposal | None, now: datetime, by: User | None = None) -> None:
    """Final: proposal and run end rejected. Raises `EffectUnsettled` while an effect is in the air."""
    _check_waiting(run)
    _check_settled(run)
    close_proposals(run, ProposalState.REJECTED, now)
    end(run, RunStatus.REJECTED, code, actor=Actor.of(by) if by else SYSTEM)


def send_back(run: Run, proposal: Proposal | None, *, instruction: Instruction, now: datetime) -> None:
    """The planner gets the person's words and makes the next revision. Raises `RoundsUsedUp`, `EffectUnsettled`."""
    _check_waiting(run)
    _check_settled(run)
    if run.revision > run.budget_revisions:
        raise RoundsUsedUp(
            f"This run was planned {run.revision} times, which is all its budget allows. Reject it, or hand it over."
        )
    _next_revision(run, instruction, now)


def retry(run: Run, *, guidance: Instruction | None, now: datetime) -> None:
    """A person lets a stuck run try again; it costs a round, and a person may grant rounds up to `MOST_ROUNDS`.

    With an effect whose outcome is open the run goes on where it is: that is settled before anything is planned.
    """
    _check_waiting(run)
    if settling.unsettled(run.pk):
        Run.objects.filter(pk=run.pk).update(crashes=0)
        _wake(run, None)
        return
    _check_rounds(run)
    if run.crashes:
        Run.objects.filter(pk=run.pk).update(crashes=0)
    _next_revision(run, guidance, now)


def amend_proposal(
    run: Run, proposal: Proposal, *, edits: Mapping[int, Mapping[str, Any]], editor: User, now: datetime
) -> Proposal:
    """The next proposal with edited arguments, judged again, the editor its author; the old one is superseded.

    Raises `InvalidEdit`, `EffectUnsettled`, `ProposalMoved`. The caller records the signature.
    """
    _check_waiting(run)
    _check_settled(run)
    if proposal.state != ProposalState.OPEN:
        raise ProposalMoved("This proposal is no longer open.")
    view = LeasedRun.observe(run)
    actions = _edited(view, proposal, edits)
    planned = [(view.plan[action.seq], action.args) for action in actions]
    assessment = view.agent.assess(proposal.label, planned, view.results, view.goal())
    live = proposing.draft(view, proposal.label, actions, proposing.facts_of(view, actions, assessment), assessment)
    verdict = proposing.judge(view, live)
    live.proposal.authors = [*proposal.authors, editor.pk]
    live.proposal.body["edited"] = {str(ordinal): sorted(fields) for ordinal, fields in edits.items()}
    if isinstance(verdict, Deny):
        raise InvalidEdit({0: [Problem("proposal", r.code, r.sentence) for r in verdict.reasons]})
    if isinstance(verdict, Allow):
        # A person's edit is a person's decision: it is signed, never simply let pass.
        live.proposal.verdict, live.proposal.signatures, live.proposal.limits = "review", 1, []
        for action in actions:
            action.verdict = "review"
    live.proposal.signatures = max(live.proposal.signatures, proposal.signatures)
    Proposal.objects.filter(pk=proposal.pk).update(state=ProposalState.SUPERSEDED, closed_at=now)
    live.proposal.state = ProposalState.OPEN
    proposing.store(live)
    record(
        run,
        Event(
            action="proposal.amended",
            actor=Actor.of(editor),
            run=str(run.id),
            policy=live.proposal.policy,
            action_hash=live.proposal.digest,
            data=proposing.told(live),
            facets=proposing.facets(live.proposal),
        ),
    )
    return live.proposal


def take_step(run: Run, *, seq: int, instruction: Instruction, now: datetime) -> None:
    """A person did the step at `seq`: the run goes on behind it; one that it has passed begins the next revision.

    Raises `RoundsUsedUp`, `EffectUnsettled`.
    """
    _check_waiting(run)
    _check_settled(run)
    if run.crashes:
        Run.objects.filter(pk=run.pk).update(crashes=0)
    if seq < run.position:
        _check_rounds(run)
        _next_revision(run, instruction, now)
        return
    _tell(run, instruction, digest(["by_hand", str(uuid7())]))
    _wake(run, None)


def answer_await(run: Run, await_id: UUID, *, answer: dict[str, Any], by: User, now: datetime) -> None:
    """Record what a person answered to the agent's question; the run goes on with it."""
    _check_waiting(run)
    changed = Await.objects.filter(pk=await_id, run_id=run.pk, answered_at=None).update(
        answer={**answer, "by": str(by.pk)}, answered_at=db_now()
    )
    if not changed:
        raise NotWaiting("This question has been answered already.")
    _wake(run, None)


def settle_effect(run: Run, effect_key: str, *, happened: bool, receipt: str, by: User, now: datetime) -> None:
    """A person has reconciled an uncertain effect. It happened: a fact, the run goes on. It did not: sending it
    again is a proposal of its own with two signatures."""
    _check_waiting(run)
    effect = Effect.objects.select_for_update().get(pk=effect_key, run_id=run.pk)
    if effect.status != "unknown":
        raise NotWaiting(f"This effect is {effect.status} already.")
    values: dict[str, Any] = {"settled_at": db_now()}
    if happened:
        values |= {"status": "confirmed", "receipt": {"settled_by": str(by.pk), "receipt": receipt}}
    else:
        values |= {"status": "refused", "error": RESENT}
        release_limits([LimitUse.from_json(use) for use in effect.limits])
    Effect.objects.filter(pk=effect.pk).update(**values)
    record(
        run,
        Event(
            action="effect.settled_by_person",
            actor=Actor.of(by),
            run=str(run.id),
            effect_key=effect.pk,
            decision="happened" if happened else "did_not_happen",
        ),
    )
    _wake(run, None)


# --- helpers ---------------------------------------------------------------------------------------------


def _check_waiting(run: Run) -> None:
    if run.status != RunStatus.AWAITING or run.awaiting != "review":
        raise NotWaiting(f"Run {run} does not wait for people: it is {run.awaiting or run.status}.")


def _check_settled(run: Run) -> None:
    """Withdraw what was never sent; raises `EffectUnsettled` for what was."""
    if settling.in_the_air(run.pk):
        raise EffectUnsettled("Something this run sent has no certain outcome yet. Settle that first.")
    for key in settling.withdraw_intended(run.pk):
        record(run, Event(action="effect.withdrawn", actor=SYSTEM, run=str(run.id), effect_key=key))


def _wake(run: Run, not_before: datetime | None) -> None:
    sql.query(_WAKE, _waking(run, not_before))
    _woken(run, not_before)


def _waking(run: Run, not_before: datetime | None) -> tuple[Any, ...]:
    return not_before, not_before, run.pk


def _woken(run: Run, not_before: datetime | None) -> None:
    run.status, run.awaiting = RunStatus.QUEUED, None
    if not_before is None:
        bell.ring_on_commit()


def _await_people(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(
        status=RunStatus.AWAITING, awaiting="review", due_at=None, not_before=None, lease_until=None
    )
    run.status, run.awaiting = RunStatus.AWAITING, "review"


def _next_revision(run: Run, instruction: Instruction | None, now: datetime) -> None:
    close_proposals(run, ProposalState.SUPERSEDED, now)
    stop_listening(run.pk)
    revision = run.revision + 1
    if instruction is not None:
        _tell(run, instruction, digest(["instruction", revision]))
    from runs.agents import agents

    Run.objects.filter(pk=run.pk).update(
        revision=revision, position=0, plan=None, stage=agents.get(run.agent).stages.first
    )
    run.revision, run.position, run.plan_id = revision, 0, None
    record(run, Event(action="run.revised", actor=SYSTEM, run=str(run.id), data={"revision": revision}))
    _wake(run, None)


def _check_rounds(run: Run) -> None:
    """A person may grant rounds that the budget does not, up to `MOST_ROUNDS`."""
    if run.revision >= MOST_ROUNDS:
        raise RoundsUsedUp(f"This run was planned {run.revision} times. Reject it and start another.")
    if run.revision > run.budget_revisions:
        Run.objects.filter(pk=run.pk).update(budget_revisions=run.revision)


def _tell(run: Run, instruction: Instruction, name: str) -> None:
    """Keep what a person said, for the planner and for whoever carries the run on."""
    body = instruction.as_json()
    Await.objects.create(
        run_id=run.pk,
        revision=run.revision,
        seq=run.position,
        request_digest=name,
        kind="review",
        request={"instruction": body},
        answer=body,
        answered_at=db_now(),
    )


def _edited(view: LeasedRun, proposal: Proposal, edits: Mapping[int, Mapping[str, Any]]) -> list[Action]:
    actions, there = [], list(proposal.actions.order_by("ordinal"))
    nowhere = set(edits) - {action.ordinal for action in there}
    problems: dict[int, Sequence[Problem]] = {
        n: [Problem("proposal", "no_such_action", f"There is no action {n} here.")] for n in nowhere
    }
    for action in there:
        args = {**action.args, **edits.get(action.ordinal, {})}
        try:
            registry.get(action.tool)
            actions.append(proposing.freeze(view, view.plan[action.seq], action.seq, args))
        except InvalidArguments as error:
            problems[action.ordinal] = error.problems
    if problems:
        raise InvalidEdit(problems)
    return actions
