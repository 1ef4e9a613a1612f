"""What the sender said about a document when handing it in, against what the document says."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from tools_registry.facts import Check

from ..facts import Fact, InvoiceFacts
from ..names import fold
from ..vendors import VendorMatch
from ..wording import money
from .wording import CENT, compared

DIFFERS = "claimed_differs"


class Claimed(Fact):
    """The vendor (its name or number on file) and the amount to pay, as somebody typed them; empty is not said."""

    vendor: str = ""
    amount: str = ""
    currency: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Claimed:
        """From a run's input; whatever else stands there is not about the document."""
        said = given.get("claimed") or {}
        return cls(**{name: str(said.get(name) or "").strip() for name in ("vendor", "amount", "currency")})


def claim_checks(invoice: InvoiceFacts, match: VendorMatch, claimed: Claimed | None) -> list[Check]:
    """One check for each thing that was claimed: people who expect something else should see it before it is paid."""
    if claimed is None:
        return []
    found = [_vendor(invoice, match, claimed.vendor)] if claimed.vendor else []
    return [*found, _amount(invoice, claimed.amount, claimed.currency)] if claimed.amount else found


def _vendor(invoice: InvoiceFacts, match: VendorMatch, claimed: str) -> Check:
    vendor = match.vendor
    names = (vendor.name, *vendor.aliases) if vendor else (invoice.supplier_name or "",)
    same = fold(claimed) in {fold(name) for name in names} or (vendor is not None and claimed == vendor.key)
    found = f"{vendor.name} ({vendor.key})" if vendor else invoice.supplier_name or "not stated"
    return compared(
        "vendor as claimed", "supplier_name", expected=claimed, found=found, ok=same, code=DIFFERS,
        told=f"Not the vendor that was claimed. It was handed in as from {claimed}; the document is from {found}.",
    )  # fmt: skip


def _amount(invoice: InvoiceFacts, claimed: str, currency: str) -> Check:
    amount = _decimal(claimed)
    claimed = f"{claimed} {currency}".strip()
    stated = [total for total in (invoice.gross, invoice.due) if total is not None]
    same = amount is not None and any(abs(amount - abs(total)) < CENT for total in stated)
    same = same and (not currency or currency == invoice.currency)
    found = money(invoice.gross, invoice.currency)
    return compared(
        "amount as claimed", "gross_total", expected=claimed, found=found, ok=same, code=DIFFERS,
        told=f"Not the amount that was claimed. It was handed in as over {claimed}; the document says {found}.",
    )  # fmt: skip


def _decimal(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return abs(amount) if amount.is_finite() else None
