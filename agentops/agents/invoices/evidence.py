"""What a reviewer sees beside the checks: each value with its source, and what every claim rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tools_registry.facts import Check, Reason

from .duplicates import Twin
from .extraction import PERSON, Extraction, Seen
from .facts import VendorFacts
from .matching import Match
from .numbers import account_key
from .orders import OrderChoice
from .vendors import VendorMatch
from .wording import day, grouped, money

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Value:
    """What one value is called, how it is written, and the arguments of the actions that are made from it."""

    label: str
    kind: str = "text"
    feeds: tuple[str, ...] = ()


# In the order of the review page: where the money goes, to whom, how much, when, for what.
VALUES: Mapping[str, Value] = {
    "iban": Value("Account on invoice", "account"),
    "supplier_name": Value("Vendor", "text", ("vendor",)),
    "gross_total": Value("Gross amount", "money", ("gross_total", "payable", "amount")),
    "due_date": Value("Due date", "date", ("due_date", "execute_on")),
    "invoice_number": Value("Invoice number", "text", ("number", "invoice_number")),
    "issue_date": Value("Invoice date", "date", ("issue_date",)),
    "order_reference": Value("Order", "text", ("order",)),
    "net_total": Value("Net", "money", ("net_total",)),
    "currency": Value("Currency", "text", ("currency",)),
    "tax_total": Value("Tax", "money", ("tax_total",)),
    "payable": Value("To pay", "money", ("payable", "amount")),
    "supplier_vat_id": Value("VAT id", "text"),
}
LABELS = {name: value.label for name, value in VALUES.items()}


def field_rows(
    read: Extraction, vendor: VendorFacts | None, checks: Sequence[Check], post: Row | None, pay: Row | None
) -> tuple[Row, ...]:
    """One row per value, in the order of the page; `state` is ok, warn or bad by the checks that name the field."""
    rows = [_row(name, read, checks) for name in VALUES if name in read.seen]
    if pay:
        rows.insert(0, _payee(str(pay["account"]), read, vendor, checks))
    for row in rows:
        if row["name"] == "supplier_name" and vendor is not None:
            row |= {"shown": f"{vendor.key} {vendor.name}", "differs": _other_name(read, vendor)}
    if pay and pay["execute_on"] != (post or {}).get("due_date"):
        rows.append(_pay_day(date.fromisoformat(str(pay["execute_on"]))))
    return tuple(rows)


def shown(name: str, value: str | None, currency: str | None) -> str:
    """A value as the document states it, written as people read it."""
    kind = VALUES[name].kind
    try:
        if value and kind == "money":
            return money(Decimal(value), currency)
        if value and kind == "date":
            return day(date.fromisoformat(value))
    except (ArithmeticError, ValueError):
        return value or ""
    return grouped(account_key(value)) if value and kind == "account" else value or ""


def evidence_rows(
    read: Extraction,
    vendor: VendorMatch,
    order: OrderChoice,
    match: Match | None,
    twins: Sequence[Twin],
    noticed: Sequence[Reason],
) -> tuple[Row, ...]:
    """What the proposal rests on: the file, the master record, the order, earlier invoices, oddities of the file."""
    document = read.document
    rows: list[Row] = [_evidence(document.name or "Document", "document", document.sha256, _what(document.kind))]
    if vendor.vendor is not None:
        signs = " and ".join(SIGNS.get(sign, sign) for sign in vendor.found_by)
        found = f"Recognised by {signs}." if signs else ""
        rows.append(
            _evidence(
                f"Vendor {vendor.vendor.key}", "master", vendor.vendor.key, vendor.note or vendor.sentence or found
            )
        )
    if order.order is not None:
        balance = f"{money(order.order.open_amount, order.order.currency)} still to be billed."
        rows.append(_evidence(f"Order {order.order.number}", "order", order.order.number, order.sentence or balance))
    rows += [_evidence(f"Invoice {twin.number}", "invoice", twin.invoice, twin.sentence) for twin in twins]
    rows += [_evidence("On the document", "document", document.sha256, reason.sentence) for reason in noticed]
    return tuple(rows)


def moved_rows(moved: Sequence[str]) -> tuple[Row, ...]:
    """What is not as it was when this run looked before: why there is another proposal."""
    return tuple(_evidence("Changed since the run looked before", "change", "", sentence) for sentence in moved)


def learned_rows(sentences: Sequence[str]) -> tuple[Row, ...]:
    """The values that were read where an earlier correction showed."""
    return tuple(_evidence("Read by a lesson", "lesson", "", sentence) for sentence in sentences)


SIGNS = {"vat_id": "VAT id", "account": "account", "order": "order", "name": "name", "person": "a person"}
KINDS = {
    "pdf-text": "Read from the text of the PDF.",
    "pdf-scan": "A scan without text.",
    "hybrid-pdf": "Read from the XML inside the PDF.",
    "image": "A picture without text.",
}


def _what(kind: str | None) -> str:
    return KINDS.get(kind or "", f"Electronic invoice ({kind})." if kind else "")


def _row(name: str, read: Extraction, checks: Sequence[Check]) -> dict[str, Any]:
    seen, about = read.seen[name], VALUES[name]
    value = account_key(seen.value) if about.kind == "account" and seen.value else seen.value
    failed = [check for check in checks if check.field == name and not check.passed]
    row: dict[str, Any] = {
        "name": name,
        "label": about.label,
        "value": value,
        "shown": shown(name, value, read.invoice.currency),
        "kind": about.kind,
        "currency": read.invoice.currency,
        "feeds": list(about.feeds),
        "source": _source(seen),
        "state": _state(value, failed),
        "confidence": seen.confidence,
    }
    if name == "iban":
        row["beside"] = "On the invoice"
    if failed:
        row["differs"] = failed[0].expected
    if value is None and seen.reason:
        row["missing"] = seen.reason
    return row


def _state(value: str | None, failed: Sequence[Check]) -> str:
    if any(check.severity == "blocks" for check in failed):
        return "bad"
    return "warn" if failed else "ok" if value else "none"


def _source(seen: Seen) -> Row:
    if seen.method == PERSON:
        return {"kind": "person", "page": seen.page, "box": list(seen.box) if seen.box else None}
    return {"kind": "document", "page": seen.page, "box": list(seen.box) if seen.box else None, "ref": seen.words}


def _payee(account: str, read: Extraction, vendor: VendorFacts | None, checks: Sequence[Check]) -> dict[str, Any]:
    stated, page = account_key(read.invoice.iban), read.seen["iban"].page if "iban" in read.seen else None
    row: dict[str, Any] = {
        "name": "account",
        "label": "Pay to account",
        "value": account,
        "shown": grouped(account),
        "kind": "account",
        "feeds": ["account"],
        "source": {"kind": "master", "ref": vendor.key if vendor else ""},
        "state": _state(account, [check for check in checks if check.field == "account" and not check.passed]),
    }
    if stated == account and page:
        row["source"]["same_on"] = page
    if stated and stated != account:
        row["differs"] = stated
    return row


def _pay_day(when: date) -> dict[str, Any]:
    return {
        "name": "execute_on",
        "label": "Pay on",
        "value": when.isoformat(),
        "shown": day(when),
        "kind": "date",
        "feeds": ["execute_on"],
        "source": {"kind": "rule"},
        "state": "ok",
    }


def _other_name(read: Extraction, vendor: VendorFacts) -> str | None:
    """What the document calls the vendor, where that is not its name on file."""
    named = read.invoice.supplier_name
    return named if named and named not in (vendor.name, *vendor.aliases) else None


def _evidence(title: str, kind: str, ref: str, excerpt: str) -> Row:
    return {"title": title, "kind": kind, "ref": ref, "at": None, "score": None, "excerpt": excerpt}
