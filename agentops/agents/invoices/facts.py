"""What the invoice agent's rules reason about: plain frozen values that survive JSON unchanged."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict


class Fact(BaseModel):
    """A frozen value; unknown keys are an error, so a misspelt one cannot pass for 'not stated'."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LineFacts(Fact):
    """One invoice line as the document states it; None is 'not stated'."""

    description: str = ""
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    line_total: Decimal | None = None


class InvoiceFacts(Fact):
    """One invoice as the document states it; `account` is normalised, everything else as printed."""

    document_type: str = "invoice"
    supplier_name: str | None = None
    supplier_vat_id: str | None = None
    invoice_number: str | None = None
    issue_date: date | None = None
    due_date: date | None = None
    currency: str | None = None
    net_total: Decimal | None = None
    tax_total: Decimal | None = None
    gross_total: Decimal | None = None
    payable: Decimal | None = None
    order_reference: str | None = None
    iban: str | None = None
    lines: tuple[LineFacts, ...] = ()

    @property
    def gross(self) -> Decimal | None:
        """The total with tax; from net and tax where only these are stated."""
        if self.gross_total is not None:
            return self.gross_total
        return _sum(self.net_total, self.tax_total)

    @property
    def net(self) -> Decimal | None:
        """The total without tax; from gross and tax where only these are stated."""
        if self.net_total is not None or self.gross_total is None or self.tax_total is None:
            return self.net_total
        return self.gross_total - self.tax_total

    @property
    def tax(self) -> Decimal | None:
        """The tax; from gross and net where only these are stated."""
        if self.tax_total is not None or self.gross_total is None or self.net_total is None:
            return self.tax_total
        return self.gross_total - self.net_total

    @property
    def due(self) -> Decimal | None:
        """What is left to pay: less than gross after a prepayment, never taken to be more."""
        if self.payable is None or self.gross is None:
            return self.gross
        return min(self.payable, self.gross)


class AccountFacts(Fact):
    """A bank account on the vendor master."""

    account: str
    primary: bool = False


class VendorFacts(Fact):
    """One vendor as the master has it."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    vat_id: str | None = None
    currency: str = "EUR"
    active: bool = True
    accounts: tuple[AccountFacts, ...] = ()

    @property
    def account(self) -> str | None:
        """The account that is paid: the primary one, whatever a document says."""
        return next((account.account for account in self.accounts if account.primary), None)

    def has(self, account: str) -> bool:
        return any(known.account == account for known in self.accounts)


class PhoneFacts(Fact):
    """A number on file to call a vendor back on."""

    number: str
    name: str = ""


class VendorEntry(VendorFacts):
    """A vendor as it is loaded: also with the numbers on file, which the rules never see."""

    phones: tuple[PhoneFacts, ...] = ()


class OrderLineFacts(Fact):
    """One order line with what is billed and received so far; quantity None is a line by total only."""

    position: int
    description: str = ""
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    price_base: Decimal = Decimal(1)
    line_total: Decimal
    billed_quantity: Decimal = Decimal(0)
    billed_amount: Decimal = Decimal(0)
    billable_quantity: Decimal | None = None
    billable_amount: Decimal | None = None
    received: Decimal = Decimal(0)

    @property
    def open_quantity(self) -> Decimal | None:
        return None if self.quantity is None else self.quantity - self.billed_quantity

    @property
    def open_amount(self) -> Decimal:
        return self.line_total - self.billed_amount


class OrderFacts(Fact):
    """One purchase order with its balance."""

    number: str
    vendor: str
    currency: str
    status: str = "open"
    receipt_needed: bool = False
    net_total: Decimal
    other_charges: Decimal = Decimal(0)
    billed: Decimal = Decimal(0)
    billable: Decimal | None = None
    lines: tuple[OrderLineFacts, ...] = ()

    @property
    def open_amount(self) -> Decimal:
        return self.net_total - self.billed

    @property
    def is_open(self) -> bool:
        return self.status == "open"


class Tolerances(Fact):
    """How far an invoice may be from its order, and who we are."""

    unit_price_pct: Decimal = Decimal("2.0")
    quantity_pct: Decimal = Decimal(0)
    net_total_pct: Decimal = Decimal("1.0")
    net_total_abs: Decimal = Decimal("1.00")
    our_names: tuple[str, ...] = ()
    without_reference: bool = True  # may the only open order that fits be billed when the document names none?

    def order_ceiling(self, net_total: Decimal) -> Decimal:
        """The most that may be billed on an order of this total without anybody's approval."""
        return net_total + self.net(net_total)

    def quantity_ceiling(self, quantity: Decimal) -> Decimal:
        return quantity * (1 + self.quantity_pct / 100)

    def line_ceiling(self, line_total: Decimal) -> Decimal:
        """The most that may be billed on an order line, in the direction of its sign."""
        most = abs(line_total) * (1 + self.unit_price_pct / 100) + self.net_total_abs
        return most if line_total >= 0 else -most

    def net(self, expected: Decimal) -> Decimal:
        """By how much a net total may differ from `expected`: the larger of the two tolerances."""
        return max(abs(expected) * self.net_total_pct / 100, self.net_total_abs)


class Finding(Fact):
    """One comparison: passed or not, and the reason code if it did not."""

    name: str
    field: str
    expected: str
    found: str
    passed: bool
    code: str
    sentence: str = ""


def _sum(*amounts: Decimal | None) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None
