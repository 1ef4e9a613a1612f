"""What one invoice says, before anything is drawn or written: the single source of page, XML and truth."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from agentops.agents.invoices.demo.companies import Company, Vendor

WITHOUT_DECIMALS = frozenset({"JPY"})


def rounded(amount: Decimal, currency: str) -> Decimal:
    """The amount in the smallest unit of its currency, halves up as invoices do it."""
    step = Decimal("1") if currency in WITHOUT_DECIMALS else Decimal("0.01")
    return amount.quantize(step, ROUND_HALF_UP)


@dataclass(frozen=True)
class Item:
    """One line of an invoice or order."""

    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    total: Decimal
    tax_rate: Decimal = Decimal("0")


@dataclass(frozen=True)
class TaxGroup:
    """What is taxed at one rate."""

    rate: Decimal
    basis: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Invoice:
    """A finished invoice of `vendor` to `buyer`."""

    vendor: Vendor
    buyer: Company
    number: str
    issued: date
    due: date
    items: tuple[Item, ...]
    order: str | None
    iban: str
    notes: tuple[str, ...] = ()
    credits: str | None = None  # the number of the invoice that this credit note takes back
    hidden: str = ""  # words that are in the file but not to be seen
    copy: bool = False

    @property
    def currency(self) -> str:
        return self.vendor.currency

    @property
    def net(self) -> Decimal:
        return sum((item.total for item in self.items), Decimal("0"))

    @property
    def tax_groups(self) -> tuple[TaxGroup, ...]:
        basis: dict[Decimal, Decimal] = defaultdict(Decimal)
        for item in self.items:
            basis[item.tax_rate] += item.total
        return tuple(
            TaxGroup(rate, amount, rounded(amount * rate / 100, self.currency))
            for rate, amount in sorted(basis.items(), reverse=True)
        )

    @property
    def tax(self) -> Decimal:
        return sum((group.tax for group in self.tax_groups), Decimal("0"))

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax

    def truth(self) -> dict[str, Any]:
        """What a careful reader takes from the document, in the shape that `extract` prints."""
        return {
            "supplier_name": self.vendor.name,
            "supplier_vat_id": self.vendor.vat_id,
            "invoice_number": self.number,
            "issue_date": self.issued.isoformat(),
            "due_date": self.due.isoformat(),
            "currency": self.currency,
            "net_total": self._amount(self.net),
            "tax_total": self._amount(self.tax),
            "gross_total": self._amount(self.gross),
            "payable": self._amount(self.gross),
            "order_reference": self.order,
            "iban": self.iban,
            "lines": [self._line(item) for item in self.items],
        }

    def _line(self, item: Item) -> dict[str, str]:
        return {
            "description": item.description,
            "quantity": f"{item.quantity.normalize():f}",
            "unit_price": self._amount(item.unit_price),
            "line_total": self._amount(item.total),
        }

    def _amount(self, amount: Decimal) -> str:
        return str(rounded(amount, self.currency))
