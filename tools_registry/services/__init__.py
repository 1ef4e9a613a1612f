"""Every write of this room, by capability: policy, switches, limits and the register of tools."""

from tools_registry.queries import current_policy, grants_for
from tools_registry.services.errors import MayNotChangePolicy, PendingClosed, PolicyError, PolicyMoved
from tools_registry.services.limits import LimitFull, release_limits, reserve_limits
from tools_registry.services.policy import (
    Proposed,
    change_policy_by_command,
    confirm_policy,
    expire_pending,
    propose_policy,
    refuse_policy,
)
from tools_registry.services.seeding import ensure_policy
from tools_registry.services.switches import release_switch, throw_switch
from tools_registry.services.tools import sync_tools

__all__ = [
    "LimitFull",
    "MayNotChangePolicy",
    "PendingClosed",
    "PolicyError",
    "PolicyMoved",
    "Proposed",
    "change_policy_by_command",
    "confirm_policy",
    "current_policy",
    "ensure_policy",
    "expire_pending",
    "grants_for",
    "propose_policy",
    "refuse_policy",
    "release_limits",
    "release_switch",
    "reserve_limits",
    "sync_tools",
    "throw_switch",
]
