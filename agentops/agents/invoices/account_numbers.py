"""Whether a bank account could exist: an IBAN by its check digits, any other by its letters and digits."""

from __future__ import annotations

import re

from stdnum import iban
from stdnum.exceptions import ValidationError

LOOKS_LIKE_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]+")


def problem_of(account: str) -> str:
    """What is wrong with an account in its compared form (capitals and digits), in a sentence; empty if nothing."""
    if not re.fullmatch(r"[A-Z0-9]{4,64}", account):
        return "Write the account as letters and digits, such as DE89 3704 0044 0532 0130 00."
    if not LOOKS_LIKE_IBAN.fullmatch(account):
        return ""
    try:
        iban.validate(account, check_country=False)
    except ValidationError:
        return "The check digits of this IBAN are wrong: one of its characters is mistyped."
    return ""
