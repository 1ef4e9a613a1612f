"""The tools' promises: examples that fit, references that hold, refusals that say why."""

from decimal import Decimal

import pytest

from agentops.agents.invoices import tools
from agentops.agents.invoices.extraction import extraction_of
from agentops.agents.invoices.reading import Failure, Found, Reading, Source
from agentops.agents.invoices.workflow import InvoiceAgent
from agentops.core.ids import uuid7
from tools_registry.kinds import Effect, Impact
from tools_registry.registry import registry
from tools_registry.results import InvalidArguments, ToolFailed, ToolRefused
from tools_registry.tool import ToolCall

D = Decimal
CALL = ToolCall(key="k")
POSTING = registry.tools["post_to_accounting"].examples[0]
PAYMENT = registry.tools["schedule_payment"].examples[0]


@pytest.mark.parametrize("name", InvoiceAgent.tools)
def test_every_tool_has_an_example_that_fits_and_says_when_to_use_it(name):
    spec = registry.tools[name]
    assert spec.examples
    assert spec.description.endswith(".")
    for example in spec.examples:
        model = spec.validate(example)
        if spec.reference:
            assert spec.reference(model)


def test_impacts_and_effects_are_what_the_gate_and_the_runtime_must_know():
    told = {name: (registry.tools[name].impact, registry.tools[name].effect) for name in InvoiceAgent.tools}
    assert told["schedule_payment"] == (Impact.MONEY, Effect.TRANSACTIONAL)
    assert told["post_to_accounting"] == (Impact.WRITE, Effect.TRANSACTIONAL)
    assert told["stage_invoice"] == (Impact.WRITE, Effect.TRANSACTIONAL)
    assert {kind for name, kind in told.items() if name in InvoiceAgent.tools[:5]} == {(Impact.READ, Effect.READ)}


def test_one_invoice_has_one_reference_however_its_number_is_written():
    spec = registry.tools["post_to_accounting"]
    for number in ("RE-2026-00447", "re 2026 447", "RE-2O26-00447."):
        assert spec.reference(spec.validate({**POSTING, "number": number})) == "invoice:V-D001:RE-2026-447"


def test_a_payment_names_the_invoice_and_counts_for_vendor_and_order():
    spec = registry.tools["schedule_payment"]
    args = spec.validate(PAYMENT)
    assert spec.reference(args) == "payment:V-D001:RE-2026-447"
    assert (spec.counterparty(args), spec.order(args)) == ("vendor:V-D001", "PO-72595")
    assert (spec.amount(args).amount, spec.amount(args).currency) == (D("1110.06"), "EUR")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"currency": "EURO"}, "currency"),
        ({"currency": None}, "currency"),
        ({"gross_total": "-1"}, "gross_total"),
        ({"gross_total": "lots"}, "gross_total"),
        ({"gross_total": "NaN"}, "gross_total"),
        ({"number": ""}, "number"),
        ({"number": "---"}, "number"),
        ({"issue_date": "yesterday"}, "issue_date"),
        ({"vendor": None}, "vendor"),
        ({"bills": [{"order_line": "one"}]}, "bills.0.order_line"),
        ({"iban": "DE1"}, "iban"),
    ],
)
def test_a_malformed_argument_is_named(changes, field):
    with pytest.raises(InvalidArguments) as error:
        registry.tools["post_to_accounting"].validate({**POSTING, **changes})
    assert [problem.field for problem in error.value.problems] == [field]


@pytest.mark.parametrize(
    ("code", "kind"), [("unavailable", ToolFailed), ("timeout", ToolRefused), ("encrypted", ToolRefused)]
)
def test_the_readers_trouble_is_tried_again_and_the_documents_is_not(monkeypatch, code, kind):
    monkeypatch.setattr("agentops.agents.invoices.tools.look.blobs.read", lambda sha: b"x")
    monkeypatch.setattr(
        "agentops.agents.invoices.tools.look.read_file", lambda data, name: Reading(error=Failure(code, "Why."))
    )
    spec = tools.extract_invoice_data
    with pytest.raises(kind) as error:
        spec(spec.validate({"document": "a" * 64}), call=CALL)
    assert error.value.code == code


def test_a_document_that_is_not_there_is_refused(settings, tmp_path):
    settings.BLOB_DIR = tmp_path
    spec = tools.extract_invoice_data
    for sha in ("a" * 64, "../../etc/passwd"):
        with pytest.raises(ToolRefused) as error:
            spec(spec.validate({"document": sha}), call=CALL)
        assert error.value.code == "document_missing"


def reading(**values):
    source = Source("text", 1, (0.1, 0.2, 0.3, 0.4), "x")
    return Reading(fields={name: Found(value, 0.9, source) for name, value in values.items()}, document_type="invoice")


def test_totals_are_completed_and_confidence_is_that_of_the_least_sure_value():
    read = extraction_of(reading(net_total="100.00", tax_total="19.00", currency="EUR"), {}, run=str(uuid7()))
    assert (read.amounts.gross, read.amounts.due, read.confidence) == (D("119.00"), D("119.00"), D("0.9"))
    assert read.seen["net_total"].box == (0.1, 0.2, 0.3, 0.4)
    assert read.seen["invoice_number"].reason


def test_what_a_person_corrects_is_theirs_and_must_be_a_value():
    read = extraction_of(reading(invoice_number="1", iban="DE1"), {"invoice_number": "2", "iban": None}, run=None)
    assert (read.invoice.invoice_number, read.invoice.iban) == ("2", None)
    assert read.seen["invoice_number"].method == "person"
    for wrong in ({"net_total": "much"}, {"issue_date": "1.1.2026"}):
        with pytest.raises((ValueError, ArithmeticError)):
            extraction_of(reading(), wrong, run=None)
