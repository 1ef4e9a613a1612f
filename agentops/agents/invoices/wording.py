"""How the invoice agent writes amounts, quantities, dates and accounts for people; nothing here is compared."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

NO_BREAK = "\N{NO-BREAK SPACE}"
NOT_STATED = "not stated"


def money(amount: Decimal | None, currency: str | None) -> str:
    """An amount as it stands in sentences: 18,240.00 EUR."""
    return NOT_STATED if amount is None else f"{price(amount)} {currency or ''}".strip()


def price(amount: Decimal | None) -> str:
    """An amount without its currency, with two decimals, or as many as it has up to four: 1,593.00."""
    if amount is None:
        return NOT_STATED
    cents = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{cents:,}" if cents == amount else f"{amount.quantize(Decimal('0.0001'), ROUND_HALF_UP).normalize():,f}"


def quantity(number: Decimal | None) -> str:
    """A quantity with no more decimals than it needs: 12, 0.5, 1,200."""
    if number is None:
        return NOT_STATED
    return f"{number.quantize(Decimal('0.001'), ROUND_HALF_UP).normalize():,f}"


def percent(found: Decimal, expected: Decimal) -> str:
    """By how much one amount is over another: 6.2 %; below is negative."""
    return share((found - expected) / abs(expected) * 100) if expected else "more than nothing"


def share(hundredths: Decimal) -> str:
    """6.2 % from 6.2, 2 % from 2.0."""
    text = f"{hundredths:.1f}".removesuffix(".0")
    return f"{text}{NO_BREAK}%".replace("-", "\N{MINUS SIGN}")


def day(when: date | None) -> str:
    """16 Dec 2026."""
    return NOT_STATED if when is None else f"{when.day} {when:%b %Y}"


def grouped(account: str) -> str:
    """A whole account in groups of four: DE89 3704 0044 0532 0130 00."""
    return NO_BREAK.join(account[at : at + 4] for at in range(0, len(account), 4))


def masked(account: str) -> str:
    """An account where nothing is decided on it: country, and the last four."""
    return f"{account[:4]} … {account[-4:]}" if len(account) > 8 else account
