# ruff: noqa: E501 - rows of examples read better whole
"""Printed dates in many languages; the order of day and month is proven or marked."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentops.agents.invoices.reading.page.dates import Day, Order, find_order, parse, parse_compact

DATES = st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "03.04.2026", "3.4.2026", "3. April 2026", "3 April 2026", "April 3, 2026", "03-Apr-2026", "3rd April 2026", "2026-04-03", "2026/04/03",
        "3 avril 2026", "3 de abril de 2026", "3 aprile 2026", "3 april 2026", "3 kwietnia 2026", "03APR26", "2026年4月3日", "Apr 3rd 2026",
    ],
)  # fmt: skip
def test_one_day_in_many_hands(text):
    assert parse(text).certain == date(2026, 4, 3)


@pytest.mark.parametrize(
    "text", ["32.01.2026", "31.02.2026", "1/2", "12.34", "4711", "00/00/0000", "June", "2026", "1.1.1800"]
)
def test_what_is_no_date_is_not_read_as_one(text):
    assert parse(text) is None


def test_slashes_keep_both_readings_until_the_document_decides():
    day = parse("03/04/2026")
    assert (day.day_first, day.month_first, day.certain) == (date(2026, 4, 3), date(2026, 3, 4), None)
    assert day.read(Order.MONTH_FIRST) == date(2026, 3, 4)


def test_another_date_in_the_document_proves_the_order():
    found = find_order([parse("03/04/2026"), parse("17/04/2026")], [], Order.MONTH_FIRST)
    assert (found.order, found.proven) == (Order.DAY_FIRST, True)


def test_usual_terms_of_payment_prove_the_order():
    issued, due = parse("03/02/2026"), parse("05/03/2026")
    found = find_order([issued, due], [(issued, due)], Order.MONTH_FIRST)
    assert (found.order, found.proven) == (Order.DAY_FIRST, True)


def test_without_evidence_the_order_is_only_assumed():
    found = find_order([parse("03/04/2026")], [], Order.DAY_FIRST)
    assert (found.order, found.proven) == (Order.DAY_FIRST, False)


def test_eight_digits_are_a_date_only_behind_a_label():
    assert parse("20260403") is None
    assert parse_compact("20260403").certain == date(2026, 4, 3)


@given(DATES)
def test_each_way_of_writing_a_date_gives_it_back(day):
    assert parse(day.isoformat()).certain == day
    assert parse(f"{day:%d.%m.%Y}").certain == day
    assert parse(f"{day:%d %B %Y}").certain == day
    assert parse(f"{day:%d/%m/%Y}").read(Order.DAY_FIRST) == day
    assert parse(f"{day:%m/%d/%Y}").read(Order.MONTH_FIRST) == day


@given(DATES, st.sampled_from([7, 10, 14, 30, 45, 60]))
def test_a_due_date_after_usual_terms_is_never_read_against_its_order(day, terms):
    due = day + timedelta(days=terms)
    if due.year > 2099:
        return
    pair = (Day(day, None), Day(due, None))
    assert find_order(list(pair), [pair], Order.MONTH_FIRST).order is Order.DAY_FIRST


@given(st.text(max_size=30))
def test_no_text_makes_the_parser_fail(text):
    parse(text)
