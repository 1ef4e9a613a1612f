"""Discounts for paying early, as elements (Factur-X extended, UBL) or in XRechnung's writing inside the terms.

The value is one text, the longest term last: `3.00% within 7 days; 2.00% within 14 days of 1500.00`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..figures import plain
from ..model import Found
from . import values
from .paths import Shape

MOST = 10
_WRITTEN = re.compile(r"#SKONTO#TAGE=(\d{1,3})#PROZENT=(\d{1,2}\.\d{2})(?:#BASISBETRAG=(-?\d{1,12}\.\d{2}))?#")
_DAYS = {"DAY": 1, "d": 1, "WEE": 7, "wk": 7, "MON": 30}


@dataclass(frozen=True, slots=True, order=True)
class Discount:
    """So many percent less when paid within so many days; `base` where it is not taken of the whole amount."""

    days: int
    percent: Decimal
    base: Decimal | None = None

    def __str__(self) -> str:
        of = "" if self.base is None else f" of {plain(self.base)}"
        return f"{plain(self.percent)}% within {self.days} days{of}"


def find(root: Any, shape: Shape) -> Found:
    """All of them, from the first place that states any."""
    stated = [(node, one) for node in values.nodes(root, shape.discounts) if (one := _stated(node, shape))]
    terms = [node for path in shape.terms for node in values.nodes(root, (path,))]
    written = [(node, one) for node in terms for one in _written(node.text or "")]
    found = (stated or written)[:MOST]
    if not found:
        return Found.nothing("not in the XML")
    every = sorted({one for _, one in found}, key=lambda one: (one.days, one.percent))
    return values.exact(found[0][0], "; ".join(map(str, every)))


def _stated(node: Any, shape: Shape) -> Discount | None:
    percent = values.decimal(values.number(node, shape.discount_percent).value)
    measures = values.nodes(node, shape.discount_days)
    days = values.decimal(measures[0].text) if measures else None
    unit = _DAYS.get(measures[0].get("unitCode", "DAY")) if measures else None
    if not percent or not 0 < percent < 100 or days is None or unit is None or not 0 <= days < 1000:
        return None
    return Discount(int(days) * unit, percent, values.decimal(values.number(node, shape.discount_base).value))


def _written(text: str) -> list[Discount]:
    return [
        Discount(int(days), Decimal(percent), Decimal(base) if base else None)
        for days, percent, base in _WRITTEN.findall(text)
        if Decimal(percent)
    ]
