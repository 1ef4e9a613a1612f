"""Whether invoices are explained in this house: what was found out may leave, and the tool is granted."""

from __future__ import annotations

from runs.gateway.house_egress import house_egress
from tools_registry.kinds import Mode
from tools_registry.queries import current_policy

from ..policy import AGENT
from .summary import FACTS

TOOL = "explain_findings"


def may_explain() -> bool:
    """Where not, the step does not stand in the plan."""
    return house_egress(AGENT).names(FACTS) and current_policy().grant(AGENT, TOOL).mode is Mode.AUTO
