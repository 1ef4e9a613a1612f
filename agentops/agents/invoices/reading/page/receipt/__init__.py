"""A shop's receipt: a narrow column of rows that a till printed, with few labels and no addressee.

The shop stands at its top, the date anywhere beside a time, and the total is what was handed over less the change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from statistics import median

from ...model import Found
from .. import dates, lexicon, tokens
from ..scene import Scene
from ..words import Row, Sheet
from . import wording
from .shop import find_shop
from .total import find_total

WIDEST = 42.0  # of the type's height: an invoice's page is 50 and wider
FEWEST_ROWS, FEWEST_SIGNS = 6, 2
MOST_HEAD = 16  # rows in which a date may have lost its strokes
ROUNDING = Decimal("0.05")  # where the smallest coin is worth more than a cent


def is_receipt(sheet: Sheet) -> bool:
    """Only of pages read by OCR: a text layer is an invoice's until it says otherwise."""
    if not sheet.frames or len(sheet.by_page) != 1 or len(sheet.rows) < FEWEST_ROWS:
        return False
    words = [word for row in sheet.rows for word in row.words]
    left, right = sorted(word.x0 for word in words), sorted(word.x1 for word in words)
    wide = right[int(0.97 * (len(right) - 1))] - left[int(0.03 * len(left))]
    if wide > WIDEST * median(word.size for word in words):
        return False
    text = " ".join(lexicon.tokens(sheet.text))
    signs, sums = set(wording.SIGNS.findall(text)), set(wording.SUMS.findall(text))
    return bool(signs) and len(signs | sums) >= FEWEST_SIGNS and not wording.LETTER.search(text)


def of_receipt(scene: Scene, found: Mapping[str, Found]) -> dict[str, Found]:
    """What was found as on an invoice, with the shop and the total of a receipt; net and tax only if they fit it."""
    total = find_total(scene)
    out = {**found, "supplier_name": find_shop(scene), "gross_total": total, "payable": total,
           "prepaid": Found.nothing("a receipt is paid whole")}  # fmt: skip
    net, tax, gross = (Decimal(out[name].value or 0) for name in ("net_total", "tax_total", "gross_total"))
    if abs(net + tax - gross) > ROUNDING:
        out |= dict.fromkeys(("net_total", "tax_total"), Found.nothing("it does not fit the receipt's total"))
    return out


def receipt_days(sheet: Sheet) -> list[tuple[tokens.DayToken, float]]:
    """Every date, the better for a label or a time beside it."""
    found = []
    for row in sheet.rows:
        for token in tokens.days(row.words):
            at = row.words.index(token.words[0])
            after = row.words[at + len(token.words) : at + len(token.words) + 2]
            timed = any(re.match(r"\W*\d{1,2}:\d{2}", word.text) for word in after)
            labelled = "date" in lexicon.tokens(" ".join(word.as_label for word in row.words[:at]))
            found.append((token, 0.5 + 0.2 * timed + 0.25 * labelled))
    return found or [(lone, 0.5) for row in sheet.rows[:MOST_HEAD] if (lone := _without_strokes(row)) is not None]


def _without_strokes(row: Row) -> tokens.DayToken | None:
    """27032018: OCR took the strokes of 27/03/2018 for nothing."""
    for word in row.words:
        parts = re.fullmatch(r"([0-3]\d)([01]\d)(20\d\d)", word.text)
        day = dates.parse("/".join(parts.groups())) if parts else None
        if day is not None and day.day_first is not None:
            return tokens.DayToken(dates.Day(day.day_first, day.day_first), (word,))
    return None
