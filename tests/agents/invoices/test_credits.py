"""What a person is told about a credit note: which invoice it is of, how much, and what does not fit."""

from datetime import date
from decimal import Decimal

import pytest

from agentops.agents.invoices import queries
from agentops.agents.invoices.credits import credit_reasons
from agentops.agents.invoices.duplicates import Earlier

from .conftest import invoice_facts

D = Decimal
ORIGINAL = Earlier(
    id="1", vendor="V-1", number="RE-1", issue_date=date(2026, 10, 1), currency="EUR", gross=D("119.00"), posted=True
)


def told(*credited, **changes):
    credit = invoice_facts(document_type="credit_note", invoice_number="GS-1", **changes)
    return [(reason.code, reason.sentence) for reason in credit_reasons(credit, credited)]


def test_a_credit_note_names_its_invoice_and_what_it_gives_back():
    ((code, sentence),) = told(ORIGINAL, gross_total=D("19.00"))
    assert code == "credit_note"
    assert "gives back 19.00 EUR of the 119.00 EUR posted as invoice RE-1 of 1 Oct 2026" in sentence


@pytest.mark.parametrize("gross", [D("119.00"), D("-119.00")])
def test_however_it_is_signed_it_gives_back_and_all_of_it_is_allowed(gross):
    ((code, sentence),) = told(ORIGINAL, gross_total=gross)
    assert code == "credit_note"
    assert "gives back 119.00 EUR" in sentence


@pytest.mark.parametrize("gross", [D("119.01"), D("-500.00")])
def test_it_is_never_above_its_invoice(gross):
    assert [code for code, _ in told(ORIGINAL, gross_total=gross)] == ["credit_note", "credit_above_invoice"]


def test_another_currency_several_invoices_and_none_are_told():
    assert [code for code, _ in told(ORIGINAL, currency="USD")] == ["credit_note", "currency_mismatch"]
    ((_, several),) = told(ORIGINAL, ORIGINAL.model_copy(update={"number": "RE-2"}))
    assert "RE-1, RE-2" in several
    ((_, none),) = told()
    assert "names no invoice of this vendor that was posted" in none


def test_an_invoice_is_no_credit_note():
    assert credit_reasons(invoice_facts(), [ORIGINAL]) == []


def test_only_what_was_posted_for_this_vendor_can_be_credited(vendor, post, stage):
    posted = post(invoice_number="RE-1")
    stage(invoice_number="RE-2")
    assert [one.id for one in queries.posted_invoices("V-1", ["re 1", "RE-2"])] == [str(posted.pk)]
    assert queries.posted_invoices("V-2", ["RE-1"]) == []
    assert queries.posted_numbers(["V-1"]) == ["RE-1"]
