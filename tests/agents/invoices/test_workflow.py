"""The whole way of an invoice through the real runtime, with a scripted reader and an inbox that remembers."""

import json
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from agentops.agents.invoices import panel
from agentops.agents.invoices.models import Invoice, JournalEntry, Payment, PurchaseOrder, VendorAccount
from agentops.agents.invoices.reading import Finding, Found, Line, PageSize, Reading, Source
from agentops.agents.invoices.workflow import STAGES, InvoiceAgent
from agentops.core import blobs
from agentops.core.ids import uuid7
from agentops.core.models import User
from runs import drain, inbox, policy, services, sql, steering
from runs.agents import Instruction
from runs.leased import LeasedRun
from runs.models import Proposal, Run

from .conftest import ON_FILE, make_order

D = Decimal
TRUTH = {
    "supplier_name": "Falkenrath Bürobedarf GmbH", "supplier_vat_id": "DE811223344", "invoice_number": "RE-2026-00447",
    "issue_date": "2026-10-29", "due_date": "2026-11-28", "currency": "EUR", "net_total": "100.00",
    "tax_total": "19.00",
    "gross_total": "119.00", "payable": "119.00", "order_reference": "PO-1", "iban": ON_FILE,
}  # fmt: skip
TONER = {"description": "Toner", "quantity": "10", "unit_price": "10.00", "line_total": "100.00"}
POLICY = {"approval_limit_gross": "10000.00", "our_company": "Nordlicht Handels GmbH", "as_of": "2026-11-20"}


def found(value, n=0):
    source = Source("text", page=1, box=(0.1, 0.1 + n / 50, 0.3, 0.12 + n / 50), words=str(value))
    return Found(value, 0.98, source) if value is not None else Found.nothing()


def reading(lines=(TONER,), findings=(), document_type="invoice", **changes):
    fields = {name: found(value, n) for n, (name, value) in enumerate({**TRUTH, **changes}.items())}
    return Reading(
        name="invoice.pdf", kind="pdf-text", media_type="application/pdf", document_type=document_type,
        pages=(PageSize(595, 842),), fields=fields, findings=tuple(findings),
        lines=tuple(Line(**{name: found(value, 20) for name, value in line.items()}) for line in lines),
    )  # fmt: skip


class RememberingInbox:
    def __init__(self):
        self.asks = []

    def ask(self, ask):
        self.asks.append(ask)
        return uuid7()

    def withdraw(self, run_id, *, why, now):
        self.asks = [ask for ask in self.asks if ask.run_id != run_id]

    def objection(self, proposal_id, signers, now):
        return None


class House:
    """An inbox that reads what it is told to, and a worker in this thread."""

    def __init__(self, asked, readings):
        self.asked, self.readings = asked, readings
        self.requester = User.objects.create(email="inbox@example.test", name="Inbox", kind="service", password="!")

    def send(self, read=None, data=None, **changes):
        """A document comes in and is worked on as far as that goes; the run's id."""
        data = data or uuid7().bytes
        sha = blobs.put(data, "application/pdf").sha256
        self.readings[sha] = replace(read or reading(**changes), sha256=sha)
        run_id = services.start_run(
            agent="invoices", requester=self.requester, goal="Process an invoice",
            given={"document": sha, "name": "invoice.pdf", "media_type": "application/pdf"}, document=sha,
        )  # fmt: skip
        self.work()
        return run_id

    def work(self):
        view = policy.current()
        for row in sql.claim(10, holder="test", suspects=False):
            drain.carry(LeasedRun.from_row(row, "test", view), threading.Event())

    def reasons(self, run_id):
        return [reason.code for ask in self.asked.asks if ask.run_id == run_id for reason in ask.reasons]

    def approve(self, run_id):
        with transaction.atomic():
            steering.approve_proposal(
                steering.lock_run(run_id), proposal_of(run_id), signers=[uuid7()],
                expires_at=datetime.now(UTC) + timedelta(days=1), not_before=None, now=datetime.now(UTC),
            )  # fmt: skip
        self.work()


def proposal_of(run_id):
    return Proposal.objects.filter(run_id=run_id).order_by("-number").first()


def run_of(run_id):
    return Run.objects.get(pk=run_id)


@pytest.fixture
def house(db, vendor, order, settings, tmp_path, monkeypatch):
    settings.BLOB_DIR = tmp_path / "blobs"
    (tmp_path / "policy.json").write_text(json.dumps(POLICY))
    services._version.cache_clear()
    from runs import leased

    leased._known_plans.clear()
    call_command("load_policy", str(tmp_path / "policy.json"), stdout=StringIO())
    asked, readings = RememberingInbox(), {}
    real = inbox.inbox
    for name, module in list(sys.modules.items()):
        if name.startswith("runs.") and getattr(module, "inbox", None) is real:
            monkeypatch.setattr(module, "inbox", lambda: asked)
    monkeypatch.setattr("runs.bell.ring", lambda: None)
    from hashlib import sha256

    monkeypatch.setattr(
        "agentops.agents.invoices.tools.look.read_file", lambda data, name="": readings[sha256(data).hexdigest()]
    )
    return House(asked, readings)


def test_a_clean_invoice_is_posted_and_its_payment_scheduled_without_a_person(house):
    run_id = house.send()
    assert (run_of(run_id).status, house.asked.asks) == ("completed", [])
    invoice = Invoice.objects.get(run_id=run_id)
    payment = Payment.objects.get(invoice=invoice)
    assert (invoice.status, payment.status, payment.account, payment.amount) == ("posted", "scheduled", ON_FILE, D(119))
    assert JournalEntry.objects.get().posted_on.isoformat() == "2026-11-20"
    assert PurchaseOrder.objects.get().billed == 100
    assert proposal_of(run_id).sentence == (
        "Post invoice RE-2026-00447 from Falkenrath Bürobedarf GmbH and pay 119.00 EUR on 28 Nov 2026 "
        "to DE82 … 2180, the account on file."
    )


def test_the_same_invoice_again_waits_and_nobody_can_approve_it(house):
    data = b"one file"
    house.send(data=data)
    run_id = house.send(data=data)
    assert "duplicate" in house.reasons(run_id)
    assert proposal_of(run_id).blocked
    with pytest.raises(steering.ProposalMoved):
        house.approve(run_id)
    assert Payment.objects.count() == 1


def test_a_changed_bank_account_blocks_and_the_account_on_file_is_proposed(house):
    run_id = house.send(iban="DE41255945176851094584")
    proposal = proposal_of(run_id)
    assert house.reasons(run_id) == ["bank_account_changed"]
    assert proposal.blocked
    pay = proposal.actions.get(tool="schedule_payment")
    assert pay.args["account"] == ON_FILE
    field = next(row for row in proposal.body["fields"] if row["name"] == "account")
    assert (field["value"], field["differs"]) == (ON_FILE, "DE41255945176851094584")
    assert field["shown"].replace("\xa0", " ") == "DE82 8778 9328 7921 7421 80"
    assert proposal.body["fields"][1]["state"] == "bad"
    assert field["source"]["kind"] == "master"


def test_an_invoice_above_the_limit_is_posted_and_paid_when_people_approve(house, vendor):
    make_order(vendor, "PO-BIG", net_total=D(20_000), billable=D(20_200)).lines.all().delete()
    run_id = house.send(order_reference="PO-BIG", net_total="20000.00", tax_total="3800.00", gross_total="23800.00",
                        payable="23800.00", lines=())  # fmt: skip
    assert set(house.reasons(run_id)) == {"amount_over_limit"}
    assert not Invoice.objects.filter(status="posted").exists()
    house.approve(run_id)
    assert run_of(run_id).status == "completed"
    assert Payment.objects.get().amount == D(23_800)


def test_a_price_that_differs_is_told_and_can_be_approved(house):
    dear = {**TONER, "unit_price": "12.00", "line_total": "120.00"}
    run_id = house.send(lines=(dear,), net_total="120.00", tax_total="22.80", gross_total="142.80", payable="142.80")
    assert {"price_variance", "over_invoiced", "total_variance"} == set(house.reasons(run_id))
    house.approve(run_id)
    assert run_of(run_id).status == "completed"
    order = PurchaseOrder.objects.get(number="PO-1")
    assert (order.billed, order.billable) == (D(120), D(120))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"supplier_name": "Falkenrat Bürobedarf GmbH", "supplier_vat_id": None, "iban": None}, "vendor_lookalike"),
        ({"supplier_name": "Unbekannt & Partner OHG", "supplier_vat_id": None, "iban": None}, "vendor_unknown"),
        ({"invoice_number": None}, "missing_field"),
        ({"document_type": "credit_note"}, "credit_note"),
        ({"document_type": "quotation"}, "not_an_invoice"),
        ({"findings": (Finding("multiple_invoices", "There are two."),)}, "multiple_invoices"),
    ],
)
def test_what_is_not_understood_waits_as_stuck_and_proposes_nothing(house, changes, code):
    run_id = house.send(**changes)
    assert house.reasons(run_id)[0] == code
    assert house.asked.asks[-1].kind == "stuck"
    assert not Proposal.objects.filter(run_id=run_id, label="posting").exists()
    assert not Invoice.objects.filter(run_id=run_id).exists()


@pytest.mark.parametrize(
    "code", ["hidden_text", "low_quality", "xml_page_mismatch", "active_content", "einvoice_invalid"]
)
def test_what_the_reader_finds_odd_parks(house, code):
    run_id = house.send(findings=(Finding(code, "Odd."),))
    assert code in house.reasons(run_id)


def test_wording_that_addresses_the_agent_parks_nothing_alone_but_is_told_beside_others(house, vendor):
    wording = (Finding("prompt_injection", "The text tells the reader what to do."),)
    assert run_of(house.send(findings=wording)).status == "completed"
    make_order(vendor, "PO-2")
    again = house.send(findings=wording, order_reference="PO-2", invoice_number="RE-9", iban="DE41255945176851094584")
    assert set(house.reasons(again)) >= {"bank_account_changed", "prompt_injection"}


def test_a_corrected_field_is_read_instead_of_the_document(house):
    run_id = house.send(invoice_number=None)
    with transaction.atomic():
        guidance = Instruction("wrong_value", "It is RE-7.", {"invoice_number": "RE-7", "iban_": "ignored"})
        steering.retry(steering.lock_run(run_id), guidance=guidance, now=datetime.now(UTC))
    house.work()
    assert house.reasons(run_id)[-1] == "corrected_by_person"  # signed, as an edit is; never simply let pass
    house.approve(run_id)
    assert run_of(run_id).status == "completed"
    assert Invoice.objects.get(run_id=run_id).number == "RE-7"


def test_an_edit_is_checked_like_everything_else(house):
    run_id = house.send(iban="DE41255945176851094584")
    editor = User.objects.create_user("e@example.org", "E")
    with transaction.atomic():
        run = steering.lock_run(run_id)
        made = steering.amend_proposal(
            run,
            proposal_of(run_id),
            edits={1: {"account": "DE41255945176851094584"}},
            editor=editor,
            now=datetime.now(UTC),
        )
    assert made.blocked
    assert "account_not_on_file" in {reason["code"] for reason in made.reasons}


def test_an_edited_order_is_compared_anew(house, vendor):
    make_order(vendor, "PO-2")
    run_id = house.send(order_reference="PO-404")
    assert house.reasons(run_id) == ["po_not_found"]
    editor = User.objects.create_user("e@example.org", "E")
    with transaction.atomic():
        edits = {
            0: {"order": "PO-2", "bills": [{"order_line": 1, "quantity": "10", "amount": "100.00"}]},
            1: {"order": "PO-2"},
        }
        made = steering.amend_proposal(
            steering.lock_run(run_id), proposal_of(run_id), edits=edits, editor=editor, now=datetime.now(UTC)
        )
    assert [reason["code"] for reason in made.reasons] == []
    house.approve(run_id)
    assert PurchaseOrder.objects.get(number="PO-2").billed == 100


def test_a_rejected_invoice_is_closed_and_may_come_again(house):
    run_id = house.send(findings=(Finding("low_quality", "Blurred."),))
    assert Invoice.objects.get(run_id=run_id).status == "staged"
    with transaction.atomic():
        run = steering.lock_run(run_id)
        steering.end_rejected(run, code="wrong", proposal=proposal_of(run_id), now=datetime.now(UTC))
    assert Invoice.objects.get(run_id=run_id).status == "rejected"
    assert run_of(house.send()).status == "completed"


def test_a_second_copy_is_noticed_while_the_first_still_waits(house):
    first = house.send(findings=(Finding("low_quality", "Blurred."),))
    second = house.send()
    assert house.reasons(second) == ["duplicate"]
    assert not proposal_of(second).blocked
    assert run_of(first).status == run_of(second).status == "awaiting"


def test_an_order_that_was_used_up_since_the_proposal_makes_a_new_one(house):
    first = house.send(findings=(Finding("low_quality", "Blurred."),))
    assert run_of(house.send(invoice_number="RE-8", issue_date="2026-10-30")).status == "completed"
    house.approve(first)
    house.work()
    assert run_of(first).status == "awaiting"
    assert proposal_of(first).number > 2
    assert "over_invoiced" in {reason["code"] for reason in proposal_of(first).reasons}
    assert Invoice.objects.filter(status="posted").count() == 1


def test_an_account_taken_off_file_since_the_proposal_is_not_paid(house):
    run_id = house.send(findings=(Finding("low_quality", "Blurred."),))
    VendorAccount.objects.filter(account=ON_FILE).update(primary=False, active=False)
    house.approve(run_id)
    house.work()
    assert not Payment.objects.exists()
    assert run_of(run_id).status == "awaiting"


def test_the_panel_shows_document_fields_lines_and_accounts(house):
    dear = {**TONER, "unit_price": "12.00", "line_total": "120.00"}
    run_id = house.send(lines=(dear,), net_total="120.00", tax_total="22.80", gross_total="142.80", payable="142.80",
                        iban="DE41255945176851094584")  # fmt: skip
    told = panel.subject(run_id)
    assert told["document"]["pages"] == [[595.0, 842.0]]
    number = next(field for field in told["fields"] if field["name"] == "invoice_number")
    assert (number["value"], number["page"], number["box"]) == ("RE-2026-00447", 1, [0.1, 0.14, 0.3, 0.16])
    (line,) = told["lines"]
    assert (line["billed"], line["ordered"], line["variance"]) == ("10 × 12.00", "10 × 10.00", "+20.00, 20\xa0%")
    assert line["codes"] == ["price_variance"]
    assert told["accounts"]["differs"]
    assert told["accounts"]["on_document"].replace("\xa0", " ") == "DE41 2559 4517 6851 0945 84"
    assert told["invoice"]["status"] == "staged"
    json.dumps({key: value for key, value in told.items() if key != "invoice"})


def test_the_panel_of_a_run_that_has_not_begun_is_empty(db):
    told = panel.subject(uuid7())
    assert told["document"] is None
    assert told["lines"] == []


def test_each_planned_tool_may_be_called_in_its_stage_and_each_move_is_allowed():
    agent = InvoiceAgent()
    from runs.agents import Goal

    goal = Goal(uuid7(), "", {}, uuid7(), datetime.now(UTC).date(), datetime.now(UTC))
    here = STAGES.first
    for step in agent.plan(goal):
        assert STAGES.may_move(here, step.stage), (here, step.stage)
        assert STAGES.may_call(step.stage, step.tool)
        assert step.tool in agent.tools
        here = step.stage
    assert STAGES.may_move(here, STAGES.last)
