"""What reading a document gives: typed values, each with where it was seen, and what is odd about the document.

A value is always a string in one form (amounts `1234.50`, dates `2026-04-03`, currencies ISO 4217), so a
reading survives JSON unchanged. A value without a source does not exist: it is null, with the reason why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from dataclasses import field as made
from datetime import date
from decimal import Decimal
from typing import Any

AMOUNTS = ("net_total", "tax_total", "gross_total", "payable")
DATES = ("issue_date", "due_date")
FIELDS = (
    "supplier_name",
    "supplier_vat_id",
    "invoice_number",
    *DATES,
    "currency",
    *AMOUNTS,
    "order_reference",
    "iban",
)
EXTRA_FIELDS = ("buyer_name", "buyer_vat_id", "prepaid", "payment_terms", "discounts")
LINE_FIELDS = ("description", "quantity", "unit", "unit_price", "line_total", "tax_rate")

KINDS = ("hybrid-pdf", "pdf-text", "pdf-scan", "image", "xml-cii", "xml-ubl")
DOCUMENT_TYPES = (
    "invoice",
    "credit_note",
    "quotation",
    "delivery_note",
    "reminder",
    "proforma",
    "statement",
    "order",
    "unknown",
)

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value was seen: a box on a page, or a path in the document's XML."""

    method: str  # "xml", "text" or "ocr"
    page: int | None = None  # counted from 1
    box: Box | None = None  # x0, y0, x1, y1 as fractions of the page, origin top left
    words: str = ""  # the words it came from, as printed
    path: str | None = None  # of an XML value


@dataclass(frozen=True, slots=True)
class Found:
    """One value, or null with the reason why there is none."""

    value: str | None = None
    confidence: float = 0.0
    source: Source | None = None
    reason: str | None = None
    ambiguous: str | None = None  # the other way to read it, where the document does not decide

    @classmethod
    def nothing(cls, reason: str = "not found in the document") -> Found:
        return cls(reason=reason)

    def __bool__(self) -> bool:
        return self.value is not None


@dataclass(frozen=True, slots=True)
class Line:
    """One invoice line."""

    description: Found = Found(reason="not found")
    quantity: Found = Found(reason="not found")
    unit: Found = Found(reason="not found")
    unit_price: Found = Found(reason="not found")
    line_total: Found = Found(reason="not found")
    tax_rate: Found = Found(reason="not found")
    counted: bool = True  # False for a heading or part whose amount is in another line already

    def plain(self) -> dict[str, str | None]:
        """The values alone, without their sources."""
        return {name: getattr(self, name).value for name in LINE_FIELDS}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the document that a person should know; `code` is a reason code."""

    code: str
    sentence: str
    field: str | None = None
    source: Source | None = None
    numbers: Mapping[str, str] = made(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a document could not be read, and what to do about it."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class PageSize:
    """Width and height of a page in points, as it is shown."""

    width: float
    height: float


@dataclass(frozen=True)
class Reading:
    """Everything that one document says, and how sure that is."""

    name: str = ""
    sha256: str = ""
    size: int = 0
    media_type: str | None = None
    kind: str | None = None
    document_type: str = "unknown"
    profile: str | None = None  # the XML's own guideline id
    pages: tuple[PageSize, ...] = ()
    fields: Mapping[str, Found] = made(default_factory=dict)
    lines: tuple[Line, ...] = ()
    findings: tuple[Finding, ...] = ()
    error: Failure | None = None
    sandbox: tuple[str, ...] = ()  # the walls that stood while this was read
    seconds: float = 0.0
    noted: Mapping[str, Any] = made(default_factory=dict)  # what was asked of the page beside; see `page/hints`

    def __getitem__(self, name: str) -> Found:
        """The field `name`, empty if the document does not carry it."""
        found = self.fields.get(name)
        return Found.nothing() if found is None else found

    def text(self, name: str) -> str | None:
        return self[name].value

    def amount(self, name: str) -> Decimal | None:
        value = self[name].value
        return None if value is None else Decimal(value)

    def date(self, name: str) -> date | None:
        value = self[name].value
        return None if value is None else date.fromisoformat(value)

    @property
    def codes(self) -> tuple[str, ...]:
        """The reason codes of all findings, each once, in the order found."""
        return tuple(dict.fromkeys(finding.code for finding in self.findings))

    def with_findings(self, more: Iterable[Finding]) -> Reading:
        return replace(self, findings=(*self.findings, *more))

    def as_json(self) -> dict[str, Any]:
        """Plain JSON types; `from_json` gives the same reading back."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Reading:
        """Raises `KeyError`, `TypeError` or `ValueError` for anything that `as_json` cannot have made."""
        return cls(
            **{
                **raw,
                "pages": tuple(PageSize(**page) for page in raw["pages"]),
                "fields": {name: _found(value) for name, value in raw["fields"].items()},
                "lines": tuple(_line(line) for line in raw["lines"]),
                "findings": tuple(_finding(item) for item in raw["findings"]),
                "error": Failure(**raw["error"]) if raw["error"] else None,
                "sandbox": tuple(raw["sandbox"]),
            }
        )


def _line(raw: Mapping[str, Any]) -> Line:
    return Line(**{name: _found(raw[name]) for name in LINE_FIELDS}, counted=raw["counted"])


def _found(raw: Mapping[str, Any]) -> Found:
    return Found(**{**raw, "source": _source(raw["source"])})


def _finding(raw: Mapping[str, Any]) -> Finding:
    return Finding(**{**raw, "source": _source(raw["source"])})


def _source(raw: Mapping[str, Any] | None) -> Source | None:
    if raw is None:
        return None
    return Source(**{**raw, "box": tuple(raw["box"]) if raw["box"] else None})
