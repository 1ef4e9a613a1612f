"""Amounts are exact, have a currency, and are converted only by a rate that is known."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from agentops.core.models import ExchangeRate
from agentops.core.money import Money, NotMoney, OtherCurrency, convert, quantized, rate
from agentops.core.services import Rate, store_rates

DAY = date(2026, 3, 2)


@pytest.mark.parametrize(("currency", "kept"), [("EUR", "10.56"), ("JPY", "11"), ("BHD", "10.556"), ("CLF", "10.5559")])
def test_an_amount_has_the_digits_of_its_currency(currency, kept):
    assert Money(Decimal("10.5559"), currency).amount == Decimal(kept)


def test_money_is_parsed_strictly():
    assert Money.parse("-1234.50", "EUR") == Money(Decimal("-1234.5"), "EUR")


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("1,5", "EUR"),
        ("1 000", "EUR"),
        ("1e3", "EUR"),
        ("NaN", "EUR"),
        ("", "EUR"),
        (" 1", "EUR"),
        ("1.", "EUR"),
        (".5", "EUR"),
        ("١٢", "EUR"),
        ("1.005", "EUR"),
        ("0.5", "JPY"),
        ("1", "eur"),
        ("1", "XXX"),
        ("1", ""),
        ("9" * 19, "EUR"),
        ("1\n", "EUR"),
    ],
)
def test_what_is_not_money_is_refused(amount, currency):
    with pytest.raises(NotMoney):
        Money.parse(amount, currency)


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity"), 1.5, 1, "1", Decimal(10) ** 40])
def test_money_is_made_of_finite_decimals_only(amount):
    with pytest.raises(NotMoney):
        Money(amount, "EUR")


def test_two_currencies_are_not_added_or_compared():
    with pytest.raises(OtherCurrency):
        Money(Decimal(1), "EUR") + Money(Decimal(1), "USD")
    with pytest.raises(OtherCurrency):
        assert Money(Decimal(1), "EUR") < Money(Decimal(1), "USD")


@given(st.decimals(-(10**12), 10**12, places=2), st.decimals(-(10**12), 10**12, places=2))
def test_sums_are_exact(one, other):
    total = Money(one, "EUR") + Money(other, "EUR")
    assert total - Money(other, "EUR") == Money(one, "EUR")
    assert total.amount == one + other


def test_an_unknown_currency_has_no_digits():
    with pytest.raises(NotMoney):
        quantized(Decimal(1), "ABC")


@pytest.fixture
def rates(db, now, setup):
    def known(*rows):
        store_rates(
            [Rate(base, currency, day, Decimal(value)) for base, currency, day, value in rows],
            by=setup,
            now=now,
        )

    return known


def test_the_newest_rate_not_after_the_day_is_taken(rates):
    rates(
        ("EUR", "USD", DAY - timedelta(days=9), "1.10"),
        ("EUR", "USD", DAY - timedelta(days=2), "1.20"),
        ("EUR", "USD", DAY + timedelta(days=1), "1.30"),
    )
    assert convert(Money(Decimal(100), "EUR"), "USD", DAY) == Money(Decimal(120), "USD")


def test_a_rate_is_used_the_other_way_round(rates):
    rates(("EUR", "USD", DAY, "1.25"))
    assert convert(Money(Decimal(125), "USD"), "EUR", DAY) == Money(Decimal(100), "EUR")


def test_two_rates_are_joined_over_the_base_currency(rates):
    rates(("EUR", "USD", DAY, "1.25"), ("EUR", "CHF", DAY, "0.95"))
    assert rate("USD", "CHF", DAY) == Decimal("0.8") * Decimal("0.95")


def test_without_a_rate_there_is_no_answer(rates):
    rates(("EUR", "USD", DAY - timedelta(days=31), "1.25"))
    assert convert(Money(Decimal(1), "USD"), "EUR", DAY) is None
    assert convert(Money(Decimal(1), "USD"), "CHF", DAY) is None


@pytest.mark.django_db
def test_the_same_currency_needs_no_rate():
    assert convert(Money(Decimal(1), "EUR"), "EUR", DAY) == Money(Decimal(1), "EUR")


def test_a_rate_stored_again_replaces_the_one_of_that_day_and_the_trail_says_so(rates, execute):
    rates(("EUR", "USD", DAY, "1.25"))
    rates(("EUR", "USD", DAY, "1.26"))
    assert rate("EUR", "USD", DAY) == Decimal("1.26")
    assert execute("SELECT count(*) FROM audit_entry WHERE action = 'rates.stored'") == [(2,)]


@pytest.mark.parametrize("bad", [("EUR", "EUR", "1"), ("EUR", "ABC", "1"), ("EUR", "USD", "0"), ("EUR", "USD", "NaN")])
def test_one_bad_rate_keeps_all_out(rates, bad):
    with pytest.raises(NotMoney):
        rates(("EUR", "CHF", DAY, "0.95"), (bad[0], bad[1], DAY, bad[2]))
    assert not ExchangeRate.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"rate": Decimal(0)}, "exchange_rate_is_above_zero"),
        ({"currency": "EUR"}, "exchange_rate_joins_two_currencies"),
    ],
)
def test_round_the_service_the_database_refuses_a_bad_rate(db, fields, sentence):
    with pytest.raises(IntegrityError, match=sentence):
        ExchangeRate.objects.create(**{"base": "EUR", "currency": "USD", "day": DAY, "rate": Decimal(1), **fields})


def test_round_the_service_a_day_has_one_rate(db):
    ExchangeRate.objects.create(base="EUR", currency="USD", day=DAY, rate=1)
    with pytest.raises(IntegrityError, match="exchange_rate_one_per_pair_and_day"):
        ExchangeRate.objects.create(base="EUR", currency="USD", day=DAY, rate=2)
