"""Printed numbers in every style mean what their writer meant."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentops.agents.invoices.reading.page.numbers import Style, find_style, read_number

POINT, COMMA = Style(".", True), Style(",", True)
AMOUNTS = st.decimals(min_value=0, max_value=Decimal("99999999.99"), places=2)


@pytest.mark.parametrize(
    ("text", "style", "value"),
    [
        ("1.234,56", COMMA, "1234.56"),
        ("1,234.56", POINT, "1234.56"),
        ("1 234,56", COMMA, "1234.56"),
        ("1\u202f234,56", COMMA, "1234.56"),
        ("1'234.50", POINT, "1234.50"),
        ("1’234.50", POINT, "1234.50"),
        ("12,34,567.89", POINT, "1234567.89"),
        ("1.234", COMMA, "1234"),
        ("1.234", POINT, "1.234"),
        ("0,0520", COMMA, "0.0520"),
        ("-12,50", COMMA, "-12.50"),
        ("12,50-", COMMA, "-12.50"),
        ("(12.50)", POINT, "-12.50"),
        ("-€12.50", POINT, "-12.50"),
        ("$3,500", POINT, "3500"),
        ("€ 5", COMMA, "5"),
        ("100,-", COMMA, "100"),
        (".50", POINT, "0.50"),
        ("1234.5", COMMA, "1234.5"),
    ],
)
def test_a_number_is_read_in_its_documents_style(text, style, value):
    assert read_number(text, style) == Decimal(value)


@pytest.mark.parametrize("text", ["", "abc", "12a", "1.2.3", "1,23,4", "12-34", "-", "€", "1.234.56", "1'23", "9" * 40])
def test_what_is_no_number_is_not_read_as_one(text):
    assert read_number(text, POINT) is None


@given(AMOUNTS)
def test_each_way_of_writing_an_amount_gives_it_back(amount):
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    french = english.replace(",", "\u00a0").replace(".", ",")
    swiss = english.replace(",", "'")
    plain = f"{amount:.2f}"
    assert {read_number(text, POINT) for text in (english, swiss, plain)} == {amount}
    assert {read_number(text, COMMA) for text in (german, french)} == {amount}


@given(st.text(max_size=30))
def test_no_text_makes_the_parser_fail(text):
    read_number(text, POINT)
    find_style([text])


@given(st.lists(AMOUNTS, min_size=1, max_size=8))
def test_a_page_of_amounts_shows_its_style(amounts):
    english = [f"{amount:,.2f}" for amount in amounts]
    german = [text.translate(str.maketrans(",.", ".,")) for text in english]
    assert find_style(english, assumed=",").decimal == "."
    assert find_style(german, assumed=".").decimal == ","


def test_where_nothing_shows_the_style_it_is_assumed_and_said_so():
    assert find_style(["1.234", "7", "text"], assumed=",") == Style(",", seen=False)
