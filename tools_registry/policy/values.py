"""A policy as a value: its grants and rules, its file form and its hash."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from agentops.core.hashing import digest
from tools_registry.facts import Grant, Json
from tools_registry.kinds import Mode
from tools_registry.policy.reading import PolicyInvalid, Rules, check_grant, read_grant, read_rules


@dataclass(frozen=True)
class Policy:
    """The grants of all agents and the rules their code asks for."""

    grants: Mapping[str, Mapping[str, Grant]] = field(default_factory=dict)
    rules: Rules = field(default_factory=dict)
    hash: str = ""

    @classmethod
    def of(cls, grants: Iterable[Grant], rules: Rules | None = None, hash: str = "") -> Self:
        """A policy of these grants; raises `PolicyInvalid` for a malformed one and for two of one cell."""
        table: dict[str, dict[str, Grant]] = {}
        for grant in grants:
            check_grant(grant)
            if grant.tool in table.setdefault(grant.agent, {}):
                raise PolicyInvalid(f"{grant.agent}, {grant.tool}: granted twice")
            table[grant.agent][grant.tool] = grant
        return cls(table, {agent: dict(named) for agent, named in (rules or {}).items()}, hash)

    def grant(self, agent: str, tool: str) -> Grant:
        """What the agent may do with the tool; denied where nothing was granted."""
        return self.grants.get(agent, {}).get(tool) or Grant(agent, tool, Mode.DENY)

    def rule(self, agent: str, name: str, default: str) -> str:
        """A rule of the agent's, such as a tolerance; `default` where the policy has none."""
        return self.rules.get(agent, {}).get(name, default)

    def all_grants(self) -> list[Grant]:
        """Every grant, by agent and tool."""
        return [row[tool] for _, row in sorted(self.grants.items()) for tool in sorted(row)]

    def with_grant(self, grant: Grant) -> "Policy":
        """The same policy with this one grant in place of what stood there."""
        others = [old for old in self.all_grants() if (old.agent, old.tool) != (grant.agent, grant.tool)]
        return Policy.of([*others, grant], self.rules)

    def as_json(self) -> Json:
        """The file form; `Policy.from_json` reads it back."""
        return {
            "format": 1,
            "grants": [grant.as_json() for grant in self.all_grants()],
            "rules": {agent: dict(sorted(named.items())) for agent, named in sorted(self.rules.items())},
        }

    @classmethod
    def from_json(cls, data: Any, hash: str = "") -> "Policy":
        """Read the file form; raises `PolicyInvalid` naming the first entry that is wrong."""
        if not isinstance(data, Mapping) or data.get("format") != 1:
            raise PolicyInvalid("This is not a policy file: it has no format 1")
        if unknown := set(data) - {"format", "grants", "rules"}:
            raise PolicyInvalid(f"A policy file has no entry {sorted(unknown)[0]}")
        if not isinstance(data.get("grants", []), list):
            raise PolicyInvalid("The grants of a policy file are a list")
        grants = [read_grant(number, entry) for number, entry in enumerate(data.get("grants", []), 1)]
        return cls.of(grants, read_rules(data.get("rules", {})), hash)


def hash_of(policy: Policy, parent: str | None) -> str:
    """The name of a policy version: content and history, so that going back makes a new version."""
    return digest({"policy": policy.as_json(), "parent": parent})


EMPTY_HASH = hash_of(Policy(), None)
