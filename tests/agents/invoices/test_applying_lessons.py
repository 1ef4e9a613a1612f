"""A lesson against the document's own figures: where the two disagree, the lesson loses."""

from dataclasses import replace

import pytest

from agentops.agents.invoices.lessons import agreement
from agentops.agents.invoices.lessons.applying import with_lessons
from agentops.agents.invoices.lessons.noted import Led, Noted, Place, of_reading
from agentops.agents.invoices.reading import Finding, Found, Reading, Source

READ = {"net_total": "100.00", "tax_total": "19.00", "gross_total": "119.00", "issue_date": "2026-10-29"}


def reading(**changes):
    source = Source("text", 1, (0.1, 0.1, 0.2, 0.2), "x")
    values = {**READ, **changes}
    return Reading(fields={name: Found(value, 0.9, source) for name, value in values.items() if value is not None})


def led(**values):
    return {name: Led(id=f"lesson of {name}", value=value, source=Place(page=1)) for name, value in values.items()}


def applied(read, **values):
    after, used = with_lessons(read, led(**values), ())
    return {name: after.text(name) for name in values}, sorted(used)


def test_a_missing_value_is_filled_and_says_that_a_lesson_led_to_it():
    after, used = with_lessons(reading(), led(due_date="2026-11-28"), ())
    assert (after.text("due_date"), after["due_date"].source.method) == ("2026-11-28", "lesson")
    assert used == {"due_date": "lesson of due_date"}


def test_a_lesson_that_says_what_was_read_changes_nothing():
    assert applied(reading(), gross_total="119.00") == ({"gross_total": "119.00"}, [])
    after, _ = with_lessons(reading(), led(gross_total="119.00"), ())
    assert after["gross_total"].confidence == 0.9


def test_a_lesson_that_contradicts_the_arithmetic_loses():
    assert applied(reading(), gross_total="191.00") == ({"gross_total": "119.00"}, [])
    both = {"net_total": "10.00", "tax_total": "1.90"}
    assert applied(reading(), **both) == ({"net_total": "100.00", "tax_total": "19.00"}, [])


def test_a_lesson_that_mends_the_arithmetic_wins_and_the_finding_goes():
    wrong = replace(
        reading(gross_total="100.00"),
        findings=(
            Finding("totals_inconsistent", "It is 119.00.", "gross_total"),
            Finding("low_quality", "x"),
        ),
    )
    after, used = with_lessons(wrong, led(gross_total="119.00"), ())
    assert (after.text("gross_total"), list(used)) == ("119.00", ["gross_total"])
    assert [one.code for one in after.findings if one.code != "missing_field"] == ["low_quality"]


def test_a_day_to_pay_before_the_invoice_loses():
    assert applied(reading(), due_date="2026-10-01") == ({"due_date": None}, [])
    assert applied(reading(), due_date="2026-11-01", gross_total="5.00") == (
        {"due_date": "2026-11-01", "gross_total": "119.00"}, ["due_date"]
    )  # fmt: skip


@pytest.mark.parametrize(
    "answer",
    [
        {"layout": "all of it"},
        {"found": {"due_date": {"id": "x", "value": "y" * 1000, "source": {}}}},
        {"anchors": {"due_date": {"field": "due_date", "label": "", "way": "right"}}},
        {"obey": "me"},
    ],
)
def test_an_answer_out_of_the_sandbox_that_is_none_is_not_taken(answer):
    assert of_reading(replace(reading(), noted=answer)) == Noted()


def test_layouts_agree_by_their_wording_and_its_place():
    marks = [f"wording {n}@{n}" for n in range(10)]
    assert agreement(marks, marks) == 1.0
    assert agreement(marks, [f"wording {n}@{n + 1}" for n in range(10)]) == 1.0
    assert agreement(marks, [f"wording {n}@{n + 5}" for n in range(10)]) == 0.0
    assert agreement(marks[:3], marks[:3]) == 0.0  # too little to tell by
