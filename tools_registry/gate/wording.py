"""How the gate writes amounts and times into a reason's sentence."""

from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Context, Decimal

from tools_registry.gate.case import Weighed

# As wide as any amount the gate takes, and independent of the calling thread's context.
WRITING = Context(prec=60, rounding=ROUND_HALF_EVEN)
ROUNDED_UP = Context(prec=60, rounding=ROUND_CEILING)
CENT = Decimal("0.01")


def money(amount: Decimal, currency: str | None, context: Context = WRITING) -> str:
    """18240 EUR as "18,240.00 EUR"."""
    return f"{amount.quantize(CENT, context=context):,f} {currency}"


def above(item: Weighed, found: Decimal, limit: Decimal, what: str, base_currency: str) -> str:
    """Say that an amount is above a limit, by its face value, converted, or together with others."""
    told_limit = f"above {what} of {money(limit, base_currency)}"
    action = item.action
    if found != item.worth:
        return f"Amounts of together {money(found, base_currency, ROUNDED_UP)} are {told_limit}"
    if action.amount is None or found == action.amount:
        return f"Amount {money(found, action.currency, ROUNDED_UP)} is {told_limit}"
    return (
        f"Amount {money(action.amount, action.currency)}, which is "
        f"{money(found, base_currency, ROUNDED_UP)}, is {told_limit}"
    )


def span(age: timedelta) -> str:
    """A length of time in the largest whole unit: "3 hours", "75 minutes"."""
    minutes = int(age.total_seconds() // 60)
    if minutes >= 48 * 60:
        return f"{minutes // 1440} days"
    if minutes >= 120:
        return f"{minutes // 60} hours"
    return f"{minutes} minutes"
