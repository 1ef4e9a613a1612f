"""Net, tax, gross and what is left to pay: candidates from labels, chosen together so that they add up."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from ..figures import CENT, TaxRow
from . import proof
from .labels import Labels
from .numbers import Style
from .sum_candidates import Sum, candidates
from .tax_rows import fitting, tax_rows
from .words import Sheet

KEEP = 10  # candidates per field that the joint choice looks at
RATES_APART = 2  # rows between two rates of one list
_RATES = "0 5 5.5 6 7 7.7 8 8.1 9 10 12 13 14 15 16 17 18 19 20 21 22 23 24 25 25.5 27"
USUAL_RATES = {Decimal(rate) for rate in _RATES.split()}  # per cent, of the countries that invoices came from


@dataclass(frozen=True)
class Chosen:
    """The sums that fit best together, and by how much they beat the next best set."""

    net: Sum | None
    tax: Sum | None
    gross: Sum | None
    payable: Sum | None
    prepaid: Sum | None
    margin: float
    adds_up: bool
    rates: tuple[TaxRow, ...] = ()
    printed: frozenset[Decimal] = frozenset()  # every net, sub and gross total that the page states
    adjustments: tuple[Decimal, ...] = ()  # discounts and charges that the page states
    lines_agree: bool = False  # the lines add up to one of these sums

    def explains(self, difference: Decimal) -> bool:
        """Some of the stated discounts and charges, taken or added, make up `difference`."""
        choices = ((-abs(value), Decimal(0), abs(value)) for value in dict.fromkeys(self.adjustments[:6]))
        return any(abs(sum(taken, Decimal(0)) - difference) <= CENT * 2 for taken in product(*choices))

    def __getitem__(self, name: str) -> Sum | None:
        return {"net_total": self.net, "tax_total": self.tax, "gross_total": self.gross, "payable": self.payable}[name]


def choose(
    sheet: Sheet, labels: Labels, style: Style, line_totals: list[Decimal], headings: Collection[int] = ()
) -> Chosen:
    """`line_totals` speak for sums that they add up to; `headings` are the rows that head the table of lines."""
    found = candidates(sheet, labels, style, headings)
    lines_sum = sum(line_totals, Decimal(0)) if line_totals else None
    spare = [*_weaker(found["adjustment"], 0.2), *_weaker(found["unlabelled"], 0.15)]
    # A first "Total" may be the net one: its label goes on in words nobody knows, or OCR lost them.
    spare += _weaker(found["gross_total"], 0.2)
    nets = _best([*found["net_total"], *_weaker(found["subtotal"], 0.62), *spare])
    taxes = _best([*found["tax_total"], *_sum_of_taxes(found["tax_total"])])
    grosses = _best([*found["gross_total"], *_weaker(found["payable"], 0.72), *_weaker(found["unlabelled"], 0.15)])
    rates = tuple(tax_rows(labels, style))
    sets = []
    for net, tax, gross in product([*nets, None], [*taxes, None], [*grosses, None]):
        if _share_words(net, tax, gross):
            continue
        sets.append((_worth(net, tax, gross, lines_sum), (net, tax, gross)))
    sets.sort(key=lambda pair: -pair[0])
    worth, (net, tax, gross) = sets[0]
    rival = next((score for score, other in sets[1:] if _values(other) != _values((net, tax, gross))), 0.0)
    if sheet.frames:
        net, tax, gross = proof.sums((net, tax, gross), lines_sum, frozenset(USUAL_RATES))
    prepaid = max(found["prepaid"], key=lambda one: one.score, default=None)
    payable = _payable([*found["payable"], *_left_to_pay(found["unlabelled"], gross, prepaid)], gross, prepaid)
    return Chosen(
        net,
        tax,
        gross,
        payable,
        prepaid,
        margin=worth - rival,
        adds_up=_adds_up(net, tax, gross),
        lines_agree=_lines_agree(lines_sum, net, gross, found["adjustment"]),
        rates=fitting(rates, net, tax),
        adjustments=tuple(one.value for one in (*_between(found, lines_sum, net), *found["adjustment"])),
        printed=frozenset(one.value for name in ("net_total", "subtotal", "gross_total") for one in found[name]),
    )


def _values(sums: Iterable[Sum | None]) -> tuple[Decimal | None, ...]:
    return tuple(one.value if one else None for one in sums)


def _weaker(sums: Iterable[Sum], factor: float) -> list[Sum]:
    return [replace(one, score=one.score * factor) for one in sums]


def _best(sums: Iterable[Sum]) -> list[Sum]:
    """The best of each value, and of those the best few."""
    by_value: dict[Decimal, Sum] = {}
    for one in sums:
        if one.value not in by_value or by_value[one.value].score < one.score:
            by_value[one.value] = one
    return sorted(by_value.values(), key=lambda one: -one.score)[:KEEP]


def _sum_of_taxes(taxes: list[Sum]) -> list[Sum]:
    """Several rates listed under or beside one another without a total: their sum, made of all their words."""
    amounts = {id(one.words[0]): one for one in taxes if one.value != 0}
    lists: list[list[Sum]] = []
    for one in sorted(amounts.values(), key=lambda one: one.row):
        if lists and one.row - lists[-1][-1].row <= RATES_APART:
            lists[-1].append(one)
        else:
            lists.append([one])
    return [
        _joined(parts) for parts in lists if 2 <= len(parts) <= 4 and len({one.words[0].page for one in parts}) == 1
    ]


def _joined(parts: list[Sum]) -> Sum:
    words = tuple(word for one in parts for word in one.words)
    return Sum(sum((one.value for one in parts), Decimal(0)), words, 0.6)


def _between(found: dict[str, list[Sum]], lines_sum: Decimal | None, net: Sum | None) -> list[Sum]:
    """Amounts between the lines' sum and the net total lead from one to the other, whatever they are called."""
    starts = [one.row for name in ("subtotal", "net_total") for one in found[name] if one.value == lines_sum]
    if not starts or net is None:
        return []
    return [one for one in found["unlabelled"] if min(starts) < one.row < net.row]


def _lines_agree(lines_sum: Decimal | None, net: Sum | None, gross: Sum | None, adjustments: list[Sum]) -> bool:
    """They come to the net or the gross total, or differ by no more than the discounts and charges stated."""
    if lines_sum is None:
        return False
    stated = {abs(one.value) for one in adjustments}
    stated |= {abs(a - b) for a in stated for b in stated} | {a + b for a in stated for b in stated}
    gaps = [abs(one.value - lines_sum) for one in (net, gross) if one]
    return any(gap <= CENT * 2 or any(abs(gap - other) <= CENT * 2 for other in stated) for gap in gaps)


def _share_words(*sums: Sum | None) -> bool:
    """One printed amount cannot be two sums, unless tax is nothing and net is gross."""
    seen: set[int] = set()
    for one in sums:
        if one is None:
            continue
        own = {id(word) for word in one.words}
        if own & seen:
            return True
        seen |= own
    return False


def _worth(net: Sum | None, tax: Sum | None, gross: Sum | None, lines_sum: Decimal | None) -> float:
    total = sum(one.score for one in (net, tax, gross) if one)
    if net and tax and gross:
        total += 1.2 if _adds_up(net, tax, gross) else -0.5
    elif net and gross and not tax:
        ratio = gross.value / net.value - 1 if net.value else Decimal(0)
        total += 0.15 if ratio == 0 or _is_usual(ratio) else -0.25
        total -= 0.6 if abs(gross.value) < abs(net.value) else 0.0
    elif tax and gross and not net:
        total -= 0.3 + 0.5 * (abs(tax.value) >= abs(gross.value))
    if net and tax and net.value and _is_usual(tax.value / net.value):
        total += 0.2
    if lines_sum is not None:
        total += 0.6 if net and abs(net.value - lines_sum) <= CENT * 2 else 0.0
        total += 0.4 if gross and abs(gross.value - lines_sum) <= CENT * 2 else 0.0
    return total


def _is_usual(ratio: Decimal) -> bool:
    return any(abs(ratio * 100 - rate) < Decimal("0.06") for rate in USUAL_RATES if rate)


def _adds_up(net: Sum | None, tax: Sum | None, gross: Sum | None) -> bool:
    """To the cent, and as sums of an invoice can: no tax is more than the net total, and none turns its sign."""
    if net is None or tax is None or gross is None:
        return False
    possible = abs(tax.value) <= abs(net.value) and net.value * gross.value >= 0
    return possible and abs(net.value + tax.value - gross.value) <= CENT * 2


def _left_to_pay(unlabelled: list[Sum], gross: Sum | None, prepaid: Sum | None) -> list[Sum]:
    """What is left of the gross total after a payment, where nobody knows the label of the rest or of either."""
    if gross is None:
        return []
    below = [one for one in unlabelled if one.row > gross.row]
    paid = [prepaid] if prepaid else [one for one in below if one.value < 0 < gross.value]
    rest = {gross.value - abs(one.value) for one in paid if 0 < abs(one.value) < abs(gross.value)}
    return [one for one in below if one.value in rest]


def _payable(found: list[Sum], gross: Sum | None, prepaid: Sum | None) -> Sum | None:
    """What its own label says; of several the one that prepayments explain; else nothing."""
    if gross is not None and prepaid is not None:
        explained = [one for one in found if abs(gross.value - abs(prepaid.value) - one.value) <= CENT * 2]
        if explained:
            return replace(explained[-1], score=1.0)
    return max(found, key=lambda one: one.score, default=None) or (
        replace(gross, score=gross.score * 0.9) if gross else None
    )
