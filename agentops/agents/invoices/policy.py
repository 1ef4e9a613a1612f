"""This agent's rules as the policy in force has them: tolerances, who we are, and a fixed day in the demo."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.conf import settings

from tools_registry.policy import Policy
from tools_registry.queries import current_policy

from .facts import Tolerances

AGENT = "invoices"
NUMBERS = {
    "unit_price_tolerance_pct": "unit_price_pct",
    "quantity_tolerance_pct": "quantity_pct",
    "net_total_tolerance_pct": "net_total_pct",
    "net_total_tolerance_abs": "net_total_abs",
}
SEPARATOR = " | "  # between the names of our company


def tolerances() -> Tolerances:
    """The tolerances in force; the defaults where the policy names none."""
    return _tolerances(current_policy())


def business_day(today: date | None) -> date:
    """`today`, unless the policy of a demo or test names a day to take as today."""
    from agentops.core.clock import today as calendar

    named = current_policy().rule(AGENT, "as_of", "")
    if named and (settings.DEMO or settings.TEST):
        return date.fromisoformat(named)
    return today or calendar()


def _tolerances(policy: Policy) -> Tolerances:
    return _read(tuple(sorted(policy.rules.get(AGENT, {}).items())))


@lru_cache(maxsize=16)
def _read(rules: tuple[tuple[str, str], ...]) -> Tolerances:
    named = dict(rules)
    numbers = {field: Decimal(named[rule]) for rule, field in NUMBERS.items() if rule in named}
    ours = tuple(name for name in named.get("our_company", "").split(SEPARATOR) if name)
    without = named.get("match_without_reference", "allowed") == "allowed"
    return Tolerances(**numbers, our_names=ours, without_reference=without)
