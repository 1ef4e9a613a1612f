"""From a reading of the document to the facts that the rules reason about, each value with where it was seen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, Decimal
from types import MappingProxyType
from typing import Any

from tools_registry.tool import ToolOutput

from .facts import Fact, InvoiceFacts, LineFacts
from .numbers import account_key
from .reading import Reading
from .reading.model import AMOUNTS, DATES, FIELDS, Finding, Found

KEY_FIELDS = ("supplier_name", "invoice_number", "issue_date", "currency", "gross_total", "net_total")
PERSON = "person"


class Seen(Fact):
    """One value and its place: `box` is [x0, y0, x1, y1] in fractions of the page, origin top left."""

    value: str | None = None
    confidence: float = 0.0
    method: str = ""
    page: int | None = None
    box: tuple[float, ...] | None = None
    words: str = ""
    reason: str | None = None


class Noticed(Fact):
    """Something odd about the document; `code` is a reason code."""

    code: str
    sentence: str
    field: str | None = None
    numbers: dict[str, str] = {}


class DocumentFacts(Fact):
    """The file itself."""

    sha256: str
    name: str = ""
    media_type: str | None = None
    kind: str | None = None
    pages: tuple[tuple[float, float], ...] = ()
    sandbox: tuple[str, ...] = ()  # the walls that stood while it was read


class Amounts(Fact):
    """The totals as the rules use them, completed from one another."""

    net: Decimal | None = None
    tax: Decimal | None = None
    gross: Decimal | None = None
    due: Decimal | None = None


@dataclass(frozen=True)
class Beside:
    """What was known beside a reading: the lesson behind each value that one led to, those that people have not yet
    seen right often enough, and the numbers of our posted invoices that a credit note names."""

    lessons: Mapping[str, str] = field(default_factory=dict)
    unconfirmed: Collection[str] = ()
    credits: tuple[str, ...] = ()


class Extraction(ToolOutput):
    """What one document says."""

    run: str | None = None
    invoice: InvoiceFacts
    amounts: Amounts
    seen: dict[str, Seen]
    lines_seen: tuple[dict[str, Seen], ...] = ()
    noticed: tuple[Noticed, ...] = ()
    document: DocumentFacts
    confidence: Decimal | None = None
    deciding: tuple[str, ...] = KEY_FIELDS  # the values that a posting rests on
    lessons: dict[str, str] = {}  # by field, the lesson that led to its value
    credits: tuple[str, ...] = ()  # numbers of our posted invoices that a credit note names


def extraction_of(
    reading: Reading, corrections: Mapping[str, str | None], *, run: str | None, beside: Beside | None = None
) -> Extraction:
    """The reading with a person's corrections over it; raises `ValueError` for a correction that is no such value.

    `beside` says what of the reading came from lessons, and what else was asked of the page.
    """
    beside = beside or Beside()
    lessons = {name: one for name, one in beside.lessons.items() if name not in corrections}
    doubted = set(beside.unconfirmed) & set(lessons)
    seen = {name: _seen(reading[name]) for name in FIELDS}
    seen |= {name: corrected(name, value) for name, value in corrections.items() if name in FIELDS}
    values: dict[str, Any] = {name: one.value for name, one in seen.items()}
    values["iban"] = account_key(values["iban"]) or None
    deciding = (*KEY_FIELDS, *sorted(doubted - set(KEY_FIELDS)))
    invoice = InvoiceFacts(
        document_type=corrections.get("document_type") or reading.document_type,
        **values,
        lines=tuple(
            LineFacts.model_validate(
                {
                    "description": line.description.value or "",
                    "quantity": line.quantity.value,
                    "unit_price": line.unit_price.value,
                    "line_total": line.line_total.value,
                }
            )
            for line in reading.lines
        ),
    )
    return Extraction(
        run=run,
        invoice=invoice,
        amounts=Amounts(net=invoice.net, tax=invoice.tax, gross=invoice.gross, due=invoice.due),
        seen=seen,
        lines_seen=tuple(
            {name: _seen(getattr(line, name)) for name in ("description", "quantity", "unit_price", "line_total")}
            for line in reading.lines
        ),
        noticed=tuple(
            Noticed(code=f.code, sentence=f.sentence, field=f.field, numbers=dict(f.numbers)) for f in reading.findings
        ),
        document=DocumentFacts(
            sha256=reading.sha256,
            name=reading.name,
            media_type=reading.media_type,
            kind=reading.kind,
            pages=tuple((page.width, page.height) for page in reading.pages),
            sandbox=reading.sandbox,
        ),
        confidence=least_sure(seen, deciding),
        deciding=deciding,
        lessons=lessons,
        credits=beside.credits,
    )


def least_sure(
    seen: Mapping[str, Seen], deciding: Iterable[str], instead: Mapping[str, float] = MappingProxyType({})
) -> Decimal | None:
    """As sure as the least sure of the values that decide; what is missing is a reason of its own, not a doubt.

    `instead` is how sure some of them are for reasons beyond the page.
    """
    found = [instead.get(name, seen[name].confidence) for name in deciding if seen[name].value is not None]
    return Decimal(str(min(found))).quantize(Decimal("0.001"), ROUND_DOWN) if found else None


def keyed_in(unread: Reading, document: str) -> Reading:
    """A file that cannot be read, of which a person types what it says: nothing was read, and a finding says why."""
    assert unread.error is not None  # noqa: S101 - only then is anything typed
    said = f"The file cannot be read ({unread.error.message}). Every value here was typed by a person."
    return Reading(
        name=unread.name,
        sha256=document,
        size=unread.size,
        media_type=unread.media_type,
        findings=(Finding("keyed_in", said),),
    )


def _seen(found: Found) -> Seen:
    source = found.source
    return Seen(
        value=found.value,
        confidence=round(found.confidence, 4),
        method=source.method if source else "",
        page=source.page if source else None,
        box=tuple(round(edge, 5) for edge in source.box) if source and source.box else None,
        words=source.words if source else "",
        reason=found.reason,
    )


def corrected(name: str, value: str | None) -> Seen:
    if value and name in AMOUNTS:
        Decimal(value)
    if value and name in DATES:
        date.fromisoformat(value)
    return Seen(
        value=value or None, confidence=1.0, method=PERSON, reason=None if value else "a person says there is none"
    )
