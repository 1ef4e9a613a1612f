"""The gate's rules: each is named for what holds when it has nothing to say.

A rule reads the case and may deny, park or block with a reason. Rules do not know each other, and none
can take back what another said.
"""

from tools_registry.gate.rules import amounts, findings, sources, standing

__all__ = ["amounts", "findings", "sources", "standing"]
