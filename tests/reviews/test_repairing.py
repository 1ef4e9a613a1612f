"""A reviewer says which order line an invoice line bills: an edit of the posting, judged again, theirs."""
# ruff: noqa: F811 - fixtures are named as what they make

from dataclasses import replace
from decimal import Decimal

import pytest
from django.urls import reverse

from agentops.agents.invoices.demo.export import jsonl, purchase_orders
from agentops.agents.invoices.demo.goods import Good
from agentops.agents.invoices.demo.world import item
from agentops.agents.invoices.models import Invoice, OrderLine
from agentops.agents.invoices.workflow import InvoiceAgent
from reviews import services
from reviews.models import Decision
from runs.agents import Unfit
from runs.models import Proposal
from tests.stories.conftest import (  # noqa: F401 - fixtures
    VENDOR,
    assert_in_order,
    books,
    empty_house,
    house,
    now,
    open_house,
    replace_orders,
    working,
)

FREIGHT, TOLL = Good("Fracht Hamburg nach Lodz", "C62", Decimal("700.00"), 1), Good("Maut", "C62", Decimal("760.00"), 1)


@pytest.fixture
def swapped(open_house):
    """A review of an invoice whose two lines bear each other's names: paired by name, both prices are off."""
    world = open_house.world
    order = world.place_order(VENDOR, goods=[FREIGHT, TOLL], quantities=[1, 1])
    open_house.load("purchase_orders", jsonl(purchase_orders(replace_orders(world, order))))
    lines = [item(world.vendor(VENDOR), ware, Decimal(1)) for ware in (FREIGHT, TOLL)]
    lines = [replace(lines[0], description=TOLL.description), replace(lines[1], description=FREIGHT.description)]
    return open_house.waiting(open_house.send(world.bill(VENDOR, lines, order.number)))


def test_lines_are_paired_otherwise_checked_again_and_billed_as_the_person_says(open_house, swapped):
    before = [check for check in swapped.proposal.body["facts"]["checks"] if not check["passed"]]
    assert {check["code"] for check in before} >= {"price_variance"}
    maria = open_house.browser("maria.keller")
    told = maria.get(reverse("review", args=[swapped.id])).text
    assert 'name="panel.pair.1"' in told
    pairs = {"panel.pair.1": "1", "panel.pair.2": "2"}
    assert open_house.say(maria, swapped, "edit_approve", **pairs).status_code == 302
    assert open_house.ended(swapped.run_id).status == "completed"
    second = Proposal.objects.filter(run_id=swapped.run_id, label="posting").latest("number")
    assert second.authors == [open_house.person("maria.keller").pk]
    assert second.actions.get(ordinal=0).args["pairing"] == {"1": 1, "2": 2}
    assert not [c for c in second.body["facts"]["checks"] if not c["passed"] and c["code"] == "price_variance"]
    assert Decision.objects.get(review=swapped).verdict == "edit"
    billed = {line.position: line.order_line.position for line in Invoice.objects.get().lines.all()}
    assert billed == {1: 1, 2: 2}
    assert [line.billed_amount for line in OrderLine.objects.order_by("position")] == [700, 760]
    assert books() == (1, 1, 1)
    assert_in_order()


def test_an_order_line_is_billed_by_one_line_only(open_house, swapped):
    maria = open_house.browser("maria.keller")
    refused = open_house.say(maria, swapped, "edit_approve", **{"panel.pair.1": "2", "panel.pair.2": "2"})
    assert refused.status_code == 422
    assert "is billed by line 1 already" in refused.text
    assert open_house.say(maria, swapped, "edit_approve", **{"panel.pair.1": "9"}).status_code == 422
    assert not Decision.objects.exists()
    assert books() == (0, 0, 0)


def test_what_is_billed_must_follow_from_the_pairs(open_house, swapped):
    args = swapped.proposal.actions.get(ordinal=0).args
    edits = {0: {"pairing": {"1": 1, "2": 2}, "bills": args["bills"][:1]}}
    about = {"review_id": swapped.id, "signer": open_house.person("tom.brandt"), "seen": swapped.digest, "now": now()}
    with pytest.raises(services.Blocked):
        services.edit_and_approve(**about, edits=edits)
    told = services.preview_edit(**about, edits=edits)
    assert told.blocked
    swapped.refresh_from_db()
    assert swapped.is_open
    assert Proposal.objects.filter(run_id=swapped.run_id, label="posting").count() == 1


def test_lines_left_as_they_are_are_no_edit(swapped):
    actions = [(action.ordinal, action.tool, action.args) for action in swapped.proposal.actions.all()]
    agent = InvoiceAgent()
    assert agent.panel_edits(swapped.run_id, actions, {"pair.1": "2", "pair.2": "1"}) == {}
    assert agent.panel_edits(swapped.run_id, actions, {}) == {}
    with pytest.raises(Unfit):
        agent.panel_edits(swapped.run_id, actions, {"pair.1": "1"})
