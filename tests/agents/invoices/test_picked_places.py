"""A reviewer shows where on the page a value stands: the reading keeps the place, and the lesson is learned from it."""
# ruff: noqa: F811 - fixtures are named as what they make

from django.db import transaction

from agentops.agents.invoices import services
from agentops.agents.invoices.models import Lesson
from runs import steering
from runs.agents import Instruction

from .house import proposal_of
from .test_lessons import NOW, corrector, house, paper, read  # noqa: F401 - fixtures

# The same day twice, behind two words that nobody knows.
TWICE = [(60, 610, "Geldabfluss"), (200, 610, "15.12.2026")]
UPPER, LOWER = [0.32, 0.244, 0.45, 0.262], [0.32, 0.263, 0.45, 0.282]


def put_right(house, corrector, shown):
    run_id = house.send(data=paper("RE-1", more=TWICE))
    places = {"due_date": {"page": 1, "box": shown}} if shown else {}
    fields = {"due_date": "2026-12-15"}
    with transaction.atomic():
        said = Instruction("wrong_value", "There.", fields, by=corrector.pk, places=places)
        steering.send_back(steering.lock_run(run_id), proposal_of(run_id), instruction=said, now=NOW)
    house.work()
    house.approve(run_id)
    services.learn_from_corrections(now=NOW)
    return run_id


def test_the_lesson_is_about_the_place_that_was_shown(house, vendor, corrector):
    run_id = put_right(house, corrector, LOWER)
    assert Lesson.objects.get().label == "geldabfluss"
    seen = read(run_id)["seen"]["due_date"]
    assert (seen["value"], seen["method"], seen["page"], seen["box"]) == ("2026-12-15", "person", 1, LOWER)
    row = next(row for row in proposal_of(run_id).body["fields"] if row["name"] == "due_date")
    assert row["source"] == {"kind": "person", "page": 1, "box": LOWER}


def test_another_place_is_another_lesson(house, vendor, corrector):
    put_right(house, corrector, UPPER)
    assert Lesson.objects.get().label == "valutastellung"


def test_a_place_with_nothing_there_teaches_what_the_value_alone_does(house, vendor, corrector):
    put_right(house, corrector, [0.9, 0.9, 0.95, 0.95])
    assert Lesson.objects.get().label == "valutastellung"
