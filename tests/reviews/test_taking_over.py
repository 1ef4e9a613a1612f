"""A run is stuck, and a person does the step it is stuck in: filled in by hand, checked, gated, signed by another."""
# ruff: noqa: F811 - fixtures are named as what they make

import pytest
from django.urls import reverse

from agentops.agents.invoices.demo import documents
from agentops.agents.invoices.models import Invoice, InvoiceLine
from agentops.agents.invoices.reading import Failure, Reading
from agentops.agents.invoices.tools import look
from agentops.core.audit.models import AuditEntry
from reviews import services
from reviews.models import Decision, Draft
from runs.models import Await, Step
from tests.stories.conftest import (  # noqa: F401 - fixtures
    assert_in_order,
    books,
    empty_house,
    house,
    now,
    open_house,
    open_review,
    until,
    working,
)

DAMAGED = Failure("corrupt_file", "The file is damaged.")


@pytest.fixture
def unreadable(monkeypatch):
    """The reader gives up on every file."""

    def read_file(data, name, **_):
        return Reading(name=name, error=DAMAGED)

    monkeypatch.setattr(look, "read_file", read_file)


@pytest.fixture
def typed():
    """What a person types from the page of an invoice."""

    def of(invoice, **other):
        return {
            "hand.document_type": "invoice",
            "hand.supplier_name": invoice.vendor.name,
            "hand.supplier_vat_id": invoice.vendor.vat_id,
            "hand.invoice_number": invoice.number,
            "hand.issue_date": invoice.issued.strftime("%d %b %Y"),
            "hand.currency": invoice.currency,
            "hand.net_total": "400.00",
            "hand.tax_total": "76.00",
            "hand.gross_total": "476,00",
            "hand.order_reference": invoice.order,
            "hand.iban": invoice.vendor.iban,
            "hand.lines.0.description": "Palettentransport",
            "hand.lines.0.quantity": "1",
            "hand.lines.0.unit_price": "400.00",
            "hand.lines.0.line_total": "400.00",
            **other,
        }

    return of


def waits_again(house, run_id, before):
    until(lambda: open_review_or_none(run_id, before) is not None, 20)
    return open_review_or_none(run_id, before)


def open_review_or_none(run_id, before):
    from reviews.models import Review

    return Review.objects.select_related("proposal").filter(run_id=run_id, closed_at=None).exclude(pk=before.pk).first()


def test_a_file_nobody_could_read_is_typed_by_a_person_lines_and_all_and_signed(open_house, unreadable, typed):
    invoice = open_house.bill("400.00")
    stuck = open_house.waiting(open_house.send(invoice))
    assert stuck.kind == "stuck"
    maria = open_house.browser("maria.keller")
    page = maria.get(reverse("review", args=[stuck.id])).text
    assert "Take over: extract invoice data" in page
    assert 'name="hand.lines.2.unit_price"' in page
    answer = open_house.say(maria, stuck, "by_hand", step="extract", words="On the paper.", **typed(invoice))
    assert answer.status_code == 302, answer.text

    approval = waits_again(open_house, stuck.run_id, stuck)
    assert approval.kind == "approval"
    assert "corrected_by_person" in approval.codes
    assert books() == (0, 0, 0)
    step = Step.objects.get(run_id=stuck.run_id, name="extract")
    assert step.status == "by_hand"
    assert {seen["method"] for seen in step.output["seen"].values() if seen["value"]} == {"person"}
    told = Await.objects.get(run_id=stuck.run_id, kind="review")
    assert told.request["instruction"]["by"] == str(open_house.person("maria.keller").pk)
    decision = Decision.objects.get(review=stuck)
    assert (decision.verdict, decision.code, decision.person.name) == ("by_hand", "extract", "Maria Keller")
    sources = {row["name"]: row["source"]["kind"] for row in approval.proposal.body["fields"]}
    assert sources["gross_total"] == "person"

    tom = open_house.browser("tom.brandt")
    assert open_house.say(tom, approval, "approve").status_code == 302
    assert open_house.ended(stuck.run_id).status == "completed"
    assert books() == (1, 1, 1)
    assert InvoiceLine.objects.get(invoice=Invoice.objects.get()).order_line is not None
    assert AuditEntry.objects.filter(stream=f"run:{stuck.run_id}", action="review.decided").count() == 2
    assert_in_order()


def test_what_does_not_fit_is_said_at_its_field_and_what_was_typed_is_kept(open_house, unreadable, typed):
    invoice = open_house.bill("400.00")
    stuck = open_house.waiting(open_house.send(invoice))
    maria = open_house.browser("maria.keller")
    form = typed(invoice, **{"hand.net_total": "four hundred", "hand.lines.0.quantity": "some"})
    answer = open_house.say(maria, stuck, "by_hand", step="extract", **form)
    assert answer.status_code == 422
    assert 'id="hand-net_total-error"' in answer.text
    assert 'id="hand-lines-0-quantity-error"' in answer.text
    assert 'value="four hundred"' in answer.text
    assert Draft.objects.get(review=stuck).body["hand.net_total"] == "four hundred"
    assert not Decision.objects.exists()


def test_a_vendor_is_named_from_those_on_file_and_its_account_stays_the_masters(open_house):
    invoice = open_house.bill("400.00", ordered=False)
    unknown = documents.write(invoice, "xml-ubl").replace(invoice.vendor.name.encode(), b"Quite Another Name")
    unknown = unknown.replace((invoice.vendor.vat_id or "none").encode(), b"")
    unknown = unknown.replace((invoice.vendor.iban or "none").encode(), b"DE02120300000000202051")
    stuck = open_house.waiting(open_house.send(unknown))
    assert stuck.kind == "stuck", stuck.codes
    maria = open_house.browser("maria.keller")
    refused = open_house.say(maria, stuck, "by_hand", step="vendor", **{"hand.vendor": "V-0"})
    assert refused.status_code == 422
    assert "There is no vendor V-0" in refused.text
    assert open_house.say(maria, stuck, "by_hand", step="vendor", **{"hand.vendor": "V-70014"}).status_code == 302
    after = waits_again(open_house, stuck.run_id, stuck)
    step = Step.objects.filter(run_id=stuck.run_id, name="vendor").latest("revision")
    assert (step.revision, step.status, step.output["key"]) == (2, "by_hand", "V-70014")
    assert step.output["account"] == invoice.vendor.iban
    assert after.kind == "approval"
    # The account on the document is not on file: still nobody can approve it.
    assert after.proposal.blocked
    assert "corrected_by_person" in after.codes
    assert books() == (0, 0, 0)


def test_what_changes_something_is_never_done_by_hand(open_house, unreadable, typed):
    invoice = open_house.bill("400.00")
    stuck = open_house.waiting(open_house.send(invoice))
    about = {"review_id": stuck.id, "signer": open_house.person("tom.brandt"), "seen": stuck.digest, "now": now()}
    for step in ("stage", "post", "pay", "match", "nothing"):
        with pytest.raises(services.RunRefused):
            services.do_by_hand(**about, step=step, filled={})
    assert not Decision.objects.exists()


def test_whoever_asked_for_the_run_does_not_do_its_steps(open_house, unreadable, typed):
    invoice = open_house.bill("400.00")
    mine = open_house.send(invoice, by=open_house.person("tom.brandt"))
    stuck = open_house.waiting(mine)
    tom = open_house.browser("tom.brandt")
    assert "Take over: " not in tom.get(reverse("review", args=[stuck.id])).text
    assert open_house.say(tom, stuck, "by_hand", step="extract", **typed(invoice)).status_code == 422
    assert not Decision.objects.exists()


def test_asked_twice_a_step_is_done_once(open_house, unreadable, typed):
    invoice = open_house.bill("400.00")
    stuck = open_house.waiting(open_house.send(invoice))
    maria = open_house.browser("maria.keller")
    form = {"step": "extract", "request_key": "k-1", **typed(invoice)}
    assert open_house.say(maria, stuck, "by_hand", **form).status_code == 302
    assert open_house.say(maria, stuck, "by_hand", **form).status_code == 302
    assert Decision.objects.count() == 1
    assert Await.objects.filter(run_id=stuck.run_id, kind="review").count() == 1
