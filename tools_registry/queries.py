"""Every read of this room: the policy in force, what is stopped, what is used of the limits."""

import time
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from tools_registry.facts import Grant, HouseCeiling
from tools_registry.facts import LimitUse as Use
from tools_registry.models import LimitUse, PendingPolicy, PendingStatus, PolicyVersion, Switch
from tools_registry.policy import EMPTY_HASH, Policy

# "Workers obey within five seconds": what is stopped is asked again after this many.
STOPPED_IS_KNOWN_FOR = 1.0


def head_hash() -> str:
    """The hash of the policy in force: one row by primary key. A statement of the caller's may fold it in as
    `(SELECT current_id FROM tools_registry_policyhead WHERE id = 1)`."""
    with connection.cursor() as cursor:  # without the ORM: it is asked once for every batch of runs
        cursor.execute("SELECT current_id FROM tools_registry_policyhead WHERE id = 1")
        row = cursor.fetchone()
    return str(row[0]) if row else EMPTY_HASH


def current_policy() -> Policy:
    """The policy in force; costs one row, the policy itself is remembered by its hash."""
    return policy(head_hash())


@lru_cache(maxsize=32)
def policy(policy_hash: str | None) -> Policy:
    """The policy of this hash, remembered because it never changes; raises `PolicyVersion.DoesNotExist`."""
    if not policy_hash or policy_hash == EMPTY_HASH:
        return Policy(hash=EMPTY_HASH)
    body = PolicyVersion.objects.values_list("body", flat=True).get(hash=policy_hash)
    return Policy.from_json(body, policy_hash)


@lru_cache(maxsize=256)
def grants_for(policy_hash: str | None, agent: str) -> Mapping[str, Grant]:
    """The agent's grants under this policy, by tool: what the gate takes."""
    return MappingProxyType(dict(policy(policy_hash).grants.get(agent, {})))


@lru_cache(maxsize=1)
def house_ceiling() -> HouseCeiling:
    """The limits that no grant raises, from the settings."""
    ceiling: dict[str, Any] = settings.HOUSE_CEILING
    return HouseCeiling(**ceiling)


def stopped() -> frozenset[str]:
    """The scopes of all thrown switches, asked now."""
    return frozenset(Switch.objects.values_list("scope", flat=True))


def stopped_lately() -> frozenset[str]:
    """The same, at most a second old; for decisions that are made again before anything happens."""
    global _stopped
    asked_at, scopes = _stopped
    if time.monotonic() - asked_at > STOPPED_IS_KNOWN_FOR:
        scopes = stopped()
        _stopped = (time.monotonic(), scopes)
    return scopes


_stopped: tuple[float, frozenset[str]] = (float("-inf"), frozenset())


def used_of(uses: Iterable[Use]) -> dict[str, Decimal]:
    """What is used so far of the limits that a proposal would draw on, as `GateContext.used` wants it."""
    wanted = list(uses)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT held.\"limit\" || ':' || held.scope, held.used FROM tools_registry_limituse held "
            'JOIN unnest(%s::text[], %s::text[], %s::date[]) AS given("limit", scope, day) '
            'USING (scope, "limit", day)',
            [[use.limit for use in wanted], [use.scope for use in wanted], [use.day for use in wanted]],
        )
        return dict(cursor.fetchall())


def limits_of(day: date) -> QuerySet[LimitUse]:
    """Every counter of a business day, fullest first by scope."""
    return LimitUse.objects.filter(day=day).order_by("scope", "limit")


def waiting_policies() -> QuerySet[PendingPolicy]:
    """The changes that wait for a second administrator, oldest first."""
    rows = PendingPolicy.objects.filter(status=PendingStatus.WAITING)
    return rows.select_related("author", "base").order_by("created_at")


def policy_history() -> QuerySet[PolicyVersion]:
    """Every policy version, newest first."""
    return PolicyVersion.objects.select_related("author", "confirmer").order_by("-created_at")
