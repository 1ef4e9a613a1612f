"""Which order line an invoice line bills, and how the two differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from rapidfuzz import fuzz

from ..facts import Fact, LineFacts, OrderFacts, OrderLineFacts, Tolerances
from ..names import fold

CENT = Decimal("0.01")
SIMILAR = 60  # of 100: descriptions that may well mean the same thing


class LinePair(Fact):
    """One invoice line beside the order line it bills; either side may be missing."""

    position: int
    description: str
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    amount: Decimal | None = None
    order_line: int | None = None
    order_description: str = ""
    open_quantity: Decimal | None = None
    order_price: Decimal | None = None
    order_amount: Decimal | None = None
    received: Decimal | None = None
    codes: tuple[str, ...] = ()


def paired(
    lines: Sequence[LineFacts], ordered: Sequence[OrderLineFacts]
) -> list[tuple[LinePair, OrderLineFacts | None]]:
    """Each invoice line with its best order line, each order line used once, the likeliest pairs first."""
    ranked = sorted(
        (
            (score, -i, -j)
            for i, line in enumerate(lines)
            for j, of in enumerate(ordered)
            if (score := _score(line, of))
        ),
        reverse=True,
    )
    taken: dict[int, int] = {}
    for _, minus_i, minus_j in ranked:
        if -minus_i not in taken and -minus_j not in taken.values():
            taken[-minus_i] = -minus_j
    return [(_pair(i, line), ordered[taken[i]] if i in taken else None) for i, line in enumerate(lines)]


def told(
    lines: Sequence[LineFacts], ordered: Sequence[OrderLineFacts], pairing: Mapping[int, int | None]
) -> list[tuple[LinePair, OrderLineFacts | None]]:
    """Each invoice line with the order line that a person named, by position."""
    there = {of.position: of for of in ordered}
    return [(_pair(i, line), there.get(pairing.get(i + 1) or 0)) for i, line in enumerate(lines)]


def _score(line: LineFacts, of: OrderLineFacts) -> float:
    """How likely the line bills this order line; 0 is not at all."""
    alike = fuzz.token_set_ratio(fold(line.description), fold(of.description)) if line.description else 0.0
    same_price = same(line.unit_price, of.unit_price) or same(line.unit_price, _per_piece(of))
    same_quantity = same(line.quantity, of.quantity) or same(line.quantity, of.open_quantity)
    same_total = same(line.line_total, of.line_total)
    exact = sum((same_price, same_quantity, same_total))
    if alike < SIMILAR and exact < 2:
        return 0.0
    # What it is called says more than that some quantity and price happen to be the same.
    return 3 * float(alike) + 60 * exact + (20 if of.open_amount else 0)


def judged(pair: LinePair, of: OrderLineFacts | None, order: OrderFacts, tolerances: Tolerances) -> LinePair:
    """The pair with what the order says and the codes of what differs."""
    if of is None:
        nothing = not pair.amount
        explained = pair.amount is not None and same(pair.amount, order.other_charges)
        return pair if nothing or explained else pair.model_copy(update={"codes": ("po_line_mismatch",)})
    price = _comparable_price(pair, of)
    codes = []
    if is_used_up(of):
        codes.append("over_invoiced")
    elif _exceeds(pair.quantity, of.open_quantity, tolerances.quantity_pct):
        codes.append("quantity_variance")
    differs = price is not None and _differs(price_of(pair), price, tolerances.unit_price_pct)
    if differs or (not codes and line_is_over(pair, of, tolerances)):
        codes.append("price_variance")
    return pair.model_copy(
        update={
            "order_line": of.position,
            "order_description": of.description,
            "open_quantity": of.open_quantity,
            "order_price": price,
            "order_amount": of.line_total,
            "received": of.received if order.receipt_needed else None,
            "codes": tuple(codes),
        }
    )


def _comparable_price(pair: LinePair, of: OrderLineFacts) -> Decimal | None:
    """The order's price in the unit in which the document states its own: per piece, or per its price base."""
    if pair.unit_price is None:
        return of.line_total / of.quantity if of.quantity and pair.quantity else None
    if of.unit_price is None:
        return None
    return min((of.unit_price, of.unit_price / of.price_base), key=lambda price: abs(price - (pair.unit_price or 0)))


def price_of(pair: LinePair) -> Decimal | None:
    """The price per unit that the line states, or comes to."""
    if pair.unit_price is not None:
        return pair.unit_price
    return pair.amount / pair.quantity if pair.amount is not None and pair.quantity else None


def is_used_up(of: OrderLineFacts) -> bool:
    """Is nothing of this order line left to bill?"""
    return bool(of.quantity) and not of.open_quantity


def _exceeds(found: Decimal | None, allowed: Decimal | None, pct: Decimal) -> bool:
    if found is None or allowed is None:
        return False
    if found * allowed < 0:
        return True
    return abs(found) > abs(allowed) * (1 + pct / 100)


def _differs(found: Decimal | None, expected: Decimal, pct: Decimal) -> bool:
    return found is not None and abs(found - expected) > abs(expected) * pct / 100


def line_is_over(pair: LinePair, of: OrderLineFacts, tolerances: Tolerances) -> bool:
    """Would billing the pair bill more of the order line than its ceilings allow?"""
    amount, quantity = of.billable_amount, of.billable_quantity
    most = tolerances.line_ceiling(of.line_total) if amount is None else amount
    if abs(of.billed_amount + (pair.amount or 0)) > abs(most):
        return True
    if quantity is None and of.quantity is not None:
        quantity = tolerances.quantity_ceiling(of.quantity)
    return quantity is not None and abs(of.billed_quantity + (pair.quantity or 0)) > abs(quantity)


def _pair(index: int, line: LineFacts) -> LinePair:
    return LinePair(
        position=index + 1,
        description=line.description,
        quantity=line.quantity,
        unit_price=line.unit_price,
        amount=line.line_total,
    )


def _per_piece(of: OrderLineFacts) -> Decimal | None:
    return None if of.unit_price is None else of.unit_price / of.price_base


def same(a: Decimal | None, b: Decimal | None) -> bool:
    return a is not None and b is not None and abs(a - b) <= max(CENT / 2, abs(b) / 10_000)
