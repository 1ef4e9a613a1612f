"""A payment's life: scheduled by the agent or people, released by a payment releaser, answered by the bank."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from agentops.core.audit import trail
from agentops.core.audit.trail import Actor
from agentops.core.models import User
from agentops.core.permissions import Role
from tools_registry.models import Switch

from .. import bank
from ..lifecycle import IS_LIVE, IS_OPEN_CHANGE, NOT_YET_OUT, ChangeStatus, InvoiceStatus, PaymentStatus
from ..models import AccountChange, Invoice, Payment, Vendor, VendorAccount
from ..numbers import number_key

STOPPED_BY = ("all", "agent:invoices", "tool:schedule_payment")
TICKER, BANK = Actor.system("ticker"), Actor.system("bank")
_CARRIED_OVER = ("key", "amount", "currency", "execute_on", "run_id")


class PaymentImpossible(Exception):
    """This payment cannot be made, or not by this person; `code` is a reason code."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


@transaction.atomic
def schedule_payment(
    *, vendor: str, number: str, amount: Decimal, currency: str, account: str, execute_on: date, run_id: UUID | None
) -> Payment | None:
    """Schedule the payment of a posted invoice to an account on file; None when nothing is left to pay.

    Raises `PaymentImpossible` (`not_posted`, `account_not_on_file`, `already_paid`, `more_than_owed`).
    """
    rows = Invoice.objects.select_for_update(of=("self",), no_key=True).select_related("vendor")
    invoice = rows.filter(vendor__key=vendor, number_key=number_key(number), status=InvoiceStatus.POSTED).first()
    if invoice is None:
        raise PaymentImpossible("not_posted", f"Invoice {number} of {vendor} is not posted.")
    if not VendorAccount.objects.filter(vendor=invoice.vendor, account=account, active=True).exists():
        raise PaymentImpossible("account_not_on_file", f"This account is not on file for {vendor}.")
    if invoice.payments.filter(IS_LIVE).exists():
        raise PaymentImpossible("already_paid", f"Invoice {number} of {vendor} has a payment already.")
    if currency != invoice.currency or amount > invoice.gross_total:
        raise PaymentImpossible("more_than_owed", f"Invoice {number} is over {invoice.gross_total} {invoice.currency}.")
    if amount == 0:
        return None
    return Payment.objects.create(
        key=payment_key(vendor, number), vendor=invoice.vendor, invoice=invoice, account=account, amount=amount,
        currency=currency, execute_on=execute_on, status=PaymentStatus.SCHEDULED, run_id=run_id,
    )  # fmt: skip


@transaction.atomic
def cancel_payment(*, payment_id: UUID, by: User, now: datetime) -> Payment:
    """Stop a payment that is not released; raises `IllegalTransition` afterwards, `PaymentImpossible` for others."""
    _check_releaser(by)
    payment = _locked(payment_id)
    payment.move_to(PaymentStatus.CANCELLED)
    payment.save(update_fields=["status"])
    _record("payment.cancelled", payment, by, now)
    return payment


def release_payment(*, payment_id: UUID, by: User, now: datetime) -> Payment:
    """Hand a payment to the bank; raises `PaymentImpossible`, `IllegalTransition`, `BankRefused`.

    The release is committed before the bank is asked, under a key the bank enforces: after a crash the same call
    asks again and nothing is paid twice.
    """
    with transaction.atomic():
        payment = _locked(payment_id, with_vendor=True)
        _check_releaser(by)
        if payment.status != PaymentStatus.RELEASED or payment.bank_reference:
            _check_may_leave(payment, by)
            payment.move_to(PaymentStatus.RELEASED)
            payment.released_by, payment.released_at = by, now
            payment.save(update_fields=["status", "released_by", "released_at"])
            _record("payment.released", payment, by, now)
        elif bank.connect().find(bank_key(payment)) is None:
            _check_may_leave(payment, by)  # released earlier, but the bank never heard of it
    receipt = bank.connect().release(_instruction(payment), key=bank_key(payment))
    Payment.objects.filter(pk=payment.pk).update(bank_reference=receipt.reference)
    payment.bank_reference = receipt.reference
    return payment


@transaction.atomic
def confirm_payment(*, payment_id: UUID, now: datetime, by: User | None = None) -> Payment:
    """The bank paid, says a payment releaser or (None) the bank itself; raises `IllegalTransition`."""
    return _answered(payment_id, PaymentStatus.CONFIRMED, by, now)


@transaction.atomic
def return_payment(*, payment_id: UUID, now: datetime, by: User | None = None) -> Payment:
    """The bank sent the money back, says a payment releaser or (None) the bank; raises `IllegalTransition`."""
    return _answered(payment_id, PaymentStatus.RETURNED, by, now)


def move_payments(vendor: Vendor, old: str, new: str, now: datetime) -> int:
    """Pay on `new` what waits to be paid on `old`, in the caller's transaction with the vendor locked; says how many.

    Whom and where to never change in a payment, so each is cancelled and another takes its place.
    """
    rows = Payment.objects.select_for_update(of=("self",)).select_related("vendor", "invoice")
    waiting = list(rows.filter(vendor=vendor, account=old, status__in=sorted(NOT_YET_OUT)))
    for payment in waiting:
        status = payment.status
        payment.move_to(PaymentStatus.CANCELLED)
        payment.save(update_fields=["status"])
        _record("payment.cancelled", payment, TICKER, now, why="account_changed")
        kept = {name: getattr(payment, name) for name in _CARRIED_OVER}
        following = Payment.objects.create(vendor=vendor, invoice=payment.invoice, account=new, status=status, **kept)
        _record("payment.moved", following, TICKER, now, instead_of=str(payment.pk))
    return len(waiting)


def payment_key(vendor: str, number: str) -> str:
    """What a payment is about in the world."""
    return f"payment:{vendor}:{number_key(number)}"


def bank_key(payment: Payment) -> str:
    """The key at the bank: of this payment, since a returned one may be followed by another of the same invoice."""
    return f"{payment.key}:{payment.pk}"


def _answered(payment_id: UUID, status: PaymentStatus, by: User | None, now: datetime) -> Payment:
    if by is not None:
        _check_releaser(by)
    payment = _locked(payment_id)
    if status == PaymentStatus.CONFIRMED and not payment.bank_reference:
        raise PaymentImpossible("no_answer", "The bank has not taken this payment yet. Release it again first.")
    payment.move_to(status)
    payment.save(update_fields=["status"])
    _record(f"payment.{status}", payment, by or BANK, now)
    return payment


def _locked(payment_id: UUID, *, with_vendor: bool = False) -> Payment:
    if with_vendor:  # before the payment, as whoever changes the vendor's account does
        vendor = Payment.objects.values_list("vendor_id", flat=True).get(pk=payment_id)
        Vendor.objects.select_for_update(no_key=True).get(pk=vendor)
    rows = Payment.objects.select_for_update(of=("self",)).select_related("vendor", "invoice")
    return rows.get(pk=payment_id)


def _check_may_leave(payment: Payment, by: User) -> None:
    """Raises `PaymentImpossible` while a change of the account is open, the house stands still, or `by` had a hand
    in the account that is paid."""
    changes = AccountChange.objects.filter(vendor=payment.vendor_id)
    if changes.filter(IS_OPEN_CHANGE).exists():
        raise PaymentImpossible(
            "vendor_change_open", f"A change of account of {payment.vendor.name} is open, so its payments wait."
        )
    if Switch.objects.filter(scope__in=STOPPED_BY).exists():
        raise PaymentImpossible("stopped", "A kill switch is thrown: no payment leaves until it is released.")
    made = changes.filter(account=payment.account, status=ChangeStatus.IN_FORCE)
    if made.filter(Q(asked_by=by) | Q(called_by=by) | Q(confirmed_by=by)).exists():
        raise PaymentImpossible("had_a_hand", "You had a hand in this account. Another payment releaser must do this.")


def _check_releaser(by: User) -> None:
    if not by.holds(Role.PAYMENT_RELEASER):
        raise PaymentImpossible("may_not_release", "Only a payment releaser may do this.")


def _instruction(payment: Payment) -> bank.Instruction:
    return bank.Instruction(
        creditor=payment.vendor.name,
        account=payment.account,
        amount=payment.amount,
        currency=payment.currency,
        execute_on=payment.execute_on,
        remittance=payment.invoice.number,
    )


def _record(action: str, payment: Payment, by: User | Actor, now: datetime, **more: str) -> None:
    event = trail.Event(
        action=action,
        actor=by if isinstance(by, Actor) else Actor.of(by),
        object=("payment", str(payment.pk), None),
        run=payment.run_id,
        data={"amount": str(payment.amount), "currency": payment.currency, "execute_on": str(payment.execute_on),
              "business_time": now.isoformat(), **more},
        facets=(f"counterparty=vendor:{payment.vendor.key}", f"document={payment.invoice.document}"),
    )  # fmt: skip
    trail.append(f"payment:{payment.pk}", event)
