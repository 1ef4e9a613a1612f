"""What calls cost: by the dated table, with tiers by the prompt's length; unknown is said, not guessed."""

from datetime import date
from decimal import Decimal

import pytest

from runs.gateway import prices
from runs.gateway.messages import Used
from runs.gateway.prices import cost_of


@pytest.fixture(autouse=True)
def _fresh(db):
    prices._factor.cache_clear()
    yield
    prices._factor.cache_clear()


@pytest.mark.parametrize(
    ("model", "used", "micros"),
    [
        ("claude-opus-5-5", Used(fresh=1_000_000), 4_000_000),
        ("claude-opus-5-5", Used(out=1_000_000), 20_000_000),
        ("claude-opus-5-5", Used(cached=1_000_000), 200_000),
        ("claude-opus-5-5", Used(written=1_000_000), 5_000_000),
        ("claude-opus-5-5", Used(written=1_000_000, written_for_long=1_000_000), 8_000_000),
        ("claude-haiku-5-5", Used(fresh=100_000), 10_000),
        ("claude-haiku-5-5", Used(fresh=200_000), 100_000),  # the longer prompt is dearer, all of it
    ],
)
def test_the_table_knows_tiers_and_caches(model, used, micros):
    found = cost_of("anthropic", model, used)
    assert (found.micros, found.known, found.as_of) == (micros, True, prices.TABLE_DAY)


def test_a_model_without_a_price_counts_as_the_ceiling_and_says_so(settings):
    settings.MODEL_CEILING = (Decimal(10), Decimal(100))
    found = cost_of("anthropic", "somebodys-own", Used(fresh=100_000, out=10_000))
    assert (found.micros, found.known, found.as_of) == (2_000_000, False, None)


def test_costs_are_in_the_houses_currency():
    from agentops.core.clock import today
    from agentops.core.models import ExchangeRate

    ExchangeRate.objects.create(base="EUR", currency="USD", day=today(), rate=Decimal("1.25"))
    assert cost_of("anthropic", "claude-opus-5-5", Used(fresh=1_000_000)).micros == 3_200_000


def test_the_price_table_is_the_one_whose_day_we_wrote_down():
    """After an upgrade: look at the newest day the table speaks of, and write both down in `prices`."""
    assert prices.table_day() is not None
    assert prices.table_day() <= date.today()
