"""The demo's world as the files that the product's own load commands read."""

import csv
import json
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

from agentops.agents.invoices.demo.world import BASE, Order, OrderLine, World

APPROVAL_LIMIT = "10000.00"
SECOND_SIGNATURE = "25000.00"


def write_world(world: World, folder: Path) -> dict[str, Path]:
    """Write all four files; returns them by the command that loads each."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "load_vendors": ("vendors.jsonl", jsonl(vendors(world))),
        "load_purchase_orders": ("purchase_orders.jsonl", jsonl(purchase_orders(world))),
        "load_rates": ("rates.csv", rates(world)),
        "load_policy": ("policy.json", json.dumps(policy(world), indent=1) + "\n"),
    }
    for name, text in files.values():
        (folder / name).write_text(text, encoding="utf-8")
    return {command: folder / name for command, (name, _) in files.items()}


def vendors(world: World) -> list[dict[str, Any]]:
    """The vendors on file."""
    return [
        {
            "vendor_id": vendor.key,
            "name": vendor.name,
            "vat_id": vendor.vat_id,
            "iban": vendor.iban,
            "other_ibans": [],
            "currency": vendor.currency,
            "phones": [vendor.phone],
        }
        for vendor in world.vendors
    ]


def purchase_orders(world: World) -> list[dict[str, Any]]:
    """The orders, with what has arrived where an order is paid on receipt."""
    return [_order(order) for order in world.orders]


def rates(world: World) -> str:
    """One line per currency and day: how much of it one euro was worth."""
    out = StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["base", "currency", "day", "rate"])
    for (currency, day), rate in sorted(world.rates.items()):
        table.writerow([BASE, currency, day.isoformat(), rate])
    return out.getvalue()


def policy(world: World) -> dict[str, Any]:
    """Limits and tolerances of the demo; the daily limits are wide enough for its inbox, and there."""
    return {
        "as_of": world.today.isoformat(),
        "base_currency": BASE,
        "approval_limit_gross": APPROVAL_LIMIT,
        "second_signature_over": SECOND_SIGNATURE,
        "unit_price_tolerance_pct": "2.0",
        "quantity_tolerance_pct": "0",
        "net_total_tolerance_pct": "1.0",
        "net_total_tolerance_abs": "1.00",
        "day_limit_vendor": "60000.00",
        "day_limit_order": "40000.00",
        "day_limit_agent": "300000.00",
        "sampling_rate": "0.05",  # some of what runs alone is checked blind
        "our_company": world.company.name,
    }


def jsonl(rows: list[dict[str, Any]]) -> str:
    """One object per line."""
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def _order(order: Order) -> dict[str, Any]:
    row: dict[str, Any] = {
        "po_number": order.number,
        "vendor_id": order.vendor.key,
        "vendor_name": order.vendor.name,
        "currency": order.vendor.currency,
        "status": order.status,
        "created": order.created.isoformat(),
        "lines": [_line(order, line) for line in order.lines],
        "other_charges": "0.00",
        "net_total": str(order.net),
        "already_invoiced": "0.00",
    }
    return row | {"receipt_needed": True} if order.receipt_needed else row


def _line(order: Order, line: OrderLine) -> dict[str, Any]:
    row = {
        "line": line.position,
        "description": line.item.description,
        "quantity": _plain(line.item.quantity),
        "unit_price": str(line.item.unit_price),
        "line_total": str(line.item.total),
    }
    return row | {"received": _plain(line.received)} if order.receipt_needed else row


def _plain(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"
