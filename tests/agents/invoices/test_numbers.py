"""Numbers in the form in which they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentops.agents.invoices.numbers import (
    account_key,
    fails_its_check_digits,
    is_another_kind,
    near_key,
    number_key,
    order_key,
    vat_key,
)

SAME = [
    "RE-2026-00447", "RE - 2026 - 00447", "RE-2026-447", "RE-2026-00000447", "re-2026-00447", "RE-2O26-00447",
    "RE-2026-00447.", "RE/2026/00447", "ＲＥ-2026-00447", "RE-2026-OO447",
]  # fmt: skip
printed = st.from_regex(r"[A-Z]{0,4}-?20[12]\d-?[0-9]{1,6}(-[0-9]{1,2})?", fullmatch=True)


@pytest.mark.parametrize("number", SAME)
def test_one_number_written_in_many_ways_has_one_key(number):
    assert number_key(number) == "RE-2026-447"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("RE-2026-00447", "RE-2025-00447"),
        ("R-1-12", "R-11-2"),
        ("R-2026-263", "R-2026-263-2"),
        ("RE-2026-100", "RE-2026-1000"),
        ("A-1", "B-1"),
    ],
)
def test_two_numbers_keep_two_keys(one, other):
    assert number_key(one) != number_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("RE-2026-00104", "RE2026104"), ("INV03051", "INVO3051"), ("R-1-12", "R-11-2"), ("S-5518", "5-S5I8")],
)
def test_numbers_that_look_alike_are_near(one, other):
    assert near_key(one) == near_key(other)


@pytest.mark.parametrize(("one", "other"), [("RE-2026-00447", "RE-2025-00447"), ("RE-2026-00447", "RE-2026-00448")])
def test_the_next_number_and_another_year_are_not_near(one, other):
    assert near_key(one) != near_key(other)


@given(printed)
def test_a_key_is_its_own_key_and_equal_keys_are_near(number):
    assert number_key(number_key(number)) == number_key(number)
    assert near_key(number_key(number)) == near_key(number)


@given(printed, st.sampled_from([str.lower, lambda n: n.replace("-", " - "), lambda n: f" {n}.", lambda n: n + " "]))
def test_case_spaces_and_full_stops_do_not_count(number, written):
    assert number_key(written(number)) == number_key(number)


@given(st.text(max_size=60))
def test_any_text_has_keys_and_none_raises(text):
    number_key(text), near_key(text), order_key(text), vat_key(text), account_key(text)


def test_what_has_no_letters_or_digits_has_no_key():
    assert number_key("--- / .") == "" == order_key("#")


def test_accounts_vat_ids_and_orders_are_compared_without_spaces_and_signs():
    assert account_key("de89 3704-0044 0532 0130 00") == "DE89370400440532013000"
    assert vat_key("NL8200.98.395.B.01") == "NL820098395B01"
    assert order_key("#1042") == order_key("1042")
    assert account_key(None) == vat_key(None) == ""


@pytest.mark.parametrize(
    ("vat_id", "fails"),
    [("DE0815", True), ("DE 136 695 976", False), ("EL094259216", False), ("EL094259217", True),
     ("CHE123456789", False), ("27/123/45678", False), ("", False), (None, False)],
)  # fmt: skip
def test_only_of_member_states_is_it_known_which_vat_ids_nobody_has(vat_id, fails):
    assert fails_its_check_digits(vat_id) is fails


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [("DE136695976", "FR40303265045", False), ("DE136695976", "27/123/45678", True), ("123456-7", "765432-1", False),
     ("123456-7", "12ABCDE0123A1A2", True)],
)  # fmt: skip
def test_numbers_made_differently_are_of_another_kind(one, other, differ):
    assert is_another_kind(one, other) is differ
