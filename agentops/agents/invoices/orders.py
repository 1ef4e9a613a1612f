"""Which order an invoice belongs to: the one it names, or the only open one of its vendor that fits."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from .facts import Fact, OrderFacts, Tolerances
from .numbers import is_placeholder

Verdict = Literal["found", "only_one_fits", "not_found", "no_reference", "ambiguous", "other_vendor", "closed"]
CODES = {
    "not_found": "po_not_found",
    "no_reference": "no_po_reference",
    "ambiguous": "ambiguous_po",
    "other_vendor": "po_vendor_mismatch",
    "closed": "po_closed",
}


class OrderChoice(Fact):
    """The order to bill, or why there is none; `named` is the order that the reference leads to, whoever's it is."""

    verdict: Verdict
    order: OrderFacts | None = None
    named: str | None = None
    candidates: tuple[str, ...] = ()
    sentence: str = ""

    @property
    def code(self) -> str | None:
        """The reason code; None when an open order of this vendor is found."""
        return CODES.get(self.verdict)


def choose_order(
    *,
    reference: str | None,
    named: OrderFacts | None,
    vendor: str | None,
    currency: str | None,
    net: Decimal | None,
    open_orders: Sequence[OrderFacts],
    tolerances: Tolerances,
) -> OrderChoice:
    """`named` is the order that `reference` leads to; `open_orders` are the vendor's open ones."""
    if named is not None:
        return _named(named, vendor)
    if reference and not is_placeholder(reference):
        return OrderChoice(verdict="not_found", sentence=f"Order is not on file. No order has the number {reference}.")
    fitting = [order for order in open_orders if _fits(order, vendor, currency, net, tolerances)]
    if len(fitting) == 1 and tolerances.without_reference:
        told = f"No order named on the invoice. {fitting[0].number} is the only open order of this vendor that fits."
        return OrderChoice(verdict="only_one_fits", order=fitting[0], named=fitting[0].number, sentence=told)
    numbers = tuple(order.number for order in fitting)
    if len(fitting) > 1:
        told = f"Several orders fit. The invoice names none: {', '.join(numbers)}."
        return OrderChoice(verdict="ambiguous", candidates=numbers, sentence=told)
    told = "No purchase order. The invoice names none, and no open order of this vendor fits."
    return OrderChoice(verdict="no_reference", candidates=tuple(o.number for o in open_orders)[:5], sentence=told)


def _named(order: OrderFacts, vendor: str | None) -> OrderChoice:
    if order.vendor != vendor:
        told = f"Order belongs to another vendor. Order {order.number} was placed with {order.vendor}."
        return OrderChoice(verdict="other_vendor", named=order.number, sentence=told)
    if not order.is_open:
        told = f"Order is {order.status}. Nothing more is billed on order {order.number}."
        return OrderChoice(verdict="closed", order=order, named=order.number, sentence=told)
    return OrderChoice(verdict="found", order=order, named=order.number)


def _fits(
    order: OrderFacts, vendor: str | None, currency: str | None, net: Decimal | None, tolerances: Tolerances
) -> bool:
    if net is None or order.vendor != vendor or order.currency != currency or not order.is_open:
        return False
    # An order that is used up fits nothing, not even an invoice within the tolerance of nothing.
    if order.net_total and order.open_amount <= 0:
        return False
    return abs(net - order.open_amount) <= tolerances.net(order.open_amount)
