"""Money: an exact amount in a currency, and what it is worth in another on a given day."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Self

from django.conf import settings

from agentops.core.currencies import MINOR_DIGITS

OLDEST_RATE = timedelta(days=30)
_AMOUNT = re.compile(r"[+-]?\d{1,18}(\.\d{1,9})?", re.ASCII)


class NotMoney(ValueError):
    """What was given is no amount of money in a currency that exists."""


class OtherCurrency(ValueError):
    """Amounts in two currencies were to be added or compared without a rate."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency of ISO 4217, rounded to that currency's smallest coin; raises `NotMoney`."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal) or not self.amount.is_finite():
            raise NotMoney(f"{self.amount!r} is not an exact amount.")
        object.__setattr__(self, "amount", quantized(self.amount, self.currency))

    @classmethod
    def parse(cls, amount: str, currency: str) -> Self:
        """Money from `"1234.50"` and `"EUR"`: a point, no spaces, no more digits than the currency has.

        Raises `NotMoney`.
        """
        if not isinstance(amount, str) or not _AMOUNT.fullmatch(amount):
            raise NotMoney(f"{amount!r} is not an amount such as 1234.50.")
        money = cls(Decimal(amount), currency)
        if money.amount != Decimal(amount):
            raise NotMoney(f"{amount} has more digits than {currency} has.")
        return money

    def __add__(self, other: "Money") -> "Money":
        self._check_same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._check_same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._check_same(other)
        return self.amount < other.amount

    def __le__(self, other: "Money") -> bool:
        self._check_same(other)
        return self.amount <= other.amount

    def __str__(self) -> str:
        return f"{self.amount:,f} {self.currency}"

    def _check_same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise OtherCurrency(f"{other} cannot be counted together with {self} without a rate.")


def quantized(amount: Decimal, currency: str) -> Decimal:
    """`amount` with the digits that `currency` has; raises `NotMoney` where no such currency exists."""
    digits = MINOR_DIGITS.get(currency) if isinstance(currency, str) else None
    if digits is None:
        raise NotMoney(f"{currency!r} is not the code of a currency.")
    try:
        return amount.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    except ArithmeticError as error:
        raise NotMoney(f"{amount} is too large to be an amount of money.") from error


def convert(money: Money, to: str, on: date) -> Money | None:
    """What `money` was worth in `to` on that day; None where no rate of the 30 days before is known."""
    factor = rate(money.currency, to, on)
    return None if factor is None else Money(money.amount * factor, to)


def rate(source: str, target: str, on: date) -> Decimal | None:
    """How many `target` one `source` is: stored either way round, or over the base currency; else None."""
    if source == target:
        return Decimal(1)
    direct = _stored(source, target, on)
    if direct is not None:
        return direct
    base: str = settings.BASE_CURRENCY
    if base in (source, target):
        return None
    legs = [_stored(source, base, on), _stored(base, target, on)]
    return legs[0] * legs[1] if legs[0] is not None and legs[1] is not None else None


def _stored(source: str, target: str, on: date) -> Decimal | None:
    candidates = [
        *_newest(source, target, on),
        *((day, 1 / found) for day, found in _newest(target, source, on)),
    ]
    return max(candidates)[1] if candidates else None


def _newest(base: str, currency: str, on: date) -> Iterator[tuple[date, Decimal]]:
    from agentops.core.models import ExchangeRate  # money itself is used where there is no database

    rows = ExchangeRate.objects.filter(base=base, currency=currency, day__lte=on, day__gte=on - OLDEST_RATE)
    yield from rows.order_by("-day").values_list("day", "rate")[:1]
