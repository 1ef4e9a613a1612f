"""What is usual for a counterparty: the range of what was done for it lately."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

FEWEST = 3  # below it nothing is usual yet
FAR = Decimal("1.5")  # times the usual from which an amount stands out

_RANGES = """
SELECT counterparty, currency, count(*), percentile_disc(0.1) WITHIN GROUP (ORDER BY amount),
    percentile_disc(0.9) WITHIN GROUP (ORDER BY amount)
FROM (SELECT counterparty, currency, amount,
        row_number() OVER (PARTITION BY counterparty, currency ORDER BY created_at DESC) AS n
      FROM runs_proposal WHERE counterparty = ANY(%s) AND state = 'performed' AND amount IS NOT NULL) lately
WHERE n <= 50 GROUP BY counterparty, currency
"""


@dataclass(frozen=True, slots=True)
class Usual:
    """From the tenth to the ninetieth of a hundred, of the last fifty in this currency."""

    count: int
    low: Decimal
    high: Decimal

    def stands_out(self, amount: Decimal) -> bool:
        return abs(amount) > abs(self.high) * FAR


def usual_amounts(counterparties: Iterable[str]) -> dict[tuple[str, str], Usual]:
    """By counterparty and currency; nothing for those of whom too little is known."""
    with connection.cursor() as cursor:
        cursor.execute(_RANGES, [sorted(set(counterparties))])
        rows = cursor.fetchall()
    return {
        (counterparty, currency): Usual(count, low, high)
        for counterparty, currency, count, low, high in rows
        if count >= FEWEST
    }
