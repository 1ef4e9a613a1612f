"""Every comparison behind a posting: who, which order, how much, when, where to, and was it here before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tools_registry.facts import Check

from ..duplicates import Twin
from ..facts import Finding, InvoiceFacts
from ..matching import Match
from ..orders import OrderChoice
from ..vendors import VendorMatch
from .claims import Claimed, claim_checks
from .marks import order_mark, reading_marks
from .obstacles import obstacles
from .sender import account_checks, vendor_checks
from .sums import date_checks, sum_checks
from .wording import compared

__all__ = ["Claimed", "checks_for", "compared", "obstacles", "order_mark", "reading_marks"]


def checks_for(
    invoice: InvoiceFacts,
    vendor: VendorMatch,
    order: OrderChoice,
    match: Match | None,
    twins: Sequence[Twin],
    today: date,
    claimed: Claimed | None = None,
) -> list[Check]:
    """All checks of one posting and its payment, passed and failed; `claimed` is what the sender said beforehand."""
    return [
        *vendor_checks(invoice, vendor, order, match),
        *account_checks(invoice, vendor),
        *claim_checks(invoice, vendor, claimed),
        _order(invoice, order),
        *(_as_check(finding) for finding in (match.findings if match else ())),
        *_not_here_before(invoice, twins),
        *sum_checks(invoice, vendor, match),
        *date_checks(invoice, today),
    ]


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
