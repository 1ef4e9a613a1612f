"""The plain values the gate judges: a proposal's facts, the grants, and the world around them.

Nothing here checks itself: the gate must be total, so malformed values have to be representable.
All round-trip through JSON: `X.from_json(x.as_json()) == x`.
"""

from tools_registry.facts.grants import GRANT_AMOUNTS, GateContext, Grant, HouseCeiling, LimitUse
from tools_registry.facts.origins import Origin, Source
from tools_registry.facts.plain import Json
from tools_registry.facts.proposal import ActionFacts, Check, ProposalFacts, Reason

__all__ = [
    "GRANT_AMOUNTS",
    "ActionFacts",
    "Check",
    "GateContext",
    "Grant",
    "HouseCeiling",
    "Json",
    "LimitUse",
    "Origin",
    "ProposalFacts",
    "Reason",
    "Source",
]
