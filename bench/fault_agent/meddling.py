"""Single acts of people, at a moment: for tests of what happens while something else is happening."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bench.fault_agent.driving import ADMINISTRATORS, REQUESTER, REVIEWER, answered, move_world, user


def decide_this(what: str, verb: str, by: str = REVIEWER, key: str | None = None, at: float = 0.0, **more: Any) -> Any:
    """Decide the open review of the run that was asked for as `what`; at a time, if one is given.

    Answers `[verdict, decision]`, or `[name of the refusal, its words]`. `seen` may name an older digest; a key that
    was used before is answered by the review it was used for.
    """
    from reviews import services
    from reviews.models import Decision, Review

    who = user(by)
    reviews = Review.objects.filter(run__request_key=what).exclude(kind="sample").order_by("-opened_at")
    said = Decision.objects.filter(person=who, request_key=key).first() if key else None
    review = said.review if said else reviews.get(status__in=["open", "signed_once"]) if not at else reviews.first()
    assert review is not None
    call = {"review_id": review.id, "signer": who, "seen": more.pop("seen", review.digest), "request_key": key, **more}
    if verb == "revoke":  # is not about what is seen
        del call["seen"], call["request_key"]
    time.sleep(max(0.0, at - time.time()))
    try:
        decision = getattr(services, verb)(now=datetime.now(UTC), **call)
    except services.ReviewError as refusal:
        return [type(refusal).__name__, str(refusal)]
    if verb != "revoke":  # which answers with the review that is open again
        answered("decision", decision.id)
    return [str(getattr(decision, "verdict", verb)), str(decision.id)]


def digest_of(what: str) -> str:
    """What the open review of this run shows."""
    from reviews.models import Review

    digest: str = Review.objects.get(run__request_key=what, status__in=["open", "signed_once"]).digest
    return digest


def set_role(email: str, role: str, held: bool) -> None:
    """Give or take a role."""
    from agentops.core.audit.trail import Actor
    from agentops.core.permissions import Role
    from agentops.core.services import grant_role, revoke_role

    change = grant_role if held else revoke_role
    change(user=user(email), role=Role(role), by=Actor.system("bench"), now=datetime.now(UTC))


def set_limit(tool: str, limit: str) -> str:
    """Set the agent's limit for a tool; tightening applies at once. Returns the limit before."""
    from tools_registry.queries import current_policy
    from tools_registry.services.policy import confirm_policy, propose_policy

    policy, now = current_policy(), datetime.now(UTC)
    grant = policy.grant("faults", tool)
    wanted = policy.with_grant(replace(grant, item_limit=Decimal(limit)))
    first, second = (user(email) for email in ADMINISTRATORS)
    proposed = propose_policy(to=wanted, author=first, why="a test", now=now)
    if proposed.pending:
        confirm_policy(pending_id=proposed.pending.id, confirmer=second, now=now)
    return str(grant.item_limit)


def switch(scope: str, thrown: bool) -> None:
    """Throw a kill switch, or have both administrators release it."""
    from tools_registry.services.switches import release_switch, throw_switch

    now = datetime.now(UTC)
    first, second = (user(email) for email in ADMINISTRATORS)
    if thrown:
        throw_switch(scope=scope, by=first, reason="a test", now=now)
        return
    release_switch(scope=scope, by=first, now=now)
    release_switch(scope=scope, by=second, now=now)


def cancel(what: str) -> str:
    """Cancel the run that was asked for as `what`; answers what became of it."""
    from runs.models import Run
    from runs.services import RunEnded, cancel_run

    run = Run.objects.get(request_key=what)
    try:
        cancel_run(run_id=run.id, by=user(REQUESTER), reason="a test", now=datetime.now(UTC))
    except RunEnded:
        return "ended"
    run.refresh_from_db()
    return run.status


__all__ = ["cancel", "decide_this", "digest_of", "move_world", "set_limit", "set_role", "switch"]
