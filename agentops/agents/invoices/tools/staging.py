"""The tool that writes an understood invoice into our own records."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from agentops.core.hashing import digest, plain
from tools_registry.kinds import Effect, Impact
from tools_registry.results import ToolRefused
from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool

from .. import services
from ..facts import InvoiceFacts
from .fields import RUN, VendorKey


class Staging(ToolInput):
    """An understood invoice; `order_lines` says by position which order line a line bills."""

    run: UUID
    document: str
    vendor: VendorKey
    invoice: InvoiceFacts
    order: str | None = None
    order_lines: dict[int, int] = {}


class Staged(ToolOutput):
    """The staged invoice."""

    invoice: str


def _staging_reference(args: Staging) -> str:
    # A run that understands its document anew stages it anew; the same understanding is staged once.
    return f"staging:{args.run}:{digest(plain(args.model_dump(mode='json')))[:16]}"


@tool(
    impact=Impact.WRITE, effect=Effect.TRANSACTIONAL, reference=_staging_reference, timeout=timedelta(seconds=10),
    counterparty=lambda args: f"vendor:{args.vendor}", order=lambda args: args.order,
    examples=[{"run": RUN, "document": "a" * 64, "vendor": "V-D001",
               "invoice": {"invoice_number": "RE-1", "currency": "EUR"}, "order": None, "order_lines": {}}],
)  # fmt: skip
def stage_invoice(args: Staging, *, call: ToolCall) -> Staged:
    """Write an understood invoice down in our own records, so that a second copy of it is noticed."""
    try:
        invoice = services.stage_invoice(
            facts=args.invoice,
            vendor=args.vendor,
            order=args.order,
            run_id=args.run,
            document=args.document,
            order_lines=args.order_lines,
        )
    except services.PostingImpossible as error:
        raise ToolRefused(error.code, error.message) from error
    return Staged(invoice=str(invoice.pk))
