"""The right to perform one action, looked at under lock at the last moment, in the house's lock order.

The run is fenced first; then switches, requester, approvals, policy, the world the action rests on, and the limit
counters. Whatever is not as it was when the proposal was judged raises `Changed`; the caller's transaction is rolled
back with everything in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from agentops.core.hashing import plain
from runs import sql
from runs.inbox import inbox
from runs.leased import LeasedRun
from runs.lifecycle import ProposalState
from runs.models import Action, Approval
from runs.policy import PolicyView
from runs.proposing import Live, context_of, store
from tools_registry.facts import LimitUse, Reason
from tools_registry.gate import Allow, Deny, Review, gate
from tools_registry.services import LimitFull, reserve_limits
from tools_registry.tool import ToolSpec


class Changed(Exception):
    """The world, the policy or the signers are not what they were; `what` goes into the next proposal."""

    def __init__(self, code: str, sentence: str, *, what: dict[str, Any] | None = None) -> None:
        self.reason, self.what = Reason(code, sentence), what or {}
        super().__init__(sentence)


class Stopped(Exception):
    """A kill switch is thrown for this; `scope` says which."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__(scope)


class CancelAsked(Exception):
    """Somebody asked to cancel the run; it is obeyed before the next effect."""


class AlreadyDone(Exception):
    """An effect with this business reference exists already, in another run."""


@dataclass(slots=True)
class Permit:
    """What was found in order under lock."""

    approval: UUID | None
    limits: list[Any]


def permit_for(run: LeasedRun, live: Live, action: Action, spec: ToolSpec) -> Permit:
    """Fence, then everything that must still hold at this moment, in the house's lock order.

    Raises `LeaseLost`, `CancelAsked`, `Stopped`, `Changed`. The caller is in a transaction.
    """
    scopes = ("all", f"agent:{run.agent.name}", f"tool:{spec.name}")
    milliseconds = int(spec.timeout_seconds * 1000)
    approval, signers = None, list[UUID]()
    if live.proposal.verdict == "review":
        fenced, approval, signers = sql.fence_and_consume(run.id, run.epoch, action, milliseconds=milliseconds)
    elif live.stored:
        fenced = sql.fence_for_effect(run.id, run.epoch, milliseconds=milliseconds)
    else:
        fenced = fence_and_store(run, live, spec, scopes, milliseconds)
    check_fenced(fenced, scopes)
    if live.proposal.verdict == "review":
        check_approved(run, live, action, approval, signers)
    if fenced.policy != live.proposal.policy:
        judge_again(run, live, fenced.policy)
    if not live.stored:
        store(live)
    if spec.basis is not None:
        same_world(action, plain(spec.basis(spec.validate(action.args), lock=True)))
    limits = reserve(live, action)
    return Permit(approval, limits)


def fence_and_store(run: LeasedRun, live: Live, spec: ToolSpec, scopes: Sequence[str], milliseconds: int) -> sql.Fenced:
    """Lock the run and store what the gate allowed; not stored if something stands against it."""
    if spec.is_transactional and len(live.actions) == 1:
        live.proposal.state, live.proposal.closed_at = ProposalState.PERFORMED, run.clock.now()
    fenced, live.stored = sql.fence_and_propose(
        live.proposal, live.actions, run.epoch, scopes=scopes, milliseconds=milliseconds
    )
    return fenced


def check_fenced(fenced: sql.Fenced, scopes: Sequence[str]) -> None:
    """Raises `CancelAsked`, `Stopped`, `Changed`."""
    if fenced.cancel:
        raise CancelAsked
    if stopped := next((scope for scope in scopes if scope in fenced.switches), None):
        raise Stopped(stopped)
    if not fenced.active:
        raise Changed("requester_inactive", "The person who asked for this run is no longer active.")


def check_approved(run: LeasedRun, live: Live, action: Action, approval: UUID | None, signers: Sequence[UUID]) -> None:
    """Raises `Changed` unless the approval of exactly this action was used up just now by people who still may sign."""
    if approval is None:
        raise why_not_approved(run, action)
    if objection := inbox().objection(live.proposal.id, signers, run.clock.now()):
        raise Changed("signature_void", objection)


def why_not_approved(run: LeasedRun, action: Action) -> Changed:
    """There was no approval that could be used up; say why."""
    approval = Approval.objects.filter(action_id=action.id, revoked_at=None).first()
    if approval is None or approval.consumed_at:
        return Changed("not_approved", "There is no unused approval for this.")
    if approval.digest != action.digest:
        return Changed("approval_mismatch", "What was approved is not what would be done.")
    return Changed("approval_expired", "The approval has expired.")


def judge_again(run: LeasedRun, live: Live, policy: str) -> None:
    """The policy is another one now: a tightening counts, a loosening never touches what was decided."""
    run.policy = PolicyView(policy, run.policy.switches, run.policy.guards)
    verdict = gate(live.facts, run.policy.grants(run.agent.name), context_of(run))
    proposal = live.proposal
    if isinstance(verdict, Deny) or (isinstance(verdict, Review) and verdict.signatures > proposal.signatures):
        raise Changed("policy_tightened", "The policy was tightened since this was decided.")
    if not isinstance(verdict, Allow) and proposal.verdict == "allow":
        raise Changed("policy_tightened", "The policy was tightened since this was allowed.")
    if isinstance(verdict, Allow):  # its counters are raised within the caps that hold now
        proposal.limits = [use.as_json() for use in verdict.limits] if proposal.verdict == "allow" else []


def same_world(action: Action, basis: Any) -> None:
    """Raises `Changed` with what is different in the world the action rests on."""
    if basis == action.basis:
        return
    was, now = action.basis or {}, basis or {}
    moved = {key: {"was": was.get(key), "now": now.get(key)} for key in {*was, *now} if was.get(key) != now.get(key)}
    names = ", ".join(sorted(moved))
    raise Changed("world_moved", f"Since this was proposed something changed: {names}.", what=moved)


def reserve(live: Live, action: Action) -> list[Any]:
    """Raise the counters of what is done automatically, once per proposal; raises `Changed` where it does not fit."""
    if action.ordinal != 0 or not live.proposal.limits:
        return []
    try:
        reserve_limits([LimitUse.from_json(use) for use in live.proposal.limits])
    except LimitFull as full:
        raise Changed("cumulative_limit", str(full)) from full
    return list(live.proposal.limits)
