"""Claims held to what they rest on: sentences to the sources they cite, deeds to the rows of their effects."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from runs.critic import deeds, grounding
from runs.critic.deeds import Deed
from runs.models import ChildRun, Effect


@dataclass(frozen=True)
class Source:
    number: int
    title: str
    text: str


SOURCES = [Source(1, "Returns", "You may return goods within 30 days."), Source(2, "Price", "A lamp costs 49.90 EUR.")]


def verdicts(text: str) -> list[str]:
    return [claim.verdict for claim in grounding.claims_in(text, SOURCES)]


def test_a_sentence_is_supported_weak_or_without_a_source():
    assert verdicts("You may return goods within 30 days. [1]") == ["supported"]
    assert verdicts("You may return goods within 90 days. [1]") == ["weak"]
    assert verdicts("Elephants recommend this wonderful lamp warmly. [2]") == ["weak"]
    assert verdicts("You may return goods within 30 days.") == ["no source"]
    assert verdicts("You may return goods within 30 days. [7]") == ["no source"]


def test_what_is_not_grounded_lowers_the_confidence_and_never_raises_it():
    half = grounding.claims_in("A lamp costs 49.90 EUR [2]. A lamp costs 10 EUR [2].", SOURCES)
    assert (grounding.carried(half), grounding.lowered(Decimal("0.90"), half)) == (Decimal("0.50"), Decimal("0.45"))
    assert grounding.lowered(Decimal("0.90"), []) == 0  # nothing said is nothing carried


def test_a_claimed_action_is_true_only_where_its_effect_is_confirmed(shop, world):
    run_id = shop.start("lamp")
    shop.work()
    done = Deed("sell", "sale:lamp")
    found = deeds.verify(run_id, [done, Deed("sell", "sale:chair"), Deed("note", "sale:lamp")])
    assert [one.found for one in found] == ["confirmed", "never", "never"]
    assert found[0].effect == Effect.objects.get(run_id=run_id, tool="sell").key
    check = deeds.check_of(found, "report")
    assert (check.passed, check.code, check.found) == (False, "untrue_claim", "1 of 3")
    assert deeds.lowered(Decimal("0.90"), found) == Decimal("0.30")
    assert deeds.check_of(found[:1], "report").passed


def test_what_waits_for_people_is_not_done_and_another_runs_deed_is_not_this_runs(shop, world, failing):
    world["checks"] = [failing]
    waiting = shop.start("chair")
    shop.work()
    world["checks"] = []
    other = shop.start("lamp")
    shop.work()
    assert [one.found for one in deeds.verify(waiting, [Deed("sell", "sale:chair"), Deed("sell", "sale:lamp")])] == [
        "never",
        "never",
    ]
    ChildRun.objects.create(
        run_id=other, parent_id=waiting, asked="a" * 64, depth=1, reserved_tokens=0, reserved_cost=0
    )
    assert deeds.verify(waiting, [Deed("sell", "sale:lamp")])[0].is_true  # a child's deed is its parent's
