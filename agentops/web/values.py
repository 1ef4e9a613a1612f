"""A value of an agent as people read it, and what they typed back as the agent takes it."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from agentops.web.formatting import day, iban, money

PLAIN = re.compile(r"^-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$")
WITH_COMMA = re.compile(r"^-?(\d+|\d{1,3}(\.\d{3})+),\d{1,2}$")
DATES = ("%d %b %Y", "%d %B %Y", "%d.%m.%Y")


def shown(value: str, kind: str, currency: str = "") -> str:
    """`18,240.00 EUR`, `16 Dec 2026`, `DE89 3704 ...`; as it is where it is no such value."""
    try:
        if kind == "money":
            return money(Decimal(value), currency).strip() if value else ""
        if kind == "date":
            return day(date.fromisoformat(value)) if value else ""
    except (InvalidOperation, ValueError):
        return value
    return iban(value) if kind == "account" else value


def typed(text: str, kind: str) -> str:
    """What somebody typed into a field of this kind, in the form in which values are kept; else unchanged."""
    text = even(text)
    if kind == "money":
        return _number(text)
    return _day(text) if kind == "date" else text


def even(text: str) -> str:
    """What a form posted, with line breaks as they are kept: browsers send two signs for one."""
    return text.replace("\r\n", "\n").strip()


def _number(text: str) -> str:
    bare = re.sub(r"\s|[A-Z]{3}$", "", text).replace("\N{MINUS SIGN}", "-")
    if PLAIN.match(bare):
        return bare.replace(",", "")
    if WITH_COMMA.match(bare):
        return bare.replace(".", "").replace(",", ".")
    return text


def _day(text: str) -> str:
    spelled = " ".join(text.split())
    for form in DATES:
        try:
            return datetime.strptime(spelled, form).date().isoformat()
        except ValueError:
            continue
    return text
