"""The world a posting and its payment rest on, in one shape: as the reads saw it, and as it is under lock.

The tools that look say what they saw; the plan carries it as `seen` into the tools that act; at the last moment the
same is read again under lock. So nothing moves unnoticed between the look and the act, however long people thought.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from runs.agents import Results

from .facts import OrderFacts, OrderLineFacts
from .lifecycle import IS_LIVE, InvoiceStatus
from .models import Invoice, OrderLine, Payment, PurchaseOrder, Vendor, VendorAccount
from .numbers import number_key
from .services.invoices import posting_key

Seen = Mapping[str, Any]


def invoice_key(vendor: str | None, number: str | None) -> str:
    """What an invoice is in the world: its vendor and its number, however that is written; empty while unknown."""
    return posting_key(vendor, number) if vendor and number else ""


def order_seen(order: OrderFacts | None) -> dict[str, Any] | None:
    """What of an order decides about a posting: its terms, what is billed, and what has arrived."""
    if order is None:
        return None
    return {
        "number": order.number,
        "vendor": order.vendor,
        "status": order.status,
        "total": f"{_exact(order.net_total)} {order.currency}",
        "billed": f"{_exact(order.billed)} {order.currency}",
        "line": {str(line.position): _line_seen(line, order.receipt_needed) for line in order.lines},
    }


def posted_twins(vendor: str | None, number: str | None) -> list[str]:
    """The posted invoices of this vendor and number."""
    if not invoice_key(vendor, number):
        return []
    rows = Invoice.objects.filter(vendor__key=vendor, number_key=number_key(number or ""), status=InvoiceStatus.POSTED)
    return sorted(str(pk) for pk in rows.values_list("pk", flat=True))


def live_payments(vendor: str | None, number: str | None) -> list[str]:
    """The payments of this invoice that are not over."""
    if not invoice_key(vendor, number):
        return []
    rows = Payment.objects.filter(IS_LIVE, vendor__key=vendor, invoice__number_key=number_key(number or ""))
    return sorted(str(pk) for pk in rows.values_list("pk", flat=True))


def order_now(number: str | None, *, lock: bool) -> dict[str, Any] | None:
    """`order_seen` of the order as it is now, locked with its lines until the transaction ends if `lock`."""
    if not number:
        return None
    lines = maybe_locked(OrderLine.objects.order_by("position"), lock)
    rows = PurchaseOrder.objects.select_related("vendor").prefetch_related(Prefetch("lines", queryset=lines))
    row = maybe_locked(rows.filter(number=number), lock).first()
    return order_seen(row.as_facts()) if row else None


def payee_now(vendor: str, *, lock: bool) -> dict[str, Any]:
    """The account that is paid, and whether the vendor is still active."""
    accounts = VendorAccount.objects.filter(vendor__key=vendor, primary=True, active=True)
    account = maybe_locked(accounts, lock).first()
    return {
        "account": account.account if account else None,
        "vendor_active": Vendor.objects.filter(key=vendor, active=True).exists(),
    }


def maybe_locked(rows: Any, lock: bool) -> Any:
    """The rows, locked until the transaction ends if `lock`; against changes, not against references to them."""
    return rows.select_for_update(of=("self",), no_key=True) if lock else rows


def moved_since(run_id: UUID, revision: int, results: Results) -> list[str]:
    """What this run sees otherwise than when it looked one revision ago, a sentence each; empty in the first."""
    if revision < 2:
        return []
    from runs.models import Step

    rows = Step.objects.filter(run_id=run_id, revision=revision - 1).values_list("name", "output")
    before, now = _looks({name: output or {} for name, output in rows}), _looks(results)
    return [told for name in now if name in before for told in differences(before[name], now[name], name)]


def _looks(results: Results) -> dict[str, Mapping[str, Any]]:
    """What a proposal rests on, named so that only the same thing is ever compared with itself."""
    vendor, order = results.get("vendor") or {}, (results.get("order") or {}).get("seen") or {}
    found = results.get("duplicates") or {}
    looks = {
        f"order {order.get('number')}": order,
        f"vendor {vendor.get('key')}": {"account on file": vendor.get("account"), "active": vendor.get("active")},
        f"invoice {found.get('invoice')}": {name: found.get(name) for name in ("posted", "payments")},
    }
    known = (order.get("number"), vendor.get("key"), found.get("invoice"))
    return {name: seen for (name, seen), key in zip(looks.items(), known, strict=True) if key}


def differences(before: Seen | None, after: Seen | None, name: str = "") -> list[str]:
    """What is not as it was, one sentence each: `order billed: 0.00 EUR, now 100.00 EUR`."""
    was, now = before or {}, after or {}
    told: list[str] = []
    for key in sorted({*was, *now}):
        label = f"{name} {key}".strip().replace("_", " ")
        old, new = was.get(key), now.get(key)
        if isinstance(old, Mapping) or isinstance(new, Mapping):
            told += differences(old or {}, new or {}, label)
        elif old != new:
            told.append(f"{label}: {_said(old)}, now {_said(new)}")
    return told


def _line_seen(line: OrderLineFacts, receipt_needed: bool) -> dict[str, str]:
    seen = {
        "ordered": f"{_exact(line.quantity)} at {_exact(line.unit_price)} for {_exact(line.line_total)}",
        "billed": f"{_exact(line.billed_quantity)} for {_exact(line.billed_amount)}",
    }
    return {**seen, "received": _exact(line.received)} if receipt_needed else seen


def _exact(number: Decimal | None) -> str:
    """Every digit that counts: what is compared is never rounded."""
    return "-" if number is None else f"{number.normalize():f}"


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value in (None, "", []) else str(len(value)) if isinstance(value, list) else str(value)
