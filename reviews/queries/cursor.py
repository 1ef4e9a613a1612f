"""Keyset pagination: the orders a queue can have, and the key behind which its next page begins."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import orjson
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from reviews.models import Review

LEAST = Decimal(-1)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an order; `read` brings a value back from the key."""

    name: str
    read: Callable[[Any], Any]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """Columns in their order, ending in the id, so that no two rows are equal."""

    columns: Sequence[Column]

    def sort(self, rows: QuerySet[Review]) -> QuerySet[Review]:
        return _with_worth(rows).order_by(*(f"-{c.name}" if c.descending else c.name for c in self.columns))

    def key(self, row: Any) -> str:
        """Where the page after this row begins."""
        values = [getattr(row, column.name) for column in self.columns]
        return base64.urlsafe_b64encode(orjson.dumps(values, default=str)).decode().rstrip("=")

    def behind(self, rows: QuerySet[Review], key: str) -> QuerySet[Review]:
        """The rows after the one this key was made of; all of them for a key that is none."""
        values = self._opened(key)
        return _with_worth(rows).filter(self.after(values)) if values else rows

    def after(self, values: Sequence[Any]) -> Q:
        """`(a, b, c) > (x, y, z)`, each column in its own direction.

        The bound of the first columns stands beside it for the index to begin at: an OR is none.
        """
        wanted, equal = Q(), Q()
        for column, value in zip(self.columns, values, strict=True):
            wanted |= equal & Q(**{f"{column.name}__{'lt' if column.descending else 'gt'}": value})
            equal &= Q(**{column.name: value})
        return self._bound(values) & wanted

    def _bound(self, values: Sequence[Any]) -> Q:
        bound = Q()
        for column, value in zip(self.columns, values, strict=True):
            if column.descending and value is False:  # nothing is less than no: the next column bounds
                bound &= Q(**{column.name: False})
                continue
            if column.descending and value is True:
                return bound
            return bound & Q(**{f"{column.name}__{'lte' if column.descending else 'gte'}": value})
        return bound

    def _opened(self, key: str) -> list[Any] | None:
        try:
            values = orjson.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
            return [column.read(value) for column, value in zip(self.columns, values, strict=True)]
        except (binascii.Error, orjson.JSONDecodeError, ValueError, TypeError, InvalidOperation, AttributeError):
            return None


def worth() -> Coalesce:
    """What a row is worth here; one without an amount is the least of all."""
    return Coalesce(F("converted"), F("amount"), Value(LEAST))


def _with_worth(rows: QuerySet[Review]) -> QuerySet[Review]:
    """With what a row is worth, and how sure it is."""
    return rows.annotate(worth=worth(), surety=Coalesce(F("confidence"), Value(Decimal(2))))


def _time(text: Any) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("not a yes or no")
    return value


def _number(value: Any) -> Decimal:
    number = Decimal(value)
    if not number.is_finite() or not -30 < number.adjusted() < 30:
        raise ValueError("no number that a row could have")
    return number


ID = Column("id", UUID)
ORDERS = {
    "order": Order((Column("urgent", _flag, descending=True), Column("sort_at", _time), ID)),
    "amount": Order((Column("worth", _number, descending=True), ID)),
    "age": Order((Column("opened_at", _time), ID)),
    "confidence": Order((Column("surety", _number), ID)),
}
DONE = Order((Column("closed_at", _time, descending=True), ID))
