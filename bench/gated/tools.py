"""The workload's steps as tools."""

import time
from decimal import Decimal
from typing import Any

from agentops.core.money import Money
from bench.gated import workload
from runs.sql import query
from tools_registry.kinds import Effect, Impact
from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool


class Given(ToolInput):
    invoice: dict[str, Any]


class Reading(ToolOutput):
    t0: float
    run_id: str
    invoice_no: str
    vendor: str
    po_number: str
    amount: int
    currency: str
    fields: dict[str, float]
    text: str


class OrderKey(ToolInput):
    vendor: str
    po_number: str


class Order(ToolOutput):
    po_number: str
    amount: float
    status: str


class Orders(ToolOutput):
    orders: list[Order]


class InvoiceKey(ToolInput):
    vendor: str
    invoice_no: str


class Duplicates(ToolOutput):
    count: int


class Facts(ToolInput):
    amount: int
    orders: list[dict[str, Any]]
    duplicates: int


class Verdict(ToolOutput):
    variance: float
    confidence: float
    duplicate: bool


class Posting(ToolInput):
    run_id: str
    invoice_no: str
    vendor: str
    amount: Decimal
    t0: float
    seen: dict[str, int]


class Posted(ToolOutput):
    posted: str


@tool(impact=Impact.READ, effect=Effect.READ, pure=True, examples=[{"invoice": {}}])
def bench_extract(args: Given, *, call: ToolCall) -> Reading:
    """Read the invoice's fields."""
    invoice = args.invoice
    return Reading(
        t0=time.time(),
        fields={f"f{i}": i * 1.5 for i in range(12)},
        text=workload.PAD,
        **{name: invoice[name] for name in ("run_id", "invoice_no", "vendor", "po_number", "amount", "currency")},
    )


@tool(impact=Impact.READ, effect=Effect.READ, examples=[{"vendor": "vendor-1", "po_number": "PO-1"}])
def bench_query_purchase_orders(args: OrderKey, *, call: ToolCall) -> Orders:
    """Find the order an invoice refers to."""
    rows = query(workload.ORDER_SQL, (args.vendor, args.po_number))
    return Orders(orders=[Order(po_number=row[0], amount=row[1], status=row[2]) for row in rows])


@tool(impact=Impact.READ, effect=Effect.READ, examples=[{"vendor": "vendor-1", "invoice_no": "INV-1"}])
def bench_check_duplicate(args: InvoiceKey, *, call: ToolCall) -> Duplicates:
    """Count the entries this invoice has in the ledger already."""
    return Duplicates(count=query(workload.DUPLICATE_SQL, (args.vendor, args.invoice_no))[0][0])


@tool(impact=Impact.READ, effect=Effect.READ, pure=True, examples=[{"amount": 1, "orders": [], "duplicates": 0}])
def bench_validate(args: Facts, *, call: ToolCall) -> Verdict:
    """Compare the invoice with its order."""
    base = args.orders[0]["amount"] if args.orders else 0.0
    variance = abs(args.amount - base) / max(base, 1.0)
    return Verdict(variance=round(variance, 4), confidence=round(1 / (1 + variance), 4), duplicate=args.duplicates > 0)


def posted_already(args: Posting, *, lock: bool) -> dict[str, Any]:
    """The world a posting rests on: the ledger has no entry of this invoice."""
    return {"posted": query(workload.DUPLICATE_SQL, (args.vendor, args.invoice_no))[0][0]}


@tool(
    impact=Impact.MONEY,
    effect=Effect.TRANSACTIONAL,
    reference=lambda args: f"post:{args.run_id}",
    amount=lambda args: Money(args.amount, "EUR"),
    counterparty=lambda args: args.vendor,
    basis=posted_already,
    examples=[
        {
            "run_id": "a",
            "invoice_no": "INV-1",
            "vendor": "vendor-1",
            "amount": "100",
            "t0": 0.0,
            "seen": {"posted": 0},
        }
    ],
)
def bench_post(args: Posting, *, call: ToolCall) -> Posted:
    """Post the invoice to the ledger."""
    values = (f"post:{args.run_id}", args.run_id, args.invoice_no, args.vendor, args.amount, args.t0)
    query(workload.POST_SQL, values)
    return Posted(posted=args.run_id)
