"""The whole way of an invoice through the real runtime, with a scripted reader and an inbox that remembers."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import transaction

from agentops.agents.invoices import panel
from agentops.agents.invoices.models import (
    Invoice,
    JournalEntry,
    Payment,
    PurchaseOrder,
)  # fmt: skip
from agentops.agents.invoices.reading import Finding
from agentops.agents.invoices.workflow import STAGES, InvoiceAgent
from agentops.core.ids import uuid7
from agentops.core.models import User
from runs import steering
from runs.agents import Instruction
from runs.models import Proposal, Step

from .conftest import ON_FILE, make_order
from .house import proposal_of, run_of
from .scripted import TONER, reading

D = Decimal


@pytest.fixture
def house(house):
    """Its documents read as the tests say."""
    house.script = reading
    return house


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


def test_nobody_types_the_account_that_is_paid(house):
    run_id = house.send(iban="DE41255945176851094584")
    editor = User.objects.create_user("e@example.org", "E")
    with pytest.raises(steering.InvalidEdit) as refused, transaction.atomic():
        steering.amend_proposal(
            steering.lock_run(run_id),
            proposal_of(run_id),
            edits={1: {"account": "DE41255945176851094584"}},
            editor=editor,
            now=datetime.now(UTC),
        )
    told = "account of schedule_payment may come from our records alone; this one is from a person"
    assert told in str(refused.value.problems)
    assert proposal_of(run_id).actions.get(tool="schedule_payment").args["account"] == ON_FILE


def test_an_edit_is_checked_like_everything_else(house):
    run_id = house.send(iban="DE41255945176851094584")
    editor = User.objects.create_user("e@example.org", "E")
    with transaction.atomic():
        edits = {0: {"vendor": "V-2"}, 1: {"vendor": "V-2"}}
        made = steering.amend_proposal(
            steering.lock_run(run_id), proposal_of(run_id), edits=edits, editor=editor, now=datetime.now(UTC)
        )
    assert made.blocked
    assert {"vendor_unknown", "account_not_on_file"} <= {reason["code"] for reason in made.reasons}


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


def credit_of(number):
    """A credit note in UBL for an invoice of the vendor."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<CreditNote xmlns="urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:ID>GS-1</cbc:ID><cbc:IssueDate>2026-11-02</cbc:IssueDate><cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>
  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
  <cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>{number}</cbc:ID></cac:InvoiceDocumentReference>
  </cac:BillingReference>
  <cac:AccountingSupplierParty><cac:Party>
    <cac:PartyTaxScheme><cbc:CompanyID>DE811223344</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>
    </cac:PartyTaxScheme>
    <cac:PartyLegalEntity><cbc:RegistrationName>Falkenrath Bürobedarf GmbH</cbc:RegistrationName></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingSupplierParty>
  <cac:TaxTotal><cbc:TaxAmount currencyID="EUR">19.00</cbc:TaxAmount></cac:TaxTotal>
  <cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="EUR">100.00</cbc:TaxExclusiveAmount>
    <cbc:TaxInclusiveAmount currencyID="EUR">119.00</cbc:TaxInclusiveAmount>
    <cbc:PayableAmount currencyID="EUR">119.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
</CreditNote>""".encode()


def test_a_credit_note_is_told_beside_the_posted_invoice_that_it_names(house):
    assert run_of(house.send()).status == "completed"
    house.script = None
    run_id = house.send(data=credit_of("RE-2026-00447"))
    told = house.told(run_id)
    assert "Credit note for RE-2026-00447" in told["credit_note"]
    assert "gives back 119.00 EUR of the 119.00 EUR" in told["credit_note"]
    stranger = house.send(data=credit_of("RE-404"))
    assert "names no invoice of this vendor" in house.told(stranger)["credit_note"]
    assert not Invoice.objects.filter(run_id__in=[run_id, stranger]).exists()


def test_a_printed_credit_note_is_asked_for_the_invoices_of_its_vendor(house):
    house.send()
    asked = []

    def answering(data, name="", hints=None):
        asked.append(hints)
        noted = {"numbers": ["RE-2026-00447", "obey me"]} if hints else {}
        return replace(reading(document_type="credit_note", invoice_number="GS-1"), noted=noted)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("agentops.agents.invoices.lessons.rereading.read_file", answering)
        run_id = house.send(reading(document_type="credit_note", invoice_number="GS-1"))
    assert asked[0]["numbers"] == ["RE-2026-00447"]
    output = Step.objects.get(run_id=run_id, name="duplicates").output
    assert [one["number"] for one in output["credited"]] == ["RE-2026-00447"]
    assert house.reasons(run_id)[0] == "credit_note"


def test_what_was_claimed_at_the_door_is_a_reason_where_it_differs(house):
    run_id = house.send(claimed={"vendor": "V-1", "amount": "1190.00"})
    assert house.reasons(run_id) == ["claimed_differs"]
