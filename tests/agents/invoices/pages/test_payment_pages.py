"""Payments in the browser: seen once more, released once, cancelled until then, and what the bank answered."""

import pytest

from agentops.agents.invoices import services
from agentops.agents.invoices.models import Payment
from agentops.core.audit.models import AuditEntry
from agentops.core.permissions import Role

pytestmark = pytest.mark.django_db


def status(payment):
    payment.refresh_from_db()
    return payment.status


def actions(payment):
    rows = AuditEntry.objects.filter(stream=f"payment:{payment.pk}").order_by("seq")
    return list(rows.values_list("action", flat=True))


def test_a_payment_is_seen_once_more_released_once_and_marked_as_paid(browse, payment, tmp_path):
    client = browse(Role.PAYMENT_RELEASER)
    assert "119.00" in client.get("/invoices/payments/").text
    once_more = client.get("/invoices/payments/release/", {"payment": payment.pk}).text
    assert "Release 1 payment" in once_more
    assert status(payment) == "scheduled", "looking releases nothing"

    for _ in range(2):
        client.post("/invoices/payments/release/", {"payment": payment.pk})
    assert status(payment) == "released"
    assert payment.released_by == client.person
    assert len(list((tmp_path / "bank").iterdir())) == 1
    file = client.get(f"/invoices/payments/{payment.pk}/file/")
    assert b"119" in file.content
    assert "attachment" in file["Content-Disposition"]

    client.post(f"/invoices/payments/{payment.pk}/", {"answer": "confirmed"})
    assert status(payment) == "confirmed"
    assert actions(payment) == ["payment.released", "payment.confirmed"]
    assert "RE-2026-00447" in client.get("/invoices/payments/", {"state": "confirmed"}).text


def test_a_payment_is_cancelled_until_it_is_released(browse, payment):
    client = browse(Role.PAYMENT_RELEASER)
    client.post("/invoices/payments/release/", {"payment": payment.pk})
    page = client.post(f"/invoices/payments/{payment.pk}/", {"answer": "cancel"}, follow=True).text
    assert "cannot become" in page
    assert status(payment) == "released"


def test_a_cancelled_payment_says_who(browse, payment):
    client = browse(Role.PAYMENT_RELEASER)
    client.post(f"/invoices/payments/{payment.pk}/", {"answer": "cancel"})
    assert status(payment) == "cancelled"
    assert AuditEntry.objects.get(stream=f"payment:{payment.pk}").actor == f"person:{client.person.pk}"


def test_what_is_held_cannot_be_chosen_and_is_not_released(browse, payment, ask):
    ask()
    client = browse(Role.PAYMENT_RELEASER)
    page = client.get("/invoices/payments/").text
    assert "held: account changes" in page
    assert f'value="{payment.pk}"' not in page
    answer = client.post("/invoices/payments/release/", {"payment": payment.pk}, follow=True).text
    assert "its payments wait" in answer
    assert status(payment) == "scheduled"


def test_all_that_are_due_are_one_click_away(browse, payment, settings):
    client = browse(Role.PAYMENT_RELEASER)
    settings.TODAY = payment.execute_on.replace(day=1)
    assert "Choose at least one" in client.get("/invoices/payments/release/?due=1", follow=True).text
    settings.TODAY = payment.execute_on
    assert "Release all that are due (1)" in client.get("/invoices/payments/").text
    assert "Release 1 payment" in client.get("/invoices/payments/release/?due=1").text


def test_a_bank_that_does_not_answer_is_asked_again(browse, payment, monkeypatch):
    from agentops.agents.invoices.bank.payment_file import PaymentFile

    client, write = browse(Role.PAYMENT_RELEASER), PaymentFile._write
    monkeypatch.setattr(PaymentFile, "_write", lambda *given: (_ for _ in ()).throw(OSError("disk full")))
    page = client.post("/invoices/payments/release/", {"payment": payment.pk}, follow=True).text
    assert "does not answer" in page
    assert status(payment) == "released"
    assert "no answer from the bank" in client.get("/invoices/payments/?state=released").text
    refused = client.post(f"/invoices/payments/{payment.pk}/", {"answer": "confirmed"}, follow=True).text
    assert "not taken this payment yet" in refused

    monkeypatch.setattr(PaymentFile, "_write", write)
    client.post("/invoices/payments/release/", {"payment": payment.pk})
    payment.refresh_from_db()
    assert payment.bank_reference
    assert actions(payment) == ["payment.released"]


def test_a_controller_sees_payments_and_nothing_to_press(browse, payment):
    page = browse(Role.CONTROLLER).get("/invoices/payments/").text
    assert "119.00" in page
    assert "Cancel the payment" not in page
    assert "Release" not in page.split("<main")[1].replace("To release", "").replace("Released", "")


@pytest.mark.parametrize("given", [{}, {"payment": "x"}, {"payment": "00000000-0000-7000-8000-000000000000"}])
def test_nothing_chosen_releases_nothing(browse, payment, given):
    client = browse(Role.PAYMENT_RELEASER)
    assert client.post("/invoices/payments/release/", given).status_code == 302
    assert client.get("/invoices/payments/release/", given).status_code == 302
    assert client.post(f"/invoices/payments/{payment.pk}/", {"answer": "burn"}).status_code == 404
    assert status(payment) == "scheduled"


def test_a_returned_payment_may_be_made_again(browse, payment, pay):
    client = browse(Role.PAYMENT_RELEASER)
    client.post("/invoices/payments/release/", {"payment": payment.pk})
    client.post(f"/invoices/payments/{payment.pk}/", {"answer": "returned"})
    assert status(payment) == "returned"
    assert pay(payment.invoice).pk != payment.pk
    assert Payment.objects.count() == 2


def test_one_that_is_refused_keeps_no_other_back(browse, payment, post, pay):
    other = pay(post(invoice_number="RE-2"))
    client = browse(Role.PAYMENT_RELEASER)
    services.cancel_payment(payment_id=payment.pk, by=client.person, now=payment.created_at)
    page = client.post("/invoices/payments/release/", {"payment": [payment.pk, other.pk]}, follow=True).text
    assert "1 payment released" in page
    assert "was not released" in page
    assert status(other) == "released"
