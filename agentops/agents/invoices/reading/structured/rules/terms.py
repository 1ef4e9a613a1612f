"""What an invoice says in the words of EN 16931, whichever XML language it is written in.

Names follow the business terms of the standard (BT-1 `number`, BG-4 `seller`, ...), so that a rule reads like its
sentence there. What is not stated is None or empty; an amount keeps the text it was written with.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ..values import decimal


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as written."""

    raw: str
    currency: str | None = None

    @property
    def value(self) -> Decimal | None:
        return decimal(self.raw)

    @property
    def decimals(self) -> int:
        return len(self.raw.partition(".")[2])


Id = tuple[str, str | None]  # an identifier and the code of its scheme


@dataclass(frozen=True, slots=True)
class Party:
    """Seller, buyer, payee, tax representative or the place of delivery."""

    path: str
    name: str | None = None
    ids: tuple[Id, ...] = ()
    legal_id: Id | None = None
    vat_ids: tuple[str, ...] = ()
    tax_numbers: tuple[str, ...] = ()
    endpoint: Id | None = None
    has_address: bool = False
    country: str | None = None
    city: str | None = None
    postcode: str | None = None
    contact: tuple[str | None, str | None, str | None] | None = None  # name, telephone, mail


@dataclass(frozen=True, slots=True)
class Vat:
    """A tax category with its rate."""

    code: str | None = None
    rate: Amount | None = None
    is_vat: bool = True  # False where another tax is named: the rules speak of VAT alone

    @property
    def category(self) -> str | None:
        """The category if it is one of VAT."""
        return self.code if self.is_vat else None


@dataclass(frozen=True, slots=True)
class Allowance:
    """A discount or a surcharge, of the document or of a line."""

    path: str
    is_charge: bool
    amount: Amount | None = None
    base: Amount | None = None
    reason: str | None = None
    reason_code: str | None = None
    vat: Vat = Vat()


@dataclass(frozen=True, slots=True)
class Period:
    path: str
    start: str | None = None  # ISO or CII dates: both compare as text
    end: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """BG-25."""

    path: str
    id: str | None = None
    quantity: Amount | None = None
    unit: str | None = None
    net: Amount | None = None
    name: str | None = None
    price: Amount | None = None
    gross_price: Amount | None = None
    vat: Vat = Vat()
    allowances: tuple[Allowance, ...] = ()
    period: Period | None = None
    attributes: tuple[tuple[str | None, str | None], ...] = ()
    standard_id: Id | None = None
    classes: tuple[Id, ...] = ()
    origin: str | None = None
    counts: bool = True  # False for the head of a group, whose money is in its parts


@dataclass(frozen=True, slots=True)
class Breakdown:
    """BG-23: one VAT category with what it is charged on."""

    path: str
    vat: Vat = Vat()
    base: Amount | None = None
    tax: Amount | None = None
    reason: str | None = None
    reason_code: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """BG-16."""

    path: str
    code: str | None = None
    accounts: tuple[str, ...] = ()
    names_account: bool = False  # the group for an account is there, filled or not
    card: str | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    """BG-24: a supporting document or the object that is billed."""

    path: str
    id: str | None = None
    scheme: str | None = None
    is_object: bool = False
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """BG-22."""

    lines: Amount | None = None
    allowances: Amount | None = None
    charges: Amount | None = None
    net: Amount | None = None
    taxes: tuple[Amount, ...] = ()
    gross: Amount | None = None
    prepaid: Amount | None = None
    rounding: Amount | None = None
    payable: Amount | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """The whole document."""

    language: str  # xml-cii or xml-ubl
    guideline: str | None = None
    number: str | None = None
    issued: str | None = None
    type_code: str | None = None
    is_credit_note: bool = False
    currency: str | None = None
    tax_currency: str | None = None
    buyer_reference: str | None = None
    note_codes: tuple[str, ...] = ()
    seller: Party = Party("")
    buyer: Party = Party("")
    payee: Party | None = None
    representative: Party | None = None
    delivery: Party | None = None
    delivered: str | None = None
    period: Period | None = None
    tax_point: str | None = None
    tax_point_code: str | None = None
    earlier: tuple[str | None, ...] = ()  # BT-25, one for each preceding invoice
    attached: tuple[Attached, ...] = ()
    payments: tuple[Payment, ...] = ()
    due: str | None = None
    terms: str | None = None
    allowances: tuple[Allowance, ...] = ()
    breakdowns: tuple[Breakdown, ...] = ()
    totals: Totals = Totals()
    lines: tuple[Line, ...] = ()
    service_charges: tuple[Amount, ...] = ()  # of the extended profile
    currencies: tuple[str, ...] = ()  # every currency that an amount is marked with
