"""Each promise of the tables, gone around: the database refuses what the services would never do."""

from datetime import date
from decimal import Decimal
from importlib import import_module

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from agentops.agents.invoices import lifecycle
from agentops.agents.invoices.lifecycle import InvoiceStatus, PaymentStatus
from agentops.agents.invoices.models import (
    Invoice,
    JournalEntry,
    JournalLine,
    OrderLine,
    Payment,
    Period,
    PurchaseOrder,
    Receipt,
    Vendor,
    VendorAccount,
)
from agentops.agents.invoices.models.changes import VendorChange
from agentops.core.protection import immutable_sql
from agentops.core.transitions import guard_sql

from .conftest import NOW, ON_FILE, TODAY

pytestmark = pytest.mark.django_db
D = Decimal


def refused(sentence: str):
    """The database says no with this sentence, and only the savepoint is lost."""
    return _Refused(sentence)


class _Refused:
    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def __exit__(self, kind, error, trace) -> bool:
        if error is None:  # deferred constraints speak at the end of the transaction
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            except DatabaseError as late:
                kind, error, trace = type(late), late, late.__traceback__
        self.atomic.__exit__(kind, error, trace)
        assert error is not None, f"nothing refused it: {self.sentence}"
        assert isinstance(error, DatabaseError), error
        assert self.sentence in str(error), error
        return True


# --- the triggers are the tables of the code ---------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "moves", "name"),
    [
        ("invoices_invoice", lifecycle.INVOICE_MOVES, "INVOICE_MOVES"),
        ("invoices_payment", lifecycle.PAYMENT_MOVES, "PAYMENT_MOVES"),
        ("invoices_period", lifecycle.PERIOD_MOVES, "PERIOD_MOVES"),
    ],
)
def test_the_triggers_of_moves_are_those_of_the_tables_in_the_code(table, moves, name):
    guards = import_module("agentops.agents.invoices.migrations.0002_guards")
    assert (getattr(guards, name), getattr(guards, f"{name}_BACK")) == guard_sql(table, "status", moves)


@pytest.mark.parametrize(
    ("table", "name"), [("invoices_journalentry", "ENTRY_STAYS"), ("invoices_journalline", "LINE_STAYS")]
)
def test_the_ledgers_tables_are_protected_as_every_immutable_table_is(table, name):
    guards = import_module("agentops.agents.invoices.migrations.0002_guards")
    assert (getattr(guards, name), getattr(guards, f"{name}_BACK")) == immutable_sql(table)


# --- vendors -----------------------------------------------------------------------------------------


def test_a_vendor_key_is_used_once(vendor):
    with refused("invoices_vendor_key"):
        Vendor.objects.create(key="V-1", name="Another", currency="EUR")


def test_a_vendor_has_a_key_and_a_name(vendor):
    with refused("vendor_has_a_key_and_a_name"):
        Vendor.objects.create(key="V-2", name="", currency="EUR")
    with refused("vendor_currency_is_three_capital_letters"):
        Vendor.objects.create(key="V-2", name="B", currency="eur")


def test_an_account_is_listed_once_and_only_one_is_primary(vendor):
    with refused("vendor_account_is_listed_once"):
        VendorAccount.objects.create(vendor=vendor, account=ON_FILE)
    with refused("vendor_account_only_one_is_primary"):
        VendorAccount.objects.create(vendor=vendor, account="XX1", primary=True)
    with refused("vendor_account_is_capitals_and_digits"):
        VendorAccount.objects.create(vendor=vendor, account="de 12")
    with refused("vendor_account_primary_is_active"):
        VendorAccount.objects.filter(vendor=vendor, primary=True).update(active=False)


def test_a_vendor_change_says_who_decided_it(vendor):
    with refused("vendor_change_says_who_decided_and_when"):
        VendorChange.objects.create(vendors=[], source="x", status="confirmed")


# --- orders ------------------------------------------------------------------------------------------


def test_an_order_is_billed_within_what_was_ordered(order):
    with refused("order_is_billed_within_what_was_ordered"):
        PurchaseOrder.objects.filter(pk=order.pk).update(billed=D("101.01"))
    with refused("order_billable_covers_its_total"):
        PurchaseOrder.objects.filter(pk=order.pk).update(billable=D(99))
    with refused("order_status_is_known"):
        PurchaseOrder.objects.filter(pk=order.pk).update(status="lost")
    with refused("order_currency_is_three_capital_letters"):
        PurchaseOrder.objects.filter(pk=order.pk).update(currency="E")


def test_an_order_line_is_billed_within_what_was_ordered(order):
    lines = OrderLine.objects.filter(order=order)
    with refused("order_line_quantity_is_billed_within_what_was_ordered"):
        lines.update(billed_quantity=D("10.001"))
    with refused("order_line_quantity_is_billed_within_what_was_ordered"):
        lines.update(billed_quantity=D("-10.001"))
    with refused("order_line_amount_is_billed_within_what_was_ordered"):
        lines.update(billed_amount=D("103.01"))
    with refused("order_line_price_base_is_above_zero"):
        lines.update(price_base=0)
    with refused("order_line_position_is_used_once"):
        OrderLine.objects.create(order=order, position=1, line_total=1, billable_amount=1)


def test_a_receipt_is_of_something(order):
    with refused("receipt_is_of_something"):
        Receipt.objects.create(line=order.lines.get(), quantity=0, received_on=TODAY)


# --- invoices ----------------------------------------------------------------------------------------


def test_an_invoice_is_posted_once_per_vendor_and_number(order, post, stage):
    post(order)
    twin = stage(invoice_number="re 2026 447")
    with refused("invoice_is_posted_once_per_vendor_and_number"):
        Invoice.objects.filter(pk=twin.pk).update(status="posted", posted_at=NOW)


def test_an_invoice_belongs_to_one_run(vendor, stage):
    first = stage()
    with refused("invoice_is_staged_once_per_run"):
        Invoice.objects.filter(pk=stage(invoice_number="2").pk).update(run_id=first.run_id)
    with refused("invoice_posted_at_is_set_exactly_when_posted"):
        Invoice.objects.filter(pk=first.pk).update(posted_at=NOW)
    with refused("invoice_has_a_number"):
        Invoice.objects.filter(pk=first.pk).update(number_key="")
    with refused("invoice_currency_is_three_capital_letters"):
        Invoice.objects.filter(pk=first.pk).update(currency="€")


def test_a_posted_invoice_never_changes(order, post):
    invoice = post(order)
    with refused("a posted invoice never changes"):
        Invoice.objects.filter(pk=invoice.pk).update(gross_total=1)
    with refused("posted cannot become rejected"):
        Invoice.objects.filter(pk=invoice.pk).update(status=InvoiceStatus.REJECTED, posted_at=None)
    with refused("a posted invoice never changes"):
        Invoice.objects.filter(pk=invoice.pk).delete()


def test_a_rejected_invoice_is_not_posted_without_being_staged_again(vendor, stage):
    invoice = stage()
    Invoice.objects.filter(pk=invoice.pk).update(status="rejected")
    with refused("rejected cannot become posted"):
        Invoice.objects.filter(pk=invoice.pk).update(status="posted", posted_at=NOW)


# --- the ledger --------------------------------------------------------------------------------------


@pytest.fixture
def period(db):
    return Period.objects.create(month="2026-11")


def entry_of(period, *sides, key="k", on=TODAY):
    entry = JournalEntry.objects.create(key=key, period=period, posted_on=on, memo="m")
    for account, debit, credit, currency in sides:
        JournalLine.objects.create(entry=entry, account=account, debit=D(debit), credit=D(credit), currency=currency)
    return entry


def test_debit_and_credit_are_equal_in_each_currency(period):
    with refused("debit and credit differ by"):
        entry_of(period, ("1", 10, 0, "EUR"), ("2", 0, "9.9999", "EUR"))
    with refused("debit and credit differ by"):
        entry_of(period, ("1", 10, 0, "EUR"), ("2", 0, 10, "USD"))
    with refused("an entry has lines"):
        entry_of(period)
    entry_of(period, ("1", 10, 0, "EUR"), ("2", 0, 10, "EUR"))


def test_a_line_is_debit_or_credit_above_zero(period):
    for debit, credit in ((0, 0), (5, 5), (-5, 0)):
        with refused("journal_line_is_debit_or_credit_above_zero"):
            entry_of(period, ("1", debit, credit, "EUR"))


def test_an_entry_never_changes(period):
    entry = entry_of(period, ("1", 10, 0, "EUR"), ("2", 0, 10, "EUR"))
    with refused("append-only"):
        JournalEntry.objects.filter(pk=entry.pk).update(memo="else")
    with refused("append-only"):
        JournalLine.objects.filter(entry=entry).update(debit=11)
    with refused("append-only"):
        JournalLine.objects.filter(entry=entry).delete()


@pytest.mark.django_db(transaction=True)
def test_an_entry_gets_no_lines_after_it_was_written():
    period = Period.objects.create(month="2026-11")
    with transaction.atomic():
        entry = entry_of(period, ("1", 10, 0, "EUR"), ("2", 0, 10, "EUR"))
    with pytest.raises(IntegrityError, match="gets no lines after"):
        JournalLine.objects.create(entry=entry, account="1", debit=1, credit=0, currency="EUR")


def test_nothing_is_posted_into_a_closed_period_or_another_month(period):
    with refused("is not a day of period"):
        entry_of(period, ("1", 1, 0, "EUR"), ("2", 0, 1, "EUR"), on=date(2026, 12, 1))
    Period.objects.filter(pk="2026-11").update(status="closed")
    with refused("period 2026-11 is closed"):
        entry_of(period, ("1", 1, 0, "EUR"), ("2", 0, 1, "EUR"))


def test_a_period_is_a_month():
    with refused("period_is_a_month"):
        Period.objects.create(month="2026-13")
    with refused("period_status_is_known"):
        Period.objects.create(month="2026-10", status="lost")


# --- payments ----------------------------------------------------------------------------------------


@pytest.fixture
def payment(order, post, pay):
    return pay(post(order))


def again(payment, **changes):
    """A copy of a payment, written past the services."""
    values = {f.attname: getattr(payment, f.attname) for f in Payment._meta.concrete_fields}
    values.pop("id")
    return Payment.objects.create(**{**values, **changes})


def test_an_invoice_has_one_live_payment(payment):
    with refused("payment_only_one_live_per_invoice"):
        again(payment)
    Payment.objects.filter(pk=payment.pk).update(status="cancelled")
    again(payment)


def test_money_goes_only_to_an_account_of_that_vendor(payment):
    Payment.objects.filter(pk=payment.pk).update(status="cancelled")
    with refused("the account is no longer on file"):
        again(payment, account="DE00000000000000000001")
    other = Vendor.objects.create(key="V-9", name="Other", currency="EUR")
    VendorAccount.objects.create(vendor=other, account="XX99")
    with refused("the account is no longer on file"):
        again(payment, account="XX99")
    with refused("payment_invoice_is_one_of_that_vendors"):
        again(payment, account="XX99", vendor_id=other.pk)


def test_the_foreign_key_stands_behind_the_trigger(payment):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE invoices_payment DISABLE TRIGGER invoices_payment_is_sound")
    Payment.objects.filter(pk=payment.pk).update(status="cancelled")
    with refused("payment_account_is_one_of_that_vendors"):
        again(payment, account="DE00000000000000000001")


def test_an_account_that_was_taken_off_file_is_not_paid(payment):
    VendorAccount.objects.filter(account=ON_FILE).update(primary=False, active=False)
    with refused("the account is no longer on file"):
        Payment.objects.filter(pk=payment.pk).update(status="released", released_at=NOW, released_by=_somebody())


def test_whom_and_how_much_never_change(payment):
    with refused("whom, how much and for what never change"):
        Payment.objects.filter(pk=payment.pk).update(amount=1)
    with refused("whom, how much and for what never change"):
        Payment.objects.filter(pk=payment.pk).update(account="DE89370400440532013000")


def test_only_a_posted_invoice_is_paid(payment, stage):
    staged = stage(invoice_number="77")
    with refused("only a posted invoice is paid"):
        again(payment, invoice_id=staged.pk)
    Payment.objects.filter(pk=payment.pk).update(status="cancelled")
    with refused("only a posted invoice is paid"):
        again(payment, currency="USD")


def test_a_payment_is_above_zero_and_born_before_its_release(payment):
    Payment.objects.filter(pk=payment.pk).update(status="cancelled")
    with refused("payment_is_above_zero"):
        again(payment, amount=0)
    with refused("a payment is not born released"):
        again(payment, status="released", released_at=NOW, released_by=_somebody())


def test_a_release_says_who_and_when(payment):
    with refused("payment_released_says_who_and_when"):
        Payment.objects.filter(pk=payment.pk).update(status="released")


@pytest.mark.parametrize("there", sorted(set(PaymentStatus) - {"scheduled", "released", "cancelled"}))
def test_a_scheduled_payment_is_released_or_cancelled_and_nothing_else(payment, there):
    with refused(f"scheduled cannot become {there}"):
        Payment.objects.filter(pk=payment.pk).update(status=there, released_at=NOW, released_by=_somebody())


def test_a_released_payment_cannot_be_cancelled(payment):
    Payment.objects.filter(pk=payment.pk).update(status="released", released_at=NOW, released_by=_somebody())
    with refused("released cannot become cancelled"):
        Payment.objects.filter(pk=payment.pk).update(status="cancelled")


def _somebody():
    from agentops.core.models import User

    return User.objects.filter(email="r@example.org").first() or User.objects.create_user("r@example.org", "R")
