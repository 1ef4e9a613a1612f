"""What somebody says with a file, made usable or refused: the goal in words, the vendor and amount they expect."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from agentops.core.currencies import MINOR_DIGITS

GOAL = "Process this document."
GOAL_LENGTH = 10_000
PARTY_LENGTH = 200
MOST_DIGITS = 15
_AMOUNT = re.compile(r"\d{1,3}(?:[ ']\d{3})+(?:[.,]\d{1,4})?|\d+(?:[.,]\d{1,4})?")
_KEPT_CONTROLS = "\n\t"
# What the door itself says in a run's input: the document that came, who typed what, the mail it came with.
RESERVED = frozenset({"document", "name", "media_type", "claimed", "keyed", "keyed_by", "goal", "replaces"})
DEEPEST = 8
MOST_VALUES = 2_000
MOST_TEXT = 100_000  # characters of an input, all its texts together


class Unusable(ValueError):
    """What was typed cannot be used: `code` for machines, `field` where it was typed, the message for the person."""

    def __init__(self, code: str, field: str, message: str) -> None:
        self.code, self.field, self.message = code, field, message
        super().__init__(message)


def goal_of(text: str) -> str:
    """What the run is for, in somebody's words; the usual goal if they say nothing. Raises `Unusable`."""
    goal = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(goal) > GOAL_LENGTH:
        raise Unusable("goal_too_long", "goal", f"This has {len(goal):,} characters; {GOAL_LENGTH:,} are taken.")
    if any(not sign.isprintable() and sign not in _KEPT_CONTROLS for sign in goal):
        raise Unusable("goal_not_text", "goal", "This holds characters that cannot be shown. Type it as plain text.")
    return goal or GOAL


def claim_of(vendor: str, amount: str, currency: str) -> dict[str, Any]:
    """What the sender expects the document to say: `{"vendor", "amount", "currency"}`, each only if it was said.

    Raises `Unusable`: an amount without a currency says nothing, and so does one that can be read two ways.
    """
    vendor, amount, currency = vendor.strip(), amount.strip(), currency.strip().upper()
    claimed: dict[str, Any] = {}
    if vendor:
        claimed["vendor"] = party(vendor, "vendor")
    if amount:
        if not currency:
            raise Unusable("currency_missing", "currency", "Say in which currency the amount is.")
        code = currency_of(currency, "currency")
        claimed |= {"amount": str(amount_of(amount, code, "gross")), "currency": code}
    return claimed


def input_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """The input of a run that a program or a schedule asks for in words instead of with a file.

    Raises `Unusable` for what only the door may say (nobody passes a value for typed by a person, a file for theirs,
    a mail for received), and for what cannot be kept or would cost every reader of the run too much.
    """
    if reserved := sorted((RESERVED | {"mail"}) & set(given)):
        raise Unusable(
            "input_reserved", "input", f"The input may not say {reserved[0]!r}: only what takes files in does."
        )
    waiting: list[tuple[Any, int]] = [(given, 1)]
    looked = text = 0
    while waiting:
        value, depth = waiting.pop()
        looked, text = looked + 1, text + (len(value) if isinstance(value, str) else 0)
        if depth > DEEPEST or looked > MOST_VALUES or text > MOST_TEXT:
            said = f"At most {MOST_VALUES:,} values with {MOST_TEXT:,} characters are taken, nested {DEEPEST} deep."
            raise Unusable("input_too_large", "input", said)
        if isinstance(value, Mapping):
            waiting += [(each, depth + 1) for pair in value.items() for each in pair]
        elif isinstance(value, list):
            waiting += [(each, depth + 1) for each in value]
        elif not _can_be_kept(value):
            raise Unusable("input_not_text", "input", "The input holds text or a number that cannot be kept.")
    return dict(given)


def _can_be_kept(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)
    return not isinstance(value, float) or math.isfinite(value)


def party(text: str, field: str) -> str:
    """A name or number of somebody. Raises `Unusable`."""
    if len(text) > PARTY_LENGTH:
        raise Unusable("vendor_too_long", field, f"At most {PARTY_LENGTH} characters are taken.")
    if not text.isprintable():
        raise Unusable("not_text", field, "This holds characters that cannot be shown. Type it as plain text.")
    return text


def currency_of(text: str, field: str) -> str:
    """A currency's three letters. Raises `Unusable`."""
    code = text.strip().upper()
    if code not in MINOR_DIGITS:
        raise Unusable("currency_unknown", field, "There is no such currency. Use three letters, such as EUR.")
    return code


def amount_of(text: str, currency: str | None, field: str) -> Decimal:
    """An amount as people write it: `1234.56`, `1234,56`, `1 234.56`. Raises `Unusable` for one of two meanings."""
    shown = text.strip().replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    if not _AMOUNT.fullmatch(shown):
        raise Unusable("amount_not_a_number", field, "Write the amount as 1234.56, without thousands separators.")
    value = Decimal(re.sub(r"[ ']", "", shown).replace(",", "."))
    digits = MINOR_DIGITS.get(currency or "", 2)
    given = -int(value.as_tuple().exponent)
    if given == 3 and digits < 3:  # 1.234 and 1,234 may be a thousand or one and a bit
        raise Unusable("amount_ambiguous", field, "This can be read in two ways. Write it as 1234.00 or as 1.23.")
    if given > digits:
        raise Unusable("amount_too_precise", field, f"{currency or 'It'} has {digits} digits after the point.")
    if len(value.as_tuple().digits) > MOST_DIGITS:
        raise Unusable("amount_too_large", field, "This is larger than any amount that can be kept.")
    if value <= 0:
        raise Unusable("amount_not_positive", field, "The amount must be more than nothing.")
    return value
