"""Every comparison behind a posting: who, which order, how much, when, where to, and was it here before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tools_registry.facts import Check

from ..duplicates import Twin
from ..facts import Finding, InvoiceFacts
from ..matching import Match
from ..numbers import account_key, vat_key
from ..orders import OrderChoice
from ..vendors import VendorMatch
from ..wording import grouped, masked
from .marks import order_mark, reading_marks
from .obstacles import obstacles
from .sums import date_checks, sum_checks
from .wording import compared

__all__ = ["checks_for", "compared", "obstacles", "order_mark", "reading_marks"]


def checks_for(
    invoice: InvoiceFacts,
    vendor: VendorMatch,
    order: OrderChoice,
    match: Match | None,
    twins: Sequence[Twin],
    today: date,
) -> list[Check]:
    """All checks of one posting and its payment, passed and failed."""
    return [
        *_vendor(invoice, vendor),
        *_account(invoice, vendor),
        _order(invoice, order),
        *(_as_check(finding) for finding in (match.findings if match else ())),
        *_not_here_before(invoice, twins),
        *sum_checks(invoice, vendor, match),
        *date_checks(invoice, today),
    ]


def _vendor(invoice: InvoiceFacts, match: VendorMatch) -> list[Check]:
    vendor, told = match.vendor, match.sentence or match.note
    contradicted = match.code == "vat_id_mismatch"
    found = [
        compared(
            "vendor on file", "supplier_name", expected=vendor.name if vendor else "a vendor on file",
            found=invoice.supplier_name or "not stated", ok=match.code is None or contradicted,
            code=match.code or "vendor_unknown", told=told,
        )
    ]  # fmt: skip
    if vendor and vendor.vat_id and invoice.supplier_vat_id:
        same = vat_key(vendor.vat_id) == vat_key(invoice.supplier_vat_id)
        found.append(
            compared(
                "VAT id", "supplier_vat_id", expected=vendor.vat_id, found=invoice.supplier_vat_id,
                ok=same or not contradicted, code="vat_id_mismatch", told=told,
            )
        )  # fmt: skip
    return found


def _account(invoice: InvoiceFacts, match: VendorMatch) -> list[Check]:
    vendor = match.vendor
    if vendor is None:
        return []
    stated, known = account_key(invoice.iban), vendor.account
    shown = masked(stated) if stated else "not stated"
    if known is None:
        told = f"No account on file for this vendor. A vendor manager adds one for {vendor.name}."
        code, expected, ok = "no_account_on_file", "an account on file", False
    else:
        told = (
            f"Account on the invoice is not on file. It asks for {grouped(stated)}; on file for {vendor.name} is "
            f"{grouped(known)}. Payments only go to the account on file. If the change is real, a vendor manager "
            "makes it after a call-back."
        )
        code, expected, ok = "bank_account_changed", masked(known), not stated or vendor.has(stated)
    return [compared("account", "iban", expected=expected, found=shown, ok=ok, code=code, told=told, blocks=True)]


def _order(invoice: InvoiceFacts, choice: OrderChoice) -> Check:
    found = invoice.order_reference or "not stated"
    if choice.order is not None and not choice.order.is_open:
        found = f"{choice.order.number}, {choice.order.status}"
    return compared(
        "order", "order_reference", expected="an open order of this vendor", found=found,
        ok=choice.code is None, code=choice.code or "po_not_found",
        told=choice.sentence,
    )  # fmt: skip


def _not_here_before(invoice: InvoiceFacts, twins: Sequence[Twin]) -> list[Check]:
    """What was posted already blocks; what is only being worked on, or only looks the same, a person may sign."""
    name, number = "duplicate", invoice.invoice_number or "not stated"
    expected = "no earlier invoice like it"
    if not twins:
        return [compared(name, "invoice_number", expected=expected, found=number, ok=True, code="duplicate")]
    return [
        compared(
            name, "invoice_number", expected=expected, found=f"{number}, like {twin.number}", ok=False, code=twin.code,
            told=twin.sentence, blocks=twin.sure and twin.posted,
        )
        for twin in twins
    ]  # fmt: skip


def _as_check(finding: Finding) -> Check:
    return compared(
        finding.name, finding.field, expected=finding.expected, found=finding.found, ok=finding.passed,
        code=finding.code, told=finding.sentence,
    )  # fmt: skip
