"""The lines of an invoice beside those of its order, as rows of the match table; only what differs has a tone."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from .extraction import Extraction
from .matching import LinePair
from .wording import price, quantity, share

CENT = Decimal("0.01")
# Which cell of a row says what is wrong, by the code of what is wrong.
LIT = {
    "price_variance": "variance",
    "quantity_variance": "billed",
    "over_invoiced": "ordered",
    "po_line_mismatch": "ordered",
    "not_received": "received",
}


def line_rows(pairs: Iterable[LinePair], read: Extraction | None) -> list[dict[str, Any]]:
    """One row per invoice line, with its place on the page."""
    return [_row(pair, read) for pair in pairs]


def difference(found: Decimal, expected: Decimal) -> str:
    """+93.00, 6.2 %; 0.00 where there is none."""
    off = (found - expected).quantize(CENT)
    if not off:
        return "0.00"
    sign = "+" if off > 0 else "\N{MINUS SIGN}"
    return f"{sign}{price(abs(off))}, {share(abs(off / expected) * 100)}" if expected else f"{sign}{price(abs(off))}"


def _row(pair: LinePair, read: Extraction | None) -> dict[str, Any]:
    seen = read.lines_seen[pair.position - 1] if read and pair.position <= len(read.lines_seen) else {}
    spot = seen.get("line_total") or seen.get("description")
    short = _short(pair)
    codes = (*pair.codes, "not_received") if short else pair.codes
    return {
        **pair.model_dump(mode="json"),
        "codes": list(codes),
        "lit": sorted({LIT[code] for code in codes if code in LIT}),
        "billed": _times(pair.quantity, pair.unit_price) or (price(pair.amount) if pair.amount is not None else ""),
        "ordered": _times(pair.open_quantity, pair.order_price),
        "arrived": quantity(pair.received) if pair.received is not None else "",
        "variance": _variance(pair, short),
        "page": spot.page if spot else None,
        "box": list(spot.box) if spot and spot.box else None,
    }


def _short(pair: LinePair) -> Decimal:
    """How much of what is billed has not arrived, where the order is paid on receipt."""
    if pair.received is None or pair.quantity is None:
        return Decimal(0)
    return max(pair.quantity - pair.received, Decimal(0))


def _times(count: Decimal | None, each: Decimal | None) -> str:
    return "" if count is None or each is None else f"{quantity(count)} × {price(each)}"


def _variance(pair: LinePair, short: Decimal) -> str:
    if short:
        return f"{quantity(short)} short"
    if pair.order_line is None or pair.order_price is None or pair.quantity is None or not pair.unit_price:
        return ""
    return difference(pair.unit_price * pair.quantity, pair.order_price * pair.quantity)
