"""Posting and paying: once, within the order, into an open month, to an account on file."""

from datetime import date
from decimal import Decimal

import pytest

from agentops.agents.invoices import services
from agentops.agents.invoices.bank.payment_file import PaymentFile
from agentops.agents.invoices.lifecycle import PaymentStatus
from agentops.agents.invoices.models import Invoice, JournalEntry, OrderLine, Payment, Period, VendorAccount
from agentops.agents.invoices.services.payments import PaymentImpossible
from agentops.core.audit.models import AuditEntry
from agentops.core.ids import uuid7
from agentops.core.models import User
from agentops.core.permissions import Role
from agentops.core.transitions import IllegalTransition

from .conftest import NOW, ON_FILE, SECOND, TODAY, invoice_facts, make_order

pytestmark = pytest.mark.django_db
D = Decimal


def trail(stream):
    return list(AuditEntry.objects.filter(stream=stream).order_by("seq").values_list("action", flat=True))


def test_a_posted_invoice_is_in_the_books_and_on_its_order(order, post):
    invoice = post(order)
    assert invoice.status == "posted"
    entry = JournalEntry.objects.get(key="invoice:V-1:RE-2026-447")
    sides = {line.account: (line.debit, line.credit) for line in entry.lines.all()}
    assert sides == {"5000": (D(100), 0), "1400": (D(19), 0), "2000": (0, D(119))}
    order.refresh_from_db()
    assert (order.billed, order.billable) == (D(100), D(101))
    line = OrderLine.objects.get(order=order)
    assert (line.billed_quantity, line.billed_amount) == (D(10), D(100))


def test_the_same_number_is_not_posted_twice(order, post, vendor):
    post(order)
    with pytest.raises(services.PostingImpossible) as error:
        post(make_order(vendor, "PO-2"), invoice_number="re 2026 447")
    assert error.value.code == "duplicate"


def test_the_same_number_of_another_vendor_is_posted(order, post):
    from agentops.agents.invoices.models import Vendor

    Vendor.objects.create(key="V-2", name="Other", currency="EUR")
    post(order)
    run = uuid7()
    about = {"facts": invoice_facts(), "vendor": "V-2", "order": None, "run_id": run}
    services.stage_invoice(**about, document="e" * 64, order_lines={})
    services.post_invoice(**about, bills=[], exceeds=False, posted_on=TODAY, now=NOW)
    assert sorted(JournalEntry.objects.values_list("key", flat=True)) == [
        "invoice:V-1:RE-2026-447",
        "invoice:V-2:RE-2026-447",
    ]


def test_more_than_the_order_allows_takes_approval_and_then_raises_the_ceiling(order, post):
    post(order)
    with pytest.raises(services.PostingImpossible) as error:
        post(order, invoice_number="RE-2")
    assert error.value.code == "over_invoiced"
    assert Invoice.objects.filter(status="posted").count() == 1
    post(order, invoice_number="RE-3", exceeds=True)
    order.refresh_from_db()
    assert (order.billed, order.billable) == (D(200), D(200))


def test_two_partial_invoices_use_the_order_up(order, post):
    half = {"net_total": D(50), "tax_total": D("9.50"), "gross_total": D("59.50"), "payable": None}
    post(order, invoice_number="A-1", bills=[(1, D(5), D(50))], **half)
    post(order, invoice_number="A-2", bills=[(1, D(5), D(50))], **half)
    with pytest.raises(services.PostingImpossible):
        post(order, invoice_number="A-3", bills=[(1, D(5), D(50))], **half)


def test_nothing_is_posted_into_a_closed_month(order, post):
    by = User.objects.create_user("c@example.org", "C")
    services.close_period(month="2026-11", by=by)
    with pytest.raises(services.PostingImpossible) as error:
        post(order)
    assert error.value.code == "period_closed"
    order.refresh_from_db()
    assert order.billed == 0
    services.reopen_period(month="2026-11", by=by)
    assert Period.objects.get().status == "open"
    assert trail("ledger") == ["period.closed", "period.open"]


def test_an_entry_that_does_not_balance_is_refused(order, post):
    with pytest.raises(services.PostingImpossible) as error:
        post(order, gross_total=D(200))
    assert error.value.code == "unbalanced"


def test_a_run_stages_again_what_it_understands_differently(order, stage):
    invoice = stage(order)
    services.stage_invoice(
        facts=invoice_facts(invoice_number="RE-9"), vendor="V-1", order=None, run_id=invoice.run_id,
        document="d" * 64, order_lines={},
    )  # fmt: skip
    assert [row.number for row in Invoice.objects.all()] == ["RE-9"]


def test_a_run_that_ends_without_posting_closes_its_own_record_only(order, stage, post):
    other, mine = post(order), stage(invoice_number="RE-9")
    assert services.close_staging(run_id=mine.run_id)
    assert not services.close_staging(run_id=mine.run_id)
    assert not services.close_staging(run_id=other.run_id)
    mine.refresh_from_db()
    assert mine.status == "rejected"


# --- payments ----------------------------------------------------------------------------------------


@pytest.fixture
def releaser(db):
    from django.contrib.auth.models import Group

    user = User.objects.create_user("release@example.org", "R")
    user.groups.add(Group.objects.get(name=Role.PAYMENT_RELEASER))
    return User.objects.get(pk=user.pk)


@pytest.fixture(autouse=True)
def _bank_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def test_a_payment_is_scheduled_released_once_and_confirmed(order, post, pay, releaser, tmp_path):
    payment = pay(post(order))
    assert (payment.status, payment.account, payment.amount) == ("scheduled", ON_FILE, D(119))
    first = services.release_payment(payment_id=payment.pk, by=releaser, now=NOW)
    Payment.objects.update(bank_reference="")  # the answer was lost: released again, the same file stands
    again = services.release_payment(payment_id=payment.pk, by=releaser, now=NOW)
    assert first.bank_reference == again.bank_reference
    assert len(list((tmp_path / "bank").iterdir())) == 1
    assert "119" in (tmp_path / "bank" / f"{first.bank_reference}.xml").read_text()
    services.confirm_payment(payment_id=payment.pk, now=NOW)
    assert trail(f"payment:{payment.pk}") == ["payment.released", "payment.confirmed"]


def test_a_payment_can_be_cancelled_until_it_is_released(order, post, pay, releaser):
    invoice = post(order)
    payment = pay(invoice)
    services.cancel_payment(payment_id=payment.pk, by=releaser, now=NOW)
    second = pay(invoice)
    services.release_payment(payment_id=second.pk, by=releaser, now=NOW)
    with pytest.raises(IllegalTransition):
        services.cancel_payment(payment_id=second.pk, by=releaser, now=NOW)


def test_only_a_payment_releaser_releases(order, post, pay):
    payment = pay(post(order))
    nobody = User.objects.create_user("n@example.org", "N")
    for act in (services.release_payment, services.cancel_payment):
        with pytest.raises(PaymentImpossible) as error:
            act(payment_id=payment.pk, by=nobody, now=NOW)
        assert error.value.code == "may_not_release"
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.SCHEDULED


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"account": "DE41255945176851094584"}, "account_not_on_file"),
        ({"amount": D("119.01")}, "more_than_owed"),
        ({"currency": "USD"}, "more_than_owed"),
        ({"number": "RE-404"}, "not_posted"),
    ],
)
def test_a_payment_that_cannot_be(order, post, pay, changes, code):
    invoice = post(order)
    with pytest.raises(PaymentImpossible) as error:
        pay(invoice, **changes)
    assert error.value.code == code
    assert not Payment.objects.exists()


def test_an_invoice_is_paid_once_and_a_returned_payment_may_be_followed_by_another(order, post, pay, releaser):
    invoice = post(order)
    first = pay(invoice)
    with pytest.raises(PaymentImpossible) as error:
        pay(invoice)
    assert error.value.code == "already_paid"
    services.release_payment(payment_id=first.pk, by=releaser, now=NOW)
    services.return_payment(payment_id=first.pk, now=NOW)
    assert pay(invoice, account=SECOND).account == SECOND


def test_what_was_prepaid_in_full_has_no_payment(order, post, pay):
    assert pay(post(order, payable=D(0)), amount=D(0)) is None


def test_an_account_taken_off_file_between_scheduling_and_release_is_not_paid(order, post, pay, releaser):
    from django.db import IntegrityError

    payment = pay(post(order))
    VendorAccount.objects.filter(account=ON_FILE).update(primary=False, active=False)
    with pytest.raises(IntegrityError, match="no longer on file"):
        services.release_payment(payment_id=payment.pk, by=releaser, now=NOW)
    assert PaymentFile().find(services.payments.bank_key(payment)) is None


def test_the_due_date_is_kept(order, post, pay):
    assert pay(post(order)).execute_on == date(2026, 11, 28)


@pytest.mark.django_db(transaction=True)
def test_of_two_that_post_against_one_order_at_once_one_is_refused(order, stage):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    def post_one(staged):
        try:
            services.post_invoice(
                run_id=staged.run_id, facts=invoice_facts(invoice_number=staged.number), vendor="V-1", order="PO-1",
                bills=[(1, D(10), D(100))], exceeds=False, posted_on=TODAY, now=NOW,
            )  # fmt: skip
            return "posted"
        except services.PostingImpossible as error:
            return error.code
        finally:
            connection.close()

    staged = [stage(order, invoice_number=f"RE-{n}") for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(post_one, staged))
    assert outcomes == ["over_invoiced", "over_invoiced", "over_invoiced", "posted"]
    assert JournalEntry.objects.count() == 1
