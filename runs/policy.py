"""What is allowed at this moment: the policy in force and the kill switches, as a worker last read them.

Read once a second at most while runs are carried; the transaction of every effect reads both again under lock,
so what is stale here can delay a no, never cause a yes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from runs import sql
from tools_registry.facts import Grant
from tools_registry.kinds import Mode
from tools_registry.pipe import Guards
from tools_registry.queries import grants_for

# What every agent may do without a grant: ask a person, leave it to one, and say what came of it. It changes nothing; a
# grant that denies it still holds.
ALWAYS = frozenset({"clarify", "conclude", "escalate"})


@dataclass(frozen=True, slots=True)
class PolicyView:
    """The policy's hash and the scopes that are switched off."""

    hash: str
    switches: frozenset[str] = frozenset()
    guards: Guards = field(default_factory=Guards)

    def grants(self, agent: str) -> Mapping[str, Grant]:
        """Everything this agent was ever granted, by tool."""
        return grants_for(self.hash, agent)

    def has_day_limits(self, agent: str) -> bool:
        """Does any grant of this agent count what it does in a day?"""
        return any(
            grant.day_limit_agent or grant.day_limit_counterparty or grant.day_limit_order
            for grant in self.grants(agent).values()
        )

    def grant(self, agent: str, tool: str) -> Grant | None:
        """What this agent may do with this tool; None if it was never granted."""
        given = grants_for(self.hash, agent).get(tool)
        return Grant(agent, tool, Mode.AUTO) if given is None and tool in ALWAYS else given

    def stopped(self, agent: str, tools: Iterable[str]) -> str | None:
        """The first thrown switch that stops this, or None."""
        if not self.switches:
            return None
        scopes = ["all", f"agent:{agent}", *(f"tool:{tool}" for tool in tools)]
        return next((scope for scope in scopes if scope in self.switches), None)


_NOW = """
SELECT (SELECT h.current_id FROM tools_registry_policyhead h),
       (SELECT coalesce(array_agg(s.scope), '{}') FROM tools_registry_switch s)
"""


def current() -> PolicyView:
    """Read the policy in force and the switches; one round trip."""
    ((policy, switches),) = sql.query(_NOW)
    return seen(policy, switches)


def seen(policy: str, switches: Iterable[str]) -> PolicyView:
    """What a claim told with its runs."""
    thrown = frozenset(switches)
    return PolicyView(policy, thrown, Guards(stopped=lambda: thrown))
