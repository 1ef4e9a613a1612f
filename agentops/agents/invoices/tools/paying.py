"""The tool that schedules the payment of a posted invoice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from pydantic import ValidationInfo, field_validator

from agentops.core.money import Money
from tools_registry.kinds import Effect, Impact
from tools_registry.results import ToolRefused
from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool

from .. import services, world
from ..services.payments import payment_key
from .fields import RUN, Amount, Currency, Number, Payee, VendorKey


class PaymentOrder(ToolInput):
    """The payment of an invoice, named by vendor and number; the account is the master's. `seen`: the payee and the
    payments as they were when that was looked up."""

    run: UUID
    vendor: VendorKey
    invoice_number: Number
    amount: Amount
    currency: Currency
    account: Payee
    execute_on: date
    order: str | None = None
    seen: dict[str, Any] = {}

    @field_validator("seen")
    @classmethod
    def _is_about_this(cls, seen: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """What was seen of another invoice, before an edit named this one, says nothing here."""
        about = world.invoice_key(info.data.get("vendor"), info.data.get("invoice_number"))
        return seen if seen and seen.get("invoice") == about else {}


class PaymentReceipt(ToolOutput):
    """The scheduled payment; null when nothing was left to pay."""

    payment: str | None
    execute_on: date


def _payment_basis(args: PaymentOrder, *, lock: bool) -> dict[str, Any]:
    """The account on file, whether the vendor is still active, and whether somebody else pays already; as `seen`."""
    return {
        "invoice": world.invoice_key(args.vendor, args.invoice_number),
        **world.payee_now(args.vendor, lock=lock),
        "payments": world.live_payments(args.vendor, args.invoice_number),
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
