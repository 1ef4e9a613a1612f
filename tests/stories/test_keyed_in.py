"""A file that nobody's reader opens: a person types what it says, and somebody else decides."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from agentops.agents.invoices.demo import documents
from agentops.agents.invoices.models import Invoice, Payment
from agentops.core.audit.models import AuditEntry
from reviews.models import Decision
from reviews.services import edit_and_approve, hand_over
from reviews.standing import MayNotSign
from runs.intake import take_in
from runs.models import IntakeProblem, Run
from runs.queries import asked_by
from tests.stories.conftest import assert_in_order, books, now, open_review, token

LOCKED = b"\x00\x00\x00\x18ftypheic" + b"a photograph of paper" * 40


@pytest.fixture
def problem(open_house) -> IntakeProblem:
    """A refused file at the desk, sent by the inbox."""
    from agentops.core.models import User
    from agentops.demo.people import INBOX

    inbox = User.objects.get(email=INBOX)
    taken = take_in(agent="invoices", data=LOCKED, name="IMG_0042.heic", requester=inbox, now=now())
    assert taken.run_id is None
    return IntakeProblem.objects.get(pk=taken.problem_id)


def key_in(house, who, problem, invoice, **other):
    typed = {
        "document_type": "invoice",
        "supplier_name": invoice.vendor.name,
        "supplier_vat_id": invoice.vendor.vat_id,
        "invoice_number": invoice.number,
        "issue_date": invoice.issued.isoformat(),
        "currency": invoice.currency,
        "net_total": str(invoice.net),
        "gross_total": "476.00",
        "order_reference": invoice.order,
        "iban": invoice.vendor.iban,
        **other,
    }
    browser = house.browser(who)
    answer = browser.post(reverse("intake:key_in", args=[problem.pk]), {**typed, **token(browser)})
    assert answer.status_code == 302, answer.text
    problem.refresh_from_db()
    return browser, problem.run


def test_what_a_person_typed_is_checked_waits_for_somebody_else_and_is_posted(open_house, problem):
    invoice = open_house.bill("400.00")
    maria, run = key_in(open_house, "maria.keller", problem, invoice)
    assert run.requester.name == "Maria Keller"
    review = open_house.waiting(run.pk)
    assert "corrected_by_person" in review.codes
    assert review.kind == "approval"
    assert books() == (0, 0, 0)

    assert open_house.say(maria, review, "approve").status_code == 422  # she asked for it herself
    assert not Decision.objects.exists()
    tom = open_house.browser("tom.brandt")
    page = tom.get(reverse("review", args=[review.id]))
    assert page.status_code == 200
    assert "typed by a person" in page.text or "person" in page.text.lower()
    assert open_house.say(tom, review, "approve").status_code == 302
    assert open_house.ended(run.pk).status == "completed"
    assert books() == (1, 1, 1)
    posted, payment = Invoice.objects.get(), Payment.objects.get()
    assert (posted.number, posted.gross_total, posted.document) == (invoice.number, Decimal("476.00"), problem.document)
    assert payment.account == invoice.vendor.iban
    assert_in_order()
    assert AuditEntry.objects.filter(action="intake.keyed", stream="intake").count() == 1


def test_who_sent_a_file_decides_as_little_about_it_as_the_colleague_who_keyed_it_in(open_house):
    """With two hands in one run, each of the two could otherwise be the other's alibi."""
    maria = open_house.person("maria.keller")
    taken = take_in(agent="invoices", data=LOCKED, name="IMG_0042.heic", requester=maria, now=now())
    problem = IntakeProblem.objects.get(pk=taken.problem_id)
    _, run = key_in(open_house, "oskar.lang", problem, open_house.bill("400.00"))
    oskar = open_house.person("oskar.lang")
    assert run.requester == oskar
    assert asked_by(run.pk)[0] == oskar.pk
    assert set(asked_by(run.pk)) == {oskar.pk, maria.pk}
    review = open_house.waiting(run.pk)

    browser = open_house.browser("maria.keller")
    page = browser.get(reverse("review", args=[review.id]))
    assert page.status_code == 200
    for decision in ("approve", "reject", "send_back"):
        assert open_house.say(browser, review, decision, code="other", words="No.").status_code == 422
    act = {"review_id": review.pk, "signer": maria, "seen": review.digest, "now": now()}
    with pytest.raises(MayNotSign, match="You sent the file"):
        edit_and_approve(edits={0: {}}, **act)
    with pytest.raises(MayNotSign, match="sent its file"):
        hand_over(**{**act, "signer": open_house.person("tom.brandt")}, to_person=maria)
    assert not Decision.objects.exists()
    for verdict in ("approve", "edit"):  # round the services
        with pytest.raises(IntegrityError, match="a file of their own"), transaction.atomic():
            Decision.objects.create(
                review=review, proposal=review.proposal, desk=review.desk, person=maria, verdict=verdict,
                digest=review.digest, round=review.round, decided_at=now(), seen={},
            )  # fmt: skip

    assert open_house.say(open_house.browser("tom.brandt"), review, "approve").status_code == 302
    assert open_house.ended(run.pk).status == "completed"
    assert books() == (1, 1, 1)
    assert_in_order()


def test_a_value_that_was_typed_wrong_is_held_against_the_order_like_any_other(open_house, problem):
    invoice = open_house.bill("400.00")
    _, run = key_in(open_house, "oskar.lang", problem, invoice, net_total="4000.00", gross_total="4760.00")
    open_house.settled(run.pk)
    review = open_review(run.pk)
    assert "corrected_by_person" in review.codes or review.kind == "stuck"
    assert len(review.codes) > 1
    assert books() == (0, 0, 0)
    assert Run.objects.count() == 1


@pytest.mark.parametrize(("amount", "currency", "parks"), [("476.00", "EUR", False), ("476.00", "CHF", True)])
def test_what_the_uploader_expected_is_held_against_what_is_read(open_house, amount, currency, parks):
    from runs.intake import claim_of

    invoice = open_house.bill("400.00")
    taken = take_in(
        agent="invoices",
        data=documents.write(invoice, "xml-ubl"),
        name="a.xml",
        requester=open_house.person("oskar.lang"),
        now=now(),
        claimed=claim_of(invoice.vendor.name, amount, currency),
    )
    run = open_house.settled(taken.run_id)
    assert (run.status == "awaiting") is parks
    if parks:
        assert open_review(run.pk).codes == ["claimed_differs"]
