"""A vendor or an order that a person names: looked up as it is on file, never believed."""

from __future__ import annotations

from . import queries
from .orders import OrderChoice
from .vendors import VendorMatch


def named_vendor(key: str) -> VendorMatch:
    """The vendor of this number, found by a person; unknown where there is none."""
    named = queries.vendor(key)
    if named is None:
        return VendorMatch(verdict="unknown", sentence=f"Vendor is not on file. There is no vendor {key}.")
    if not named.active:
        told = f"Vendor is no longer active. {named.name} was closed on the vendor master."
        return VendorMatch(verdict="inactive", vendor=named, found_by=("person",), sentence=told)
    return VendorMatch(verdict="found", vendor=named, found_by=("person",), note="A person named this vendor.")


def named_order(number: str | None, vendor: str | None) -> OrderChoice:
    """The order of this number, if it is this vendor's; with what stands against it."""
    order = queries.order(number) if number else None
    if order is None:
        told = f"Order is not on file. There is no order {number}." if number else "No purchase order. None is named."
        return OrderChoice(verdict="not_found", sentence=told)
    if order.vendor != vendor:
        told = f"Order belongs to another vendor. Order {order.number} was placed with {order.vendor}."
        return OrderChoice(verdict="other_vendor", named=order.number, sentence=told)
    told = f"Order is {order.status}. A person named order {order.number}."
    return OrderChoice(verdict="found" if order.is_open else "closed", order=order, named=order.number, sentence=told)
