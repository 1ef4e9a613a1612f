"""What moves between looking, proposing and posting: nothing is billed or paid on an old view."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import transaction

from agentops.agents.invoices.models import (
    Invoice,
    OrderLine,
    Payment,
    Period,
    PurchaseOrder,
    Receipt,
    Vendor,
    VendorAccount,
)  # fmt: skip
from agentops.agents.invoices.reading import Finding
from agentops.agents.invoices.workflow import InvoiceAgent
from agentops.core.audit.models import AuditEntry
from agentops.core.models import User
from agentops.web.reviews.editing import arguments_of
from runs import steering

from .conftest import ON_FILE, make_order
from .house import proposal_of, run_of
from .scripted import reading

D = Decimal


@pytest.fixture
def house(house):
    """Its documents read as the tests say."""
    house.script = reading
    return house


def test_an_order_that_was_used_up_since_the_proposal_makes_a_new_one(house):
    first = house.send(findings=(Finding("low_quality", "Blurred."),))
    assert run_of(house.send(invoice_number="RE-8", issue_date="2026-10-30")).status == "completed"
    house.approve(first)
    house.work()
    assert run_of(first).status == "awaiting"
    assert proposal_of(first).number > 2
    assert "over_invoiced" in {reason["code"] for reason in proposal_of(first).reasons}
    assert Invoice.objects.filter(status="posted").count() == 1


def between_matching_and_proposing(monkeypatch, happening):
    """Let something happen once after the invoice was matched and before it is proposed."""
    real = InvoiceAgent.judge

    def judge(self, step, result, results):
        if step.name == "match" and happening:
            happening.pop()()
        return real(self, step, result, results)

    monkeypatch.setattr(InvoiceAgent, "judge", judge)


def revised(run_id):
    return json.loads(AuditEntry.objects.get(stream=f"run:{run_id}", action="run.revised").body)


def bill_it_all():
    order = PurchaseOrder.objects.get(number="PO-1")
    order.lines.update(billed_quantity=D(10), billed_amount=D(100))
    PurchaseOrder.objects.filter(pk=order.pk).update(billed=D(100))


def test_an_order_billed_by_somebody_else_between_match_and_proposal_is_never_billed_on_the_old_view(
    house, monkeypatch
):
    between_matching_and_proposing(monkeypatch, [bill_it_all])
    run_id = house.send()
    house.work()
    run, proposal = run_of(run_id), proposal_of(run_id)
    assert (run.status, run.revision) == ("awaiting", 2)
    assert not Invoice.objects.filter(status="posted").exists()
    assert "over_invoiced" in house.reasons(run_id)
    told = [row["excerpt"] for row in proposal.body["evidence"] if row["kind"] == "change"]
    assert told == [
        "order PO-1 billed: 0 EUR, now 100 EUR",
        "order PO-1 line 1 billed: 0 for 0, now 10 for 100",
    ]
    assert revised(run_id)["data"]["changed"] == ["order"]
    assert "world_moved" in json.dumps(revised(run_id))


@pytest.mark.parametrize(
    ("happening", "changed"),
    [
        (lambda: VendorAccount.objects.filter(account=ON_FILE).update(primary=False), ["account"]),
        (lambda: Vendor.objects.update(active=False), ["vendor_active"]),
        (lambda: OrderLine.objects.update(unit_price=D(9), line_total=D(90)), ["order"]),
        (lambda: PurchaseOrder.objects.update(status="cancelled"), ["order"]),
        (lambda: Period.objects.create(month="2026-11", status="closed"), ["books_open"]),
    ],
)
def test_whatever_else_moves_between_match_and_proposal_makes_the_next_one(house, monkeypatch, happening, changed):
    between_matching_and_proposing(monkeypatch, [happening])
    run_id = house.send()
    house.work()
    assert run_of(run_id).revision == 2
    assert revised(run_id)["data"]["changed"] == changed
    assert not Payment.objects.exists()


def test_goods_sent_back_between_match_and_proposal_are_not_paid_for(house, monkeypatch):
    PurchaseOrder.objects.update(receipt_needed=True)
    line = OrderLine.objects.get()
    Receipt.objects.create(line=line, quantity=D(10), received_on="2026-11-01")

    def send_back():
        Receipt.objects.create(line=line, quantity=D(-4), received_on="2026-11-19")

    between_matching_and_proposing(monkeypatch, [send_back])
    run_id = house.send()
    house.work()
    assert "not_received" in house.reasons(run_id)
    assert not Invoice.objects.filter(status="posted").exists()


def test_what_was_seen_is_carried_and_nobody_types_it(house):
    run_id = house.send(findings=(Finding("low_quality", "Blurred."),))
    actions = list(proposal_of(run_id).actions.order_by("ordinal"))
    for action in actions:
        assert action.args["seen"] == action.basis
    shown = {argument.name for argument in arguments_of(actions, proposal_of(run_id).body["fields"])}
    assert "seen" not in shown
    assert {"invoice_number", "due_date"} <= shown


def test_an_edit_that_names_another_invoice_or_order_rests_on_the_world_of_the_edit(house, vendor):
    make_order(vendor, "PO-2")
    run_id = house.send(findings=(Finding("low_quality", "Blurred."),))
    editor = User.objects.create_user("e@example.org", "E")
    with transaction.atomic():
        made = steering.amend_proposal(
            steering.lock_run(run_id), proposal_of(run_id), edits={0: {"order": "PO-2"}, 1: {"order": "PO-2"}},
            editor=editor, now=datetime.now(UTC),
        )  # fmt: skip
    post, pay = made.actions.order_by("ordinal")
    assert (post.args["seen"], post.basis["order"]["number"]) == ({}, "PO-2")
    assert pay.args["seen"] == pay.basis
    shown = {argument.name for argument in arguments_of([post, pay], made.body["fields"])}
    assert "seen" not in shown


def test_an_account_taken_off_file_since_the_proposal_is_not_paid(house):
    run_id = house.send(findings=(Finding("low_quality", "Blurred."),))
    VendorAccount.objects.filter(account=ON_FILE).update(primary=False, active=False)
    house.approve(run_id)
    house.work()
    assert not Payment.objects.exists()
    assert run_of(run_id).status == "awaiting"
