"""What a proposal would use up of the cumulative limits: per counterparty, per order and per agent, each day.

A counter belongs to one grant (an agent and a tool), so no two caps meet on one row. Only what an agent may
do alone is counted; what a person approves is not.
"""

from decimal import Decimal

from tools_registry.facts import LimitUse
from tools_registry.gate.case import SUMS, ZERO, Case, Weighed
from tools_registry.kinds import Mode


def uses_of(case: Case) -> tuple[LimitUse, ...]:
    """Each limit the proposal draws on, with the sum of its actions; raises nothing."""
    if case.uses is None:
        case.uses = tuple(_gathered(case).values())
    return case.uses


def caps_of(item: Weighed) -> tuple[tuple[str, Decimal | None, str | None], ...]:
    """The limits set for an item: name, cap, and whom it counts for (None: nobody is named)."""
    grant = item.grant
    if grant is None or grant.mode is not Mode.AUTO:
        return ()
    return (
        ("counterparty_day", grant.day_limit_counterparty, item.action.counterparty),
        ("order_day", grant.day_limit_order, item.action.order),
        ("agent_day", grant.day_limit_agent, grant.agent),
    )


def _gathered(case: Case) -> dict[str, LimitUse]:
    day = case.context.today or case.context.now.date()
    found: dict[str, LimitUse] = {}
    for item in case.items:
        amount = item.converted
        if amount is None or amount <= ZERO:
            continue
        for limit, cap, whom in caps_of(item):
            if cap is None or not whom:
                continue
            use = LimitUse(limit, _scope(item, whom), day, amount, cap)
            before = found.get(use.key)
            if before is not None:
                use = LimitUse(limit, use.scope, day, SUMS.add(before.amount, amount), cap)
            found[use.key] = use
    return found


def _scope(item: Weighed, whom: str) -> str:
    assert item.grant is not None  # noqa: S101 - caps_of gives nothing without a grant
    return f"{item.grant.agent}/{item.grant.tool}/{whom}"
