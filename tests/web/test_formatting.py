"""How values read: money, dates, ages, account numbers, and text from strangers."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentops.web import formatting

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "currency", "written"),
    [
        ("18240", "EUR", "18,240.00"),
        ("0.5", "EUR", "0.50"),
        ("1250000", "JPY", "1,250,000"),
        ("12.3456", "EUR", "12.3456"),
        ("-214.9", "EUR", "\N{MINUS SIGN}214.90"),
        ("3.125", "KWD", "3.125"),
    ],
)
def test_money_has_the_decimals_of_its_currency(value, currency, written):
    assert formatting.money(Decimal(value), currency) == f"{written}{NBSP}{currency}"


def test_no_digit_of_an_amount_is_ever_rounded_away_silently():
    assert formatting.amount(Decimal("0.019"), "EUR") == "0.019"


def test_days_and_moments_read_like_a_letter():
    assert formatting.day(date(2026, 12, 2)) == "2 Dec 2026"
    assert formatting.moment(datetime(2026, 12, 12, 9, 40, 12)) == "12 Dec 2026, 09:40:12"


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0.012, "12 ms"), (3, "3.0 s"), (44.2, "44 s"), (72, "1 m 12 s"), (7500, "2 h 5 m"), (0.9999, "1.0 s")],
)
def test_durations_keep_the_precision_that_matters(seconds, written):
    assert formatting.span(seconds) == written


@pytest.mark.parametrize(
    ("ago", "written"),
    [
        (timedelta(seconds=20), "now"),
        (timedelta(minutes=38), "38 m"),
        (timedelta(hours=5, minutes=50), "5 h"),
        (timedelta(days=3), "3 d"),
    ],
)
def test_ages_are_rough(ago, written):
    assert formatting.age(ago) == written


def test_an_account_number_is_grouped_and_never_cut():
    assert formatting.iban("DE89370400440532013000").replace(NBSP, " ") == "DE89 3704 0044 0532 0130 00"


@pytest.mark.parametrize(
    ("said", "number"),
    [("R-20931", 20931), ("r 20931", 20931), ("20931", 20931), ("R-", None), ("RX-1", None), ("٣", None)],
)
def test_a_run_is_found_by_what_people_call_it(said, number):
    assert formatting.run_number(said) == number


def test_roles_and_statuses_are_spelled_out():
    assert formatting.words("policy_admin") == "Policy administrator"
    assert formatting.words("awaiting_review") == "Awaiting review"


def test_initials_and_colours_are_the_same_on_every_page():
    assert formatting.initials("Maria Keller") == "MK"
    assert formatting.initials("inbox") == "I"
    assert formatting.hue("maria") == formatting.hue("maria")


HOSTILE = ["\u202e", "\u200b", "\u2066", "\ufeff", "\U000e0041", "\u00ad", "\u3164", "\x1b", "\u200d"]


@pytest.mark.parametrize("sign", HOSTILE)
def test_a_hidden_character_is_written_out(sign):
    assert formatting.visible(f"pay{sign}me") == f"pay[U+{ord(sign):04X}]me"


@pytest.mark.parametrize("text", ["Größe 7 µm", "日本語", "zażółć", "line\nline\ttab", "مورد", "10 €"])
def test_ordinary_writing_of_any_language_is_left_alone(text):
    assert formatting.visible(text) == text


@given(st.text())
def test_nothing_hidden_is_left_and_nothing_visible_is_lost(text):
    shown = formatting.visible(text)
    assert not any(formatting.is_hidden(sign) for sign in shown)
    assert [s for s in text if not formatting.is_hidden(s)] == [
        sign for hidden, piece in formatting.pieces(text) if not hidden for sign in piece
    ]
