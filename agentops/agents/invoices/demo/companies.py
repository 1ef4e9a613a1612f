"""What is known of a company in the demo: its master data, and for a vendor the habits of its paper."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Company:
    """Whom the invoices are addressed to."""

    name: str
    department: str
    street: str
    town: str
    postcode: str
    country: str
    vat_id: str


@dataclass(frozen=True)
class Vendor:
    """A supplier: its master data, and the habits of its invoices."""

    key: str
    name: str
    street: str
    postcode: str
    town: str
    country: str
    vat_id: str | None
    tax_label: str  # what the number of the tax office is called on its paper
    iban: str
    bank: str
    bic: str
    currency: str
    language: str
    layout: str
    ink: str
    accent: str
    series: str  # how it numbers its invoices; {n} counts, {year} is the year
    first: int
    formats: tuple[str, ...]  # of its ordinary invoices, in turn
    tax: Decimal
    category: str  # UN/ECE 5305: S taxed, K within the Union, AE reverse charge, G export
    terms: int
    phone: str
    mail: str
    register: str
    tagline: str
    tax_number: str = ""  # printed where there is no VAT id
    on_file: bool = True
