"""One posting with everything it is compared to; what a person edited is looked up again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from runs.agents import Goal, Results

from . import queries
from .duplicates import Candidate, Twin, find_twins
from .extraction import Extraction
from .facts import InvoiceFacts
from .matching import Match
from .matching import match_invoice as compare
from .naming import named_order, named_vendor
from .orders import OrderChoice
from .policy import business_day, tolerances
from .repairing import pairing_in
from .vendors import VendorMatch

Args = Mapping[str, Any]
EDITABLE = ("issue_date", "due_date", "currency", "net_total", "tax_total", "gross_total", "payable")


class Case:
    """One posting with what it is compared to; what a person edited is looked up again."""

    def __init__(self, invoice: InvoiceFacts, vendor_key: str, today: date) -> None:
        self.invoice, self.vendor_key, self.today = invoice, vendor_key, today
        self.vendor: VendorMatch
        self.order: OrderChoice
        self.match: Match | None = None
        self.twins: tuple[Twin, ...] = ()

    @classmethod
    def of(cls, read: Extraction, about: Args, post: Args | None, results: Results, goal: Goal) -> Case:
        invoice = _edited(read.invoice, about, post)
        case = cls(invoice, str(about["vendor"]), business_day(goal.today))
        case.vendor = _vendor(case.vendor_key, results)
        case.order = _order(about.get("order"), case.vendor_key, results)
        pairing = pairing_in(post)
        if pairing is None and invoice == read.invoice and about.get("order") == results["order"].get("number"):
            told = results["match"].get("match")
            case.match = Match.model_validate(told) if told else None
            case.twins = tuple(Twin.model_validate(twin) for twin in results["duplicates"]["twins"])
            return case
        case.order = _order_now(about.get("order"), case.vendor_key, results)
        case.match = compare(invoice, case.order.order, tolerances(), pairing) if case.order.order else None
        case.twins = _twins(invoice, case.vendor_key, read, goal)
        return case


def _edited(invoice: InvoiceFacts, about: Args, post: Args | None) -> InvoiceFacts:
    changed: dict[str, Any] = {"invoice_number": about.get("number") or about.get("invoice_number")}
    stated = invoice.model_dump(mode="json")
    for name in EDITABLE if post else ():
        # A total that was completed from the others is no edit.
        if stated[name] is not None and not _same(stated[name], post.get(name) if post else None):
            changed[name] = post.get(name) if post else None
    if post and invoice.payable is not None and _same(str(invoice.due), post.get("payable")):
        changed.pop("payable", None)
    if all(_same(stated[name], value) for name, value in changed.items()):
        return invoice
    return InvoiceFacts.model_validate({**stated, **changed})


def _same(a: Any, b: Any) -> bool:
    if a is None or b is None:
        return a is b
    try:
        return Decimal(str(a)) == Decimal(str(b))
    except ArithmeticError:
        return str(a) == str(b)


def _vendor(key: str, results: Results) -> VendorMatch:
    if results["vendor"].get("key") == key:
        return VendorMatch.model_validate(results["vendor"]["match"])
    return named_vendor(key)


def _order(number: Any, vendor: str, results: Results) -> OrderChoice:
    if results["order"].get("number") == number and results["vendor"].get("key") == vendor:
        return OrderChoice.model_validate(results["order"]["choice"])
    return named_order(None if number is None else str(number), vendor)


def _order_now(number: Any, vendor: str, results: Results) -> OrderChoice:
    """The order as it is when a person edits; why it was chosen stays as it was."""
    chosen = _order(number, vendor, results)
    now = queries.order(chosen.order.number) if chosen.order else None
    if now is None or now == chosen.order:
        return chosen
    changed: dict[str, Any] = {"order": now}
    if not now.is_open:
        changed |= {"verdict": "closed", "sentence": f"Order is {now.status}. Nothing more is billed on {now.number}."}
    return chosen.model_copy(update=changed)


def _twins(invoice: InvoiceFacts, vendor: str, read: Extraction, goal: Goal) -> tuple[Twin, ...]:
    one = Candidate(
        vendor=vendor, number=invoice.invoice_number, issue_date=invoice.issue_date, currency=invoice.currency,
        gross=invoice.gross, document=read.document.sha256,
    )  # fmt: skip
    return find_twins(one, queries.earlier_invoices(one, goal.run_id))
