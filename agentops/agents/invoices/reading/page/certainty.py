"""How sure a value is: what speaks for it, weighed as readings of known documents have shown it to count.

Each value brings its grounds, from 0 (nothing of the kind) to 1: its label fits, its rivals are far behind, the
sums come out. `weights` holds what each ground adds to the odds of being right.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from .weights import WEIGHTS

KINDS = {"net_total": "sum", "tax_total": "sum", "gross_total": "sum", "payable": "sum", "issue_date": "date",
         "due_date": "date", "invoice_number": "reference", "order_reference": "reference"}  # fmt: skip
LEAST, MOST = 0.05, 0.99
OCR = {"ocr": -0.4, "misread": -3.5}  # read by OCR at all; how unsure that is of its least sure character


def of(name: str, grounds: Mapping[str, float]) -> float:
    """The probability that the value given for the field `name` is right."""
    weights = {**OCR, **WEIGHTS[KINDS.get(name, name)]}
    odds = weights["always"] + sum(weights.get(ground, 0.0) * strength for ground, strength in grounds.items())
    return min(MOST, max(LEAST, 1 / (1 + math.exp(-odds))))
