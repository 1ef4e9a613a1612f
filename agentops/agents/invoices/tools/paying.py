"""The tool that schedules the payment of a posted invoice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from agentops.core.money import Money
from tools_registry.kinds import Effect, Impact
from tools_registry.results import ToolRefused
from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool

from .. import services
from ..lifecycle import IS_LIVE
from ..models import Payment, Vendor, VendorAccount
from ..numbers import number_key
from ..services.payments import payment_key
from .fields import RUN, Amount, Currency, Number, maybe_locked


class PaymentOrder(ToolInput):
    """The payment of an invoice, named by vendor and number; the account is the master's."""

    run: UUID
    vendor: str
    invoice_number: Number
    amount: Amount
    currency: Currency
    account: str
    execute_on: date
    order: str | None = None


class PaymentReceipt(ToolOutput):
    """The scheduled payment; null when nothing was left to pay."""

    payment: str | None
    execute_on: date


def _payment_basis(args: PaymentOrder, *, lock: bool) -> dict[str, Any]:
    """The account on file, whether the vendor is still active, and whether somebody else pays already."""
    accounts = VendorAccount.objects.filter(vendor__key=args.vendor, primary=True, active=True)
    account = maybe_locked(accounts, lock).first()
    live = Payment.objects.filter(IS_LIVE, vendor__key=args.vendor, invoice__number_key=number_key(args.invoice_number))
    return {
        "account": account.account if account else None,
        "vendor_active": Vendor.objects.filter(key=args.vendor, active=True).exists(),
        "payments": sorted(str(pk) for pk in live.values_list("pk", flat=True)),
    }


@tool(
    impact=Impact.MONEY, effect=Effect.TRANSACTIONAL, timeout=timedelta(seconds=10), basis=_payment_basis,
    reference=lambda args: payment_key(args.vendor, args.invoice_number),
    counterparty=lambda args: f"vendor:{args.vendor}", order=lambda args: args.order,
    amount=lambda args: Money(args.amount, args.currency),
    examples=[{"run": RUN, "vendor": "V-D001", "invoice_number": "RE-2026-00447",
               "amount": "1110.06", "currency": "EUR", "account": "DE82877893287921742180", "execute_on": "2026-11-28",
               "order": "PO-72595"}],
)  # fmt: skip
def schedule_payment(args: PaymentOrder, *, call: ToolCall) -> PaymentReceipt:
    """Schedule the payment of a posted invoice to the vendor's account on file; it can be cancelled until released."""
    try:
        payment = services.schedule_payment(
            vendor=args.vendor,
            number=args.invoice_number,
            amount=args.amount,
            currency=args.currency,
            account=args.account,
            execute_on=args.execute_on,
            run_id=args.run,
        )
    except services.PaymentImpossible as error:
        raise ToolRefused(error.code, error.message) from error
    return PaymentReceipt(payment=str(payment.pk) if payment else None, execute_on=args.execute_on)
