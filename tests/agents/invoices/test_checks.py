"""Each check behind a posting, one table: what is changed on the document, and the reason it gives."""

from datetime import date
from decimal import Decimal

import pytest

from agentops.agents.invoices.checks import Claimed, checks_for, obstacles, reading_marks
from agentops.agents.invoices.duplicates import Twin
from agentops.agents.invoices.facts import Finding, LineFacts
from agentops.agents.invoices.matching import Match
from agentops.agents.invoices.orders import OrderChoice
from agentops.agents.invoices.vendors import VendorMatch
from tools_registry.facts import Reason

from .conftest import SECOND, TODAY, invoice_facts, vendor_facts

D = Decimal
KNOWN = VendorMatch(verdict="found", vendor=vendor_facts(), found_by=("vat_id", "name"))
WRONG_SUM = (LineFacts(quantity=D(9), unit_price=D("30.48"), line_total=D("283.32")),)
PER_HUNDRED = (LineFacts(quantity=D(150), unit_price=D("49.29"), line_total=D("73.94")),)
CHOSEN = OrderChoice(verdict="found")


def failed(vendor=KNOWN, order=CHOSEN, twins=(), **changes):
    checks = checks_for(invoice_facts(**changes), vendor, order, None, twins, TODAY)
    return {check.code: check.severity.value for check in checks if not check.passed}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        ({"iban": None}, {}),
        ({"iban": SECOND}, {}),
        ({"iban": "DE41255945176851094584"}, {"bank_account_changed": "blocks"}),
        ({"gross_total": D("120.00")}, {"totals_inconsistent": "blocks"}),
        ({"gross_total": D("119.02")}, {}),
        ({"tax_total": D("25.00"), "gross_total": D("125.00")}, {"tax_mismatch": "warns"}),
        ({"tax_total": D("7.00"), "gross_total": D("107.00")}, {}),
        ({"supplier_vat_id": "US-EIN-12-3456789", "tax_total": D("25"), "gross_total": D("125")}, {}),
        ({"issue_date": date(2026, 11, 21)}, {"future_date": "warns"}),
        ({"issue_date": TODAY}, {}),
        ({"due_date": date(2026, 10, 28)}, {"due_before_issue": "warns"}),
        ({"due_date": None}, {}),
        ({"lines": WRONG_SUM}, {"totals_inconsistent": "warns"}),
        ({"lines": PER_HUNDRED}, {}),
    ],
)  # fmt: skip
def test_a_changed_document_fails_its_check(changes, expected):
    assert failed(**changes) == expected


@pytest.mark.parametrize(
    ("posted", "kind", "expected"),
    [
        (True, "same_number", {"duplicate": "blocks"}),
        (True, "same_file", {"duplicate": "blocks"}),
        (False, "same_number", {"duplicate": "warns"}),
        (True, "near_number", {"possible_duplicate": "warns"}),
        (True, "same_content", {"possible_duplicate": "warns"}),
    ],
)
def test_nobody_can_sign_what_was_posted_already(posted, kind, expected):
    assert failed(twins=[Twin(kind=kind, invoice="1", number="RE-1", posted=posted)]) == expected


@pytest.mark.parametrize(
    ("verdict", "code"),
    [("not_found", "po_not_found"), ("no_reference", "no_po_reference"), ("ambiguous", "ambiguous_po"),
     ("other_vendor", "po_vendor_mismatch"), ("closed", "po_closed")],
)  # fmt: skip
def test_every_trouble_with_the_order_has_its_reason(verdict, code):
    assert failed(order=OrderChoice(verdict=verdict)) == {code: "warns"}


def test_a_vat_id_that_contradicts_parks_and_one_that_is_outweighed_does_not():
    contradicted = VendorMatch(verdict="contradicted", vendor=vendor_facts(), sentence="differs")
    assert failed(contradicted, supplier_vat_id="DE1") == {"vat_id_mismatch": "warns"}
    outweighed = KNOWN.model_copy(update={"note": "differs"})
    assert failed(outweighed, supplier_vat_id="DE1") == {}


NAMED_ALONE = VendorMatch(verdict="contradicted", vendor=vendor_facts(), found_by=("name",), sentence="differs")
ALL_OF_IT = Match(order="PO-1", complete=True, exact=True)


@pytest.mark.parametrize(
    ("vat_id", "match", "parks"),
    [
        ("DE0815", ALL_OF_IT, False),  # nobody can have it
        ("27/123/45678", ALL_OF_IT, False),  # a tax number is no VAT id
        ("DE136695976", ALL_OF_IT, True),  # another company's
        ("GB123456789", ALL_OF_IT, True),  # of which nothing is known
        ("DE0815", ALL_OF_IT.model_copy(update={"exact": False}), True),
        ("DE0815", None, True),
    ],
)
def test_a_vat_id_that_speaks_for_no_other_company_is_outweighed_by_all_that_was_ordered(vat_id, match, parks):
    checks = checks_for(invoice_facts(supplier_vat_id=vat_id, iban=None), NAMED_ALONE, CHOSEN, match, (), TODAY)
    assert ("vat_id_mismatch" in {check.code for check in checks if not check.passed}) is parks


def test_a_vendor_without_an_account_is_not_paid():
    assert failed(VendorMatch(verdict="found", vendor=vendor_facts(accounts=()))) == {"no_account_on_file": "blocks"}


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"invoice_number": None}, ["missing_field"]),
        ({"invoice_number": "---"}, ["missing_field"]),
        ({"currency": None}, ["missing_field"]),
        ({"currency": "ZZZ"}, ["missing_field"]),
        ({"issue_date": None}, ["missing_field"]),
        ({"gross_total": None, "net_total": None}, ["missing_field", "missing_field"]),
        ({"gross_total": D(0), "net_total": D(0), "tax_total": D(0)}, ["zero_total"]),
        ({"gross_total": None}, []),  # net and tax make it
        ({"document_type": "credit_note"}, ["credit_note"]),
        ({"document_type": "quotation"}, ["not_an_invoice"]),
        ({"document_type": "reminder"}, ["not_an_invoice"]),
        ({"gross_total": D("-119"), "net_total": D("-100"), "tax_total": D("-19")}, ["negative_total"]),
    ],
)
def test_what_keeps_anything_from_being_proposed(changes, codes):
    assert [reason.code for reason in obstacles(invoice_facts(**changes), KNOWN)] == codes


def test_wording_that_addresses_the_agent_is_told_beside_others_but_parks_nothing_alone():
    wording, hidden = Reason("prompt_injection", "…"), Reason("hidden_text", "…")
    assert reading_marks([wording], others=False) == []
    assert [mark.code for mark in reading_marks([wording], others=True)] == ["prompt_injection"]
    assert {mark.code for mark in reading_marks([wording, hidden], others=False)} == {"hidden_text", "prompt_injection"}


def test_a_prepayment_is_not_paid_again_and_an_older_balance_is_not_paid_with_it():
    assert invoice_facts(payable=D("19.00")).due == D("19.00")
    assert invoice_facts(payable=D("500.00")).due == D("119.00")
    assert invoice_facts(payable=None).due == D("119.00")


BY_NAME = VendorMatch(verdict="found", vendor=vendor_facts(), found_by=("name",))
AGREES, DIFFERS = Match(order="PO-1"), Match(order="PO-1", findings=(
    Finding(name="x", field="x", expected="1", found="2", passed=False, code="total_variance"),
))  # fmt: skip


@pytest.mark.parametrize(
    ("vendor", "order", "match", "parks"),
    [
        (KNOWN, CHOSEN, None, False),
        (BY_NAME, CHOSEN, None, True),
        (BY_NAME, OrderChoice(verdict="no_reference"), None, True),
        (BY_NAME, OrderChoice(verdict="only_one_fits"), DIFFERS, True),
        (BY_NAME, OrderChoice(verdict="only_one_fits"), AGREES, False),
    ],
)
def test_a_vendor_is_never_known_by_its_name_alone(vendor, order, match, parks):
    checks = checks_for(invoice_facts(supplier_vat_id=None, iban=None), vendor, order, match, (), TODAY)
    assert ("vendor_by_name_only" in {check.code for check in checks if not check.passed}) is parks


@pytest.mark.parametrize(
    ("claimed", "codes"),
    [
        ({}, []),
        ({"vendor": "FALKENRATH Burobedarf GmbH"}, []),
        ({"vendor": "V-1", "amount": "119.00"}, []),
        ({"amount": "119"}, []),
        ({"vendor": "Hollmann Werkzeuge AG"}, ["claimed_differs"]),
        ({"amount": "118.00"}, ["claimed_differs"]),
        ({"amount": "a lot"}, ["claimed_differs"]),
        ({"amount": "NaN"}, ["claimed_differs"]),
        ({"vendor": "V-2", "amount": "1"}, ["claimed_differs", "claimed_differs"]),
    ],
)
def test_what_was_claimed_when_it_was_handed_in_is_compared(claimed, codes):
    said = Claimed.of({"claimed": claimed} if claimed else {})
    checks = checks_for(invoice_facts(), KNOWN, CHOSEN, None, (), TODAY, said)
    assert [check.code for check in checks if not check.passed] == codes
    assert all(check.sentence for check in checks if not check.passed)
