"""A day's runs, replayed: as they were with today's code, and found out where a rule decides otherwise.

`golden/invoices.jsonl` holds the records of such a day. Whoever changes on purpose what the agent decides writes it
anew: `AGENTOPS_WRITE_GOLDEN=yes python -m pytest tests/stories/test_replay.py`, and reads the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

from runs.models import Run
from runs.replay import regress
from runs.replay.differences import Matters
from runs.replay.player import play
from runs.replay.reading import read_tape
from tests.agents.support.conftest import house as support_house
from tests.stories.conftest import open_review, until

__all__ = ["support_house"]  # the fixture

GOLDEN = Path(__file__).parent / "golden" / "invoices.jsonl"


def a_day(house):
    """Invoices with every fate, decided on the pages."""
    tom = house.browser("tom.brandt")
    plain = [house.send(house.bill("400.00")), house.send(house.bill("120.50"), kind="xml-cii")]
    unordered = house.send(house.bill("300.00", ordered=False))
    twice = house.bill("500.00")
    first = house.send(twice)
    house.settled(first)
    again = house.send(twice, name="again.xml")
    approved, rejected, edited, returned, waiting = (house.send(house.bill(f"9{n}00.00")) for n in range(5))
    house.say(tom, house.waiting(approved), "approve")
    house.say(tom, house.waiting(rejected), "reject", code="other", words="Not ours.")
    house.say(tom, house.waiting(edited), "approve", **{"edit.due_date": "2027-02-01"})
    was = house.waiting(returned).digest
    form = {"code": "other", "words": "The due date is later.", "comment.due_date": "2027-01-15"}
    house.say(tom, house.waiting(returned), "send_back", **form)
    until(lambda: house.settled(returned) and open_review(returned).digest != was)
    house.say(tom, open_review(returned), "approve")
    for run_id in (approved, rejected, edited, returned):
        house.ended(run_id)
    for run_id in (*plain, unordered, again, waiting):
        house.settled(run_id)
    return Run.objects.get(pk=approved)


def test_a_day_of_invoices_replays_without_a_difference_and_a_changed_rule_is_found(open_house, monkeypatch):
    approved = a_day(open_house)
    runs = regress.stored_runs(since=None)
    found = [play(read_tape(run_id)) for run_id in runs]
    assert len(found) == 10
    assert [one.told() for played in found for one in differences_of(played)] == []
    assert all(played.compared > 10 for played in found)
    if os.environ.get("AGENTOPS_WRITE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        regress.write_file(GOLDEN, runs)

    from agentops.agents.invoices import assessment

    rules = assessment.checks_for
    monkeypatch.setattr(assessment, "checks_for", lambda *given: rules(*given)[1:])
    (first,) = play(read_tape(approved.pk)).differences
    assert (first.matters, first.now) == (Matters.OUTCOME, "not made")
    assert first.what.startswith("check ")


def differences_of(played):
    """Those of the code; what an edit was compared with has moved on since."""
    return [one for one in played.differences if one.matters is not Matters.WORLD]


def test_the_golden_day_is_decided_as_it_was(empty_house):
    tapes = regress.read_file(GOLDEN)
    found = list(regress.played(tapes))
    allowed = regress.Allowed()
    assert [(played.number, one.told()) for _, played in found for one in allowed.broken(played)] == []
    fates = {(tape.run["status"], tape.run["revision"]) for tape, _ in found}
    assert fates == {("completed", 1), ("completed", 2), ("rejected", 1), ("awaiting", 1)}
    assert sum(played.compared for _, played in found) > 150


def test_tickets_replay_with_their_rounds_and_waits(support_house):
    run_id = support_house.ask()
    support_house.approve(run_id)
    support_house.answer(run_id, "Thanks. How do I return an item of the wrong size?")
    support_house.approve(run_id, by="tom.brandt")
    other = support_house.ask("I will sue you. My lawyer will write.")
    for one in (run_id, other):
        played = play(read_tape(one))
        assert [found.told() for found in differences_of(played)] == []
        assert played.compared > 5
