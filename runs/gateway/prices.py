"""What a call costs, by the price table of the day it was made; in millionths of the house's currency.

The table is `genai-prices`, which knows prices that depend on the length of the prompt and from which day each holds. A
model that is not in it has no known cost: it counts as `MODEL_CEILING`, and pages say so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.metadata import version

from django.conf import settings

from agentops.core.clock import today
from agentops.core.money import rate
from runs.gateway.messages import Used

DOLLARS = "USD"
# The table we pinned, and the newest day it speaks of: it does not date itself. A test asks for both with each upgrade.
TABLE, TABLE_DAY = "0.2.3", date(2026, 11, 9)


@dataclass(frozen=True, slots=True)
class Cost:
    """`micros` is what counts; `known` whether the table names a price, `as_of` the date that price is from."""

    micros: int
    known: bool
    as_of: date | None = None


def cost_of(provider: str, model: str, used: Used) -> Cost:
    """The cost of tokens that were used, or would be."""
    dollars = _by_table(provider, model, used)
    micros = math.ceil((_ceiling(used) if dollars is None else dollars) * _in_house_currency(today()) * 1_000_000)
    return Cost(micros, known=dollars is not None, as_of=None if dollars is None else table_day())


@lru_cache(maxsize=1)
def table_day() -> date | None:
    """The day the price table is from; None for another table than the one we know."""
    return TABLE_DAY if version("genai-prices") == TABLE else None


def _by_table(provider: str, model: str, used: Used) -> Decimal | None:
    import genai_prices  # its table is large, and only who asks models needs it

    usage = genai_prices.Usage(
        input_tokens=used.taken_in,
        output_tokens=used.out,
        cache_read_tokens=used.cached,
        cache_write_tokens=used.written,
        **({"cache_write_1h_tokens": used.written_for_long} if used.written_for_long else {}),
    )
    try:
        return genai_prices.calc_price(usage, model_ref=model, provider_id=provider).total_price
    except LookupError:
        return None


def _ceiling(used: Used) -> Decimal:
    """Dollars for a million tokens in and out, where no table knows the model."""
    per_in, per_out = settings.MODEL_CEILING
    return (per_in * used.taken_in + per_out * used.out) / 1_000_000


def _in_house_currency(day: date) -> Decimal:
    return _factor(settings.BASE_CURRENCY, day)


@lru_cache(maxsize=8)
def _factor(currency: str, day: date) -> Decimal:
    # Without a rate a dollar counts as one of ours: for the currencies of the North Atlantic about right.
    return rate(DOLLARS, currency, day) or Decimal(1)
