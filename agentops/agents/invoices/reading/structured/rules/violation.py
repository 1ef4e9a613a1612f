"""One rule that an invoice breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from ...figures import plain
from .terms import Amount

CENT = Decimal("0.01")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Violation:
    """`rule` is the id that the standard gives it; `off` is by how much a sum is wrong, where it is a sum."""

    rule: str
    sentence: str
    path: str = ""
    off: Decimal | None = None
    warning: bool = False


Violations = Iterator[Violation]


def value(amount: Amount | None) -> Decimal | None:
    return amount.value if amount else None


def number(amount: Amount | None) -> Decimal:
    """The value, zero where there is none."""
    return value(amount) or ZERO


def to_cents(amount: Decimal) -> Decimal:
    """Rounded as the standard's own test files round: half a cent goes up, also below zero."""
    return ((amount * 100 + Decimal("0.5")).to_integral_value(ROUND_FLOOR)) / 100


def unequal(rule: str, said: Decimal | None, should: Decimal, told: str, path: str = "") -> Violations:
    """A violation where `said` is not `should`; `told` is a sentence with places for both."""
    if said is not None and said != to_cents(should):
        sentence = told.format(said=plain(said), should=plain(to_cents(should)))
        yield Violation(rule, sentence, path, off=abs(said - should))
