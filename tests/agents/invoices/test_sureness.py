"""How sure a proposal is: what leads to the same vendor speaks for the name, and for nothing else."""

from decimal import Decimal

import pytest

from agentops.agents.invoices.extraction import KEY_FIELDS, Amounts, DocumentFacts, Extraction, Seen
from agentops.agents.invoices.matching import LinePair, Match
from agentops.agents.invoices.sureness import sureness
from agentops.agents.invoices.vendors import VendorMatch

from .conftest import invoice_facts, vendor_facts

D = Decimal
PAIR = LinePair(position=1, description="Toner", amount=D(100), order_line=1)
AGREES = Match(order="PO-1", pairs=(PAIR,), complete=True)


def read(**sure):
    seen = {name: Seen(value="stated", confidence=sure.get(name, 0.93)) for name in (*KEY_FIELDS, "iban")}
    return Extraction(invoice=invoice_facts(), amounts=Amounts(), seen=seen, document=DocumentFacts(sha256="0" * 64))


def found(*signs):
    return VendorMatch(verdict="found", vendor=vendor_facts(), found_by=signs)


@pytest.mark.parametrize(
    ("vendor", "match", "sure"),
    [
        (found("name"), None, "0.400"),
        (found("account", "name"), None, "0.930"),
        (found("name"), AGREES, "0.930"),
        (found("name"), AGREES.model_copy(update={"complete": False}), "0.400"),
        (found("name"), Match(order="PO-1", complete=True), "0.400"),  # an order without lines says too little
        (found("person"), AGREES, "0.400"),
    ],
)
def test_a_doubtful_name_is_as_sure_as_what_leads_to_the_same_vendor(vendor, match, sure):
    assert sureness(read(supplier_name=0.4), vendor, match) == D(sure)


def test_a_doubt_of_anything_else_stays():
    assert sureness(read(supplier_name=0.4, invoice_number=0.5), found("account", "name"), AGREES) == D("0.500")
