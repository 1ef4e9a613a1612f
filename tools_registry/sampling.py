"""The random draw that decides whether something done automatically is checked blind afterwards."""

import secrets
from decimal import Decimal
from typing import NamedTuple

STEPS = 10**9


class Draw(NamedTuple):
    """What was drawn; stored beside the verdict, which it never changes."""

    drawn: bool
    probability: Decimal
    roll: Decimal


def draw(rate: Decimal) -> Draw:
    """Draw with probability `rate`, held within 0 and 1; the roll is stored so that it can be checked."""
    probability = min(max(rate, Decimal(0)), Decimal(1)) if rate.is_finite() else Decimal(1)
    roll = Decimal(secrets.randbelow(STEPS)) / STEPS
    return Draw(roll < probability, probability, roll)
