"""Long results cut short on purpose: the ten rows that matter most to what is asked, and a summary of all of them.

The full result stays in its step; what is shown says how many rows there are and where they stand. What was saved is
counted as the gateway counts a question before it is asked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from runs.gateway.estimating import BYTES_PER_TOKEN

MOST_ROWS = 10
_WORD = re.compile(r"[^\W_]{3,}", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Cut:
    """Rows to be shown, in the order they had, and what is said of all: count, and least, most and sum of figures."""

    rows: list[Any]
    summary: dict[str, Any]
    tokens_whole: int
    tokens_shown: int

    @property
    def saved(self) -> int:
        return max(0, self.tokens_whole - self.tokens_shown)

    def as_json(self) -> dict[str, Any]:
        return {"rows": self.rows, "summary": self.summary}


def tokens_of(value: Any) -> int:
    """Tokens that a value takes in a prompt at most."""
    text = value.encode() if isinstance(value, str) else orjson.dumps(value, default=str)
    return math.ceil(len(text) / BYTES_PER_TOKEN)


def cut(rows: Sequence[Any], intent: str, *, path: str = "", most: int = MOST_ROWS) -> Cut:
    """The rows that share most words with `intent`; where none does, the first ones. `path` leads to the whole."""
    whole = tokens_of(list(rows))
    if len(rows) <= most:
        return Cut(list(rows), {"rows": len(rows)}, whole, whole)
    wanted = words_of(intent)
    ranked = sorted(range(len(rows)), key=lambda n: (-len(wanted & words_of(_text(rows[n]))), n))
    kept = [rows[n] for n in sorted(ranked[:most])]
    summary: dict[str, Any] = {"rows": len(rows), "shown": most, **({"whole": path} if path else {})}
    if figures := _figures(rows):
        summary["figures"] = figures
    return Cut(kept, summary, whole, tokens_of([kept, summary]))


def words_of(text: str) -> frozenset[str]:
    """Words of three letters or more by their beginnings, so that `invoices` finds `invoice`."""
    return frozenset(word.casefold().rstrip("s")[:6] for word in _WORD.findall(text))


def _text(row: Any) -> str:
    return row if isinstance(row, str) else orjson.dumps(row, default=str).decode()


def _figures(rows: Sequence[Any]) -> dict[str, dict[str, str]]:
    columns: dict[str, list[Decimal]] = {}
    for row in rows:
        for name, value in row.items() if isinstance(row, Mapping) else ():
            if (number := number_in(value)) is not None:
                columns.setdefault(str(name), []).append(number)
    return {
        name: {"least": str(min(found)), "most": str(max(found)), "sum": str(sum(found))}
        for name, found in columns.items()
        if len(found) == len(rows)
    }


def number_in(value: Any) -> Decimal | None:
    """The number that a JSON value is or spells; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
