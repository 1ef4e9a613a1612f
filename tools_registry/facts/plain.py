"""How facts are written as JSON."""

from decimal import Decimal
from typing import Any

Json = dict[str, Any]


def text_of(value: Decimal | None) -> str | None:
    """An amount as text, so that no digit is lost."""
    return None if value is None else str(value)


def number_of(value: str | None) -> Decimal | None:
    """The amount again; raises `decimal.InvalidOperation`."""
    return None if value is None else Decimal(value)
