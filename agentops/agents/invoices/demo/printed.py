"""An invoice turned into the strings that stand on its page, in its vendor's language and habits."""

from decimal import Decimal
from functools import cached_property

from agentops.agents.invoices.demo.identifiers import grouped
from agentops.agents.invoices.demo.invoice import WITHOUT_DECIMALS, Invoice, Item
from agentops.agents.invoices.demo.words import TONGUES

Row = dict[str, str]


class Printed:
    """What a layout puts on paper; a layout decides only where and how."""

    def __init__(self, invoice: Invoice) -> None:
        self.invoice = invoice
        self.vendor = invoice.vendor
        self.tongue = TONGUES[invoice.vendor.language]
        self.places = 0 if invoice.currency in WITHOUT_DECIMALS else 2
        self.issued = self.tongue.day(invoice.issued)
        self.due = self.tongue.day(invoice.due)
        self.iban = grouped(invoice.iban)
        self.number = invoice.number

    def __getitem__(self, key: str) -> str:
        """The label `key` in the vendor's language."""
        return self.tongue.label(key)

    def amount(self, value: Decimal) -> str:
        return self.tongue.number(value, self.places)

    def money(self, value: Decimal) -> str:
        return self.tongue.money.format(amount=self.amount(value), currency=self.invoice.currency)

    @property
    def title(self) -> str:
        return self["credit" if self.invoice.credits else "invoice"]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Label and value of what identifies the invoice."""
        rows = [
            (self["credit_number" if self.invoice.credits else "number"], self.number),
            (self["issued"], self.issued),
            (self["due"], self.due),
            (self["order"], self.invoice.order or ""),
        ]
        return [(label, value) for label, value in rows if value]

    @cached_property
    def rows(self) -> list[Row]:
        return [self._row(at, item) for at, item in enumerate(self.invoice.items, start=1)]

    def _row(self, at: int, item: Item) -> Row:
        return {
            "pos": str(at),
            "description": item.description,
            "quantity": self.tongue.quantity(item.quantity),
            "unit": self.tongue.unit(item.unit),
            "price": self.amount(item.unit_price),
            "tax_rate": self.rate(item.tax_rate),
            "total": self.amount(item.total),
        }

    def rate(self, rate: Decimal) -> str:
        return self.tongue.quantity(rate)

    @property
    def sums(self) -> list[tuple[str, str]]:
        """Label and amount of the totals; the last is what is to be paid."""
        invoice = self.invoice
        taxes = [(f"{self['tax']} {self.rate(group.rate)} %", self.money(group.tax)) for group in invoice.tax_groups]
        if len(taxes) > 1:
            taxes.append((self["taxes"], self.money(invoice.tax)))
        return [(self["net"], self.money(invoice.net)), *taxes, (self["gross"], self.money(invoice.gross))]

    @property
    def closing(self) -> list[str]:
        """The sentences under the totals."""
        invoice = self.invoice
        pay = self["credited"].format(credits=invoice.credits) if invoice.credits else self["pay"].format(due=self.due)
        return [line for line in (pay, self[self.vendor.category], *invoice.notes) if line]

    @property
    def tax_id(self) -> str:
        return f"{self.vendor.tax_label} {self.vendor.vat_id or self.vendor.tax_number}"

    @property
    def sender(self) -> list[str]:
        vendor = self.vendor
        return [vendor.street, self.town]

    @property
    def town(self) -> str:
        vendor = self.vendor
        if vendor.country in {"GB", "US", "JP"}:
            return f"{vendor.town} {vendor.postcode}"
        return f"{vendor.postcode} {vendor.town}"

    @property
    def recipient(self) -> list[str]:
        buyer = self.invoice.buyer
        return [buyer.name, buyer.department, buyer.street, f"{buyer.postcode} {buyer.town}"]

    @property
    def bank(self) -> list[str]:
        return [self.vendor.bank, f"IBAN {self.iban}", f"BIC {self.vendor.bic}"]

    def page(self, number: int, of: int) -> str:
        return f"{self['page']} {number} {self['of']} {of}"
