"""How a comparison becomes a check.

Its sentence is a title, a full stop, and then the details: pages show the title bold and the rest below it.
"""

from __future__ import annotations

from decimal import Decimal

from tools_registry.facts import Check
from tools_registry.kinds import Severity

from ..wording import masked, money

__all__ = ["CENT", "compared", "masked", "money"]

CENT = Decimal("0.01")


def compared(
    name: str, field: str, *, expected: str, found: str, ok: bool, code: str, told: str = "", blocks: bool = False
) -> Check:
    """A check; its sentence is only said when it failed."""
    severity = Severity.BLOCKS if blocks else Severity.WARNS
    return Check(name, field, expected, found, ok, severity, code, "" if ok else told)
