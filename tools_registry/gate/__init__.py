"""The gate: may this proposal be done alone, does it need people, or may it not be done at all?"""

from tools_registry.gate.judge import RULES, Rule, gate
from tools_registry.gate.limits import uses_of
from tools_registry.verdicts import Allow, Deny, Review

__all__ = ["RULES", "Allow", "Deny", "Review", "Rule", "gate", "uses_of"]
