"""A form from the schema of a step's outcome, and a posted form back; no database, no page."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

import pytest
from pydantic import BaseModel, Field

from agentops.web.reviews import by_hand
from runs.agents import HandForm, Planned
from runs.by_hand import ForPeople


class Colour(StrEnum):
    RED = "red"
    DARK_BLUE = "dark_blue"


class Row(BaseModel):
    name: str = ""
    count: int | None = None


class Outcome(BaseModel):
    """One field of each kind."""

    title: str = Field(title="Called")
    amount: Decimal | None = None
    on: date | None = None
    sure: bool = False
    colour: Colour | None = None
    kind: Literal["big", "small"] = "big"
    rows: tuple[Row, ...] = ()
    inner: dict[str, str] = {}


KNOWN = {"title": "T\u202e", "amount": Decimal("1234.5"), "on": date(2026, 12, 16), "colour": Colour.RED}
KNOWN |= {"rows": [{"name": "a", "count": 1}], "inner": {"kept": "yes"}}


@pytest.fixture
def step():
    return ForPeople(Planned("see", "look", {}, "looking"), 0, HandForm(Outcome, KNOWN, "Look."), True)


def test_each_plain_field_is_an_input_of_its_kind_filled_with_what_is_known(step):
    form = by_hand._filled(step, {}, {})
    told = {one.name: (one.kind, one.value, one.required) for one in form.inputs}
    assert told == {
        "hand.title": ("text", "T\u202e", True),
        "hand.amount": ("money", "1,234.50", False),
        "hand.on": ("date", "16 Dec 2026", False),
        "hand.sure": ("choice", "", False),
        "hand.colour": ("choice", "red", False),
        "hand.kind": ("choice", "", False),
    }
    assert form.inputs[0].label == "Called"
    assert form.inputs[4].choices == (("red", "Red"), ("dark_blue", "Dark blue"))
    (rows,) = form.lists
    assert rows.columns == ("Name", "Count")
    assert [[one.value for one in row] for row in rows.rows] == [["a", "1"], *[["", ""]] * by_hand.SPARE]


def test_what_was_typed_comes_back_with_its_error_and_rows_grow(step):
    typed = {"hand.amount": "much", "hand.rows.6.name": "g"}
    form = by_hand._filled(step, typed, {"amount": "is no amount", "rows.6.count": "is missing"})
    amount = next(one for one in form.inputs if one.name == "hand.amount")
    assert (amount.value, amount.error) == ("much", "is no amount")
    assert len(form.lists[0].rows) == 7 + by_hand.SPARE
    assert form.lists[0].rows[6][1].error == "is missing"


def test_a_posted_form_is_the_values_of_the_schema(step):
    form = {
        "hand.title": " X ", "hand.amount": "1.234,50", "hand.on": "16 Dec 2026", "hand.sure": "true",
        "hand.rows.0.name": "a", "hand.rows.0.count": "2", "hand.rows.2.name": "c", "hand.rows.999999.name": "far",
        "hand.inner": "ignored", "hand.other": "ignored",
    }  # fmt: skip
    values = by_hand._values(Outcome, by_hand.PREFIX, form, KNOWN)
    assert values["rows"] == [{"name": "a", "count": "2"}, {"name": "c"}]
    made = Outcome.model_validate(values)
    assert (made.title, made.amount, made.on, made.sure) == ("X", Decimal("1234.50"), date(2026, 12, 16), True)
    assert (made.colour, made.kind, made.inner) == (None, "big", {"kept": "yes"})
