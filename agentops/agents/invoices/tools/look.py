"""The tools that only look: at the document, the vendor master, the orders, and what was here before."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from agentops.core import blobs
from tools_registry.facts.origins import LOOKED_UP
from tools_registry.kinds import Effect, Impact
from tools_registry.results import ToolFailed, ToolRefused
from tools_registry.sources import Is
from tools_registry.tool import Retry, ToolCall, ToolInput, ToolOutput, tool

from .. import queries, world
from ..extraction import Extraction, extraction_of, keyed_in
from ..lessons.rereading import read_again
from ..modelled import second_look
from ..orders import OrderChoice, choose_order
from ..policy import tolerances
from ..put_right import with_the_rest
from ..reading import read_file
from ..vendors import Signs, VendorMatch
from ..vendors import find_vendor as recognise
from .fields import SHA

NEVER_CHANGES = timedelta(days=36_500)
TRY_AGAIN = frozenset({"unavailable"})  # the reader's trouble, not the document's


class Spot(ToolInput):
    """A place on a page, counted from 1; `box` is [x0, y0, x1, y1] in fractions of it."""

    page: int = Field(ge=1)
    box: tuple[float, float, float, float]


class Document(ToolInput):
    """A stored file, and what a person corrected in its reading; `places` say where they took a value from."""

    document: str
    name: str | None = None
    media_type: str | None = None
    corrections: dict[str, str | None] = {}
    places: dict[str, Spot] = {}


@tool(
    impact=Impact.READ, effect=Effect.READ, timeout=timedelta(seconds=120), max_age=NEVER_CHANGES,
    retry=Retry(attempts=3), examples=[{"document": SHA, "name": "invoice.pdf", "media_type": "application/pdf"}],
)  # fmt: skip
def extract_invoice_data(args: Document, *, call: ToolCall) -> Extraction:
    """Read a stored invoice document into typed values, each with the page and box where it was seen."""
    try:
        data = blobs.read(args.document)
    except blobs.BlobMissing as error:
        raise ToolRefused("document_missing", str(error)) from error
    except blobs.BlobDamaged as error:
        raise ToolRefused("document_damaged", str(error)) from error
    except blobs.BlobsUnavailable as error:
        raise ToolFailed("files_unavailable", str(error)) from error
    reading = read_file(data, args.name or "")
    if reading.error and args.corrections and reading.error.code not in TRY_AGAIN:
        reading = keyed_in(reading, args.document)
    if reading.error:
        kind = ToolFailed if reading.error.code in TRY_AGAIN else ToolRefused
        raise kind(reading.error.code, reading.error.message)
    reading, beside = read_again(reading, data, args.corrections.get("document_type"))
    reading = second_look(reading, data, args.corrections, call)
    try:
        read = extraction_of(reading, args.corrections, run=str(call.run_id) if call.run_id else None, beside=beside)
        return with_the_rest(read, args.corrections, {n: p.model_dump() for n, p in args.places.items()})
    except (ValueError, ArithmeticError) as error:
        raise ToolRefused("invalid_correction", f"A corrected value cannot be used: {error}") from error


class Sender(ToolInput):
    """What the document says about who sent it."""

    name: str | None = None
    vat_id: str | None = None
    account: str | None = None
    order_reference: str | None = None


class FoundVendor(ToolOutput):
    """Who it is; `key` is null when nobody on file is surely meant. `account` is the master's, never the document's."""

    key: Annotated[str | None, Is(LOOKED_UP)] = None
    account: Annotated[str | None, Is(LOOKED_UP)] = None
    active: bool = False
    match: VendorMatch


@tool(
    impact=Impact.READ,
    effect=Effect.READ,
    pure=True,
    examples=[{"name": "Nordwind Logistik GmbH", "vat_id": "DE811223344", "account": None, "order_reference": "PO-1"}],
)
def find_vendor(args: Sender, *, call: ToolCall) -> FoundVendor:
    """Find the vendor on file that sent an invoice, by VAT id, account, order and name together."""
    order = queries.named_order(args.order_reference)
    signs = Signs(
        name=args.name, vat_id=args.vat_id, account=args.account, order_vendor=order.vendor if order else None
    )
    match = recognise(signs, queries.vendors_with(signs), tolerances().our_names, queries.vendor_names)
    vendor = match.vendor
    if vendor is None:
        return FoundVendor(match=match)
    return FoundVendor(key=vendor.key, account=vendor.account, active=vendor.active, match=match)


class OrderQuestion(ToolInput):
    """Which order an invoice may belong to."""

    reference: str | None = None
    vendor: str | None = None
    currency: str | None = None
    net_total: Decimal | None = None


class FoundOrder(ToolOutput):
    """The order to bill, or why there is none; `number` is null then. `seen` is what the choice was made from."""

    number: str | None = None
    choice: OrderChoice
    seen: dict[str, Any] | None = None


@tool(
    impact=Impact.READ,
    effect=Effect.READ,
    pure=True,
    examples=[{"reference": "PO-72469", "vendor": "V-D001", "currency": "EUR", "net_total": "932.88"}],
)
def query_purchase_orders(args: OrderQuestion, *, call: ToolCall) -> FoundOrder:
    """Find the purchase order that an invoice names, or the only open one of its vendor that fits."""
    named = queries.named_order(args.reference, args.vendor)
    looks = args.vendor is not None and named is None
    choice = choose_order(
        reference=args.reference,
        named=named,
        vendor=args.vendor,
        currency=args.currency,
        net=args.net_total,
        open_orders=queries.open_orders(args.vendor or "") if looks else (),
        tolerances=tolerances(),
    )
    found = choice.order
    return FoundOrder(number=found.number if found else None, choice=choice, seen=world.order_seen(found))
