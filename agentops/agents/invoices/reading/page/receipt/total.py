"""A receipt's total: what a label calls so, proven by what was handed over and given back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from statistics import median

from ...figures import CENT, plain
from ...model import Found
from .. import lexicon, tokens
from ..scene import Scene
from ..tokens import Amount
from ..words import Row
from . import wording

LEAST = 0.4
PROVEN, LARGEST, HANDED_OVER, ROUNDED, LARGE_TYPE = 0.5, 0.1, -0.3, 0.2, 0.1


@dataclass(frozen=True)
class Total:
    """An amount that may be the total; `row` counts from the top."""

    amount: Amount
    score: float
    row: int

    @property
    def value(self) -> Decimal:
        return self.amount.value


@dataclass
class Till:
    """What the rows say down to the summary of taxes."""

    totals: list[Total] = field(default_factory=list)
    paid: list[Decimal] = field(default_factory=list)
    changes: list[Decimal] = field(default_factory=list)
    payments: list[Amount] = field(default_factory=list)

    @property
    def proven(self) -> set[Decimal]:
        """What was handed over less the change."""
        if not self.changes:
            return set(self.paid)
        return {abs(paid - change) for paid in self.paid for change in self.changes}


def find_total(scene: Scene) -> Found:
    till = look_at(scene)
    if not till.totals and len(till.payments) == 1 and not till.changes:
        till.totals.append(Total(till.payments[0], LEAST, 0))  # nothing but what was paid can be read
    ranked = sorted(_weighed(till), key=lambda one: (-one.score, -one.row))
    if not ranked or ranked[0].score < LEAST or ranked[0].value <= 0:
        return Found.nothing("no total on the receipt that is clear")
    best = ranked[0]
    rivals = [one.score for one in ranked if abs(one.value - best.value) > CENT / 2]
    grounds = {
        "labelled": min(1.0, best.score),
        "ahead": min(1.0, max(0.0, best.score - max(rivals, default=0.0))),
        "adds up": float(best.value in till.proven),
    }
    return scene.found("gross_total", plain(best.value), best.amount.words, grounds)


def _weighed(till: Till) -> list[Total]:
    largest = max((abs(one.value) for one in till.totals), default=Decimal(0))
    proven = till.proven
    return [
        replace(
            one,
            score=one.score
            + PROVEN * (one.value in proven)
            + LARGEST * (abs(one.value) == largest)
            + HANDED_OVER * (one.value in till.paid and one.value not in proven),
        )
        for one in till.totals
    ]


def look_at(scene: Scene) -> Till:
    till, rounded = Till(), False
    body = median(word.size for row in scene.sheet.rows for word in row.words)
    for row in scene.sheet.rows:
        label = _label(row)
        if wording.SUMMARY.search(label):
            break
        if (amount := _money(row, scene)) is not None:
            _sort(till, row, label, amount, ROUNDED * rounded + LARGE_TYPE * (amount.words[0].size > 1.25 * body))
        rounded = rounded or bool(wording.ROUNDING.search(label))
    return till


def _sort(till: Till, row: Row, label: str, amount: Amount, bonus: float) -> None:
    if wording.CHANGE.search(label):
        till.changes.append(amount.value)
    elif wording.PAID.search(label) and not wording.IS_TOTAL.search(label):
        till.paid.append(amount.value)
        till.payments.append(amount)
    elif not till.changes and (weight := wording.weight(label)):
        till.totals.append(Total(amount, weight + bonus, row.index))


def _label(row: Row) -> str:
    return " ".join(token for word in row.words for token in lexicon.tokens(word.as_label) if not token.isdigit())


def _money(row: Row, scene: Scene) -> Amount | None:
    """The last amount of the row that shows its cents."""
    found = [one for one in tokens.scan(row.words, scene.style) if isinstance(one, Amount) and one.decimals == 2]
    return found[-1] if found else None
