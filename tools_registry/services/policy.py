"""Changing the policy: tightening applies at once, loosening waits for a second administrator.

A command has nobody behind it. It may change the policy directly only until a person has confirmed one in the
product; afterwards it makes a pending change, which an administrator confirms like any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from agentops.core.audit import trail
from agentops.core.models import User
from tools_registry import policy as policies
from tools_registry.models import PendingPolicy, PendingStatus, PolicyHead, PolicySource, PolicyVersion
from tools_registry.policy import Change, Policy, PolicyInvalid
from tools_registry.services.entitlement import check_policy_admin
from tools_registry.services.errors import MayNotChangePolicy, PendingClosed, PolicyMoved
from tools_registry.services.seeding import ensure_policy

STREAM = "policy"
WAITS_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Proposed:
    """What became of a wished-for policy: what applies already, and what waits."""

    applied: PolicyVersion | None
    pending: PendingPolicy | None

    def __str__(self) -> str:
        done = f"{len(self.applied.changes)} changes apply now" if self.applied else "Nothing changed"
        if self.pending is None:
            return f"{done}."
        return f"{done}; {len(self.pending.changes)} wait for a policy administrator to confirm them."


@transaction.atomic
def propose_policy(*, to: Policy, author: User, why: str, now: datetime, seen: str | None = None) -> Proposed:
    """Ask for a policy: cells that tighten apply at once, the others wait for a second administrator.

    `seen` is the hash of the policy the author looked at. Raises `MayNotChangePolicy`, `PolicyMoved`,
    and `PolicyInvalid` for a policy that no one can mean.
    """
    head = lock_head()
    check_policy_admin(author)
    if seen is not None and seen != head.current_id:
        raise PolicyMoved("The policy was changed while you looked at it; look at it again")

    current = policy_of(head)
    changes = policies.compare(current, to)
    tightening = [change for change in changes if not change.loosens]
    loosening = [change for change in changes if change.loosens]
    applied = _apply(head, current, tightening, author=author, why=why, now=now) if tightening else None
    pending = _wait(head, loosening, author=author, why=why, now=now) if loosening else None
    return Proposed(applied, pending)


@transaction.atomic
def change_policy_by_command(*, to: Policy, why: str, now: datetime) -> Proposed:
    """Change the policy from a command: directly until a person has confirmed one, then as pending."""
    head = lock_head()
    current = policy_of(head)
    changes = policies.compare(current, to)
    if not changes:
        return Proposed(None, None)
    if PolicyVersion.objects.filter(confirmer__isnull=False).exists():
        return Proposed(None, _wait(head, changes, author=None, why=why, now=now))
    return Proposed(_apply(head, current, changes, author=None, why=why, now=now), None)


@transaction.atomic
def confirm_policy(*, pending_id: UUID, confirmer: User, now: datetime) -> PolicyVersion:
    """Give a pending change the second administrator's yes; raises `PendingClosed`, `MayNotChangePolicy`,
    `PolicyMoved`."""
    head = lock_head()
    pending = lock_pending(pending_id, now)
    check_policy_admin(confirmer)
    if pending.author is not None:
        if pending.author_id == confirmer.id:
            raise MayNotChangePolicy("A second administrator confirms this change; you asked for it")
        # Two entitled people stand behind a loosening, at the moment at which it is done.
        check_policy_admin(pending.author)

    changes = [Change.from_json(change) for change in pending.changes]
    version = _apply(
        head, policy_of(head), changes, author=pending.author, confirmer=confirmer, why=pending.why, now=now
    )
    _close(pending, PendingStatus.CONFIRMED, by=confirmer, now=now)
    return version


@transaction.atomic
def refuse_policy(*, pending_id: UUID, by: User, now: datetime) -> None:
    """Drop a pending change, as its author or another administrator; raises `PendingClosed`,
    `MayNotChangePolicy`."""
    lock_head()
    pending = lock_pending(pending_id, now)
    check_policy_admin(by)
    _close(pending, PendingStatus.REFUSED, by=by, now=now)
    _record("policy.refused", trail.Actor.of(by), pending, now)


@transaction.atomic
def expire_pending(*, now: datetime) -> int:
    """Close what nobody confirmed in time; says how many."""
    lock_head()
    overdue = PendingPolicy.objects.select_for_update().filter(status=PendingStatus.WAITING, expires_at__lte=now)
    for pending in overdue:
        _close(pending, PendingStatus.EXPIRED, by=None, now=now)
        _record("policy.expired", trail.Actor.system("ticker"), pending, now)
    return len(overdue)


def lock_head() -> PolicyHead:
    """The head of the policy, locked: changes happen one after the other."""
    try:
        return PolicyHead.objects.select_for_update(of=("self",)).select_related("current").get(id=1)
    except PolicyHead.DoesNotExist:
        ensure_policy()
        return lock_head()


def lock_pending(pending_id: UUID, now: datetime) -> PendingPolicy:
    """A pending change that still waits, locked; raises `PendingClosed`."""
    rows = PendingPolicy.objects.select_for_update(of=("self",)).select_related("author")
    pending = rows.filter(id=pending_id).first()
    if pending is None or pending.status != PendingStatus.WAITING:
        raise PendingClosed("This change was already answered")
    if pending.expires_at <= now:
        raise PendingClosed("Nobody confirmed this change in time; ask for it again")
    return pending


def policy_of(head: PolicyHead) -> Policy:
    """The policy at the head."""
    return Policy.from_json(head.current.body, head.current_id)


def _apply(
    head: PolicyHead,
    current: Policy,
    changes: Sequence[Change],
    *,
    author: User | None,
    confirmer: User | None = None,
    why: str,
    now: datetime,
) -> PolicyVersion:
    try:
        made = policies.apply(changes, current)
    except PolicyInvalid as error:
        raise PolicyMoved(str(error)) from error
    person = author is not None or confirmer is not None
    version = PolicyVersion.objects.create(
        hash=policies.hash_of(made, head.current_id),
        body=made.as_json(),
        parent_id=head.current_id,
        source=PolicySource.PERSON if person else PolicySource.COMMAND,
        author=author,
        confirmer=confirmer,
        loosens=any(change.loosens for change in changes),
        changes=[change.as_json() for change in changes],
        why=why,
    )
    head.current, head.moved_at = version, now
    head.save(update_fields=["current", "moved_at"])
    _record_change(version, confirmer or author)
    return version


def _wait(
    head: PolicyHead, changes: Sequence[Change], *, author: User | None, why: str, now: datetime
) -> PendingPolicy:
    pending = PendingPolicy.objects.create(
        base=head.current,
        changes=[change.as_json() for change in changes],
        source=PolicySource.PERSON if author else PolicySource.COMMAND,
        author=author,
        why=why,
        created_at=now,
        expires_at=now + WAITS_FOR,
    )
    _record("policy.proposed", _actor(author), pending, now)
    return pending


def _close(pending: PendingPolicy, status: PendingStatus, *, by: User | None, now: datetime) -> None:
    pending.status, pending.decided_by, pending.decided_at = status, by, now
    pending.save(update_fields=["status", "decided_by", "decided_at"])


def _record_change(version: PolicyVersion, by: User | None) -> None:
    event = trail.Event(
        action="policy.changed",
        actor=_actor(by),
        on_behalf_of=None if version.author_id is None else f"person:{version.author_id}",
        object=("policy", version.hash, None),
        policy=version.hash,
        data={"loosens": version.loosens, "changes": version.changes, "why": version.why},
    )
    trail.append(STREAM, event)


def _record(action: str, actor: trail.Actor, pending: PendingPolicy, now: datetime) -> None:
    event = trail.Event(
        action=action,
        actor=actor,
        object=("pending_policy", str(pending.id), None),
        policy=pending.base_id,
        data={"changes": pending.changes, "why": pending.why},
    )
    trail.append(STREAM, event)


def _actor(user: User | None) -> trail.Actor:
    return trail.Actor.of(user) if user is not None else trail.Actor.system("command")
