"""Amounts that a label calls one of the document's sums: beside the label, below it, or under a row of headings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ..figures import CENT
from . import lexicon
from .currency import CODES
from .labels import Label, Labels
from .numbers import Style
from .tokens import Amount, Percent, scan
from .words import Row, Segment, Sheet, Word

FIELDS = ("net_total", "tax_total", "gross_total")
REACH = 2.6  # how far below its label an amount may stand, in heights of the label's type
_SUMS = frozenset(lexicon.SUM_CONCEPTS)
_TELLING = {"gross_total": {"ttc", "brutto", "tvac"}, "net_total": {"ht", "netto", "htva"}}
_BARE = {("total",), ("gesamt",), ("totale",), ("totaal",), ("summa",), ("razem",), ("suma",), ("i", "alt")}


@dataclass(frozen=True)
class Sum:
    """An amount that may be one of the document's sums."""

    value: Decimal
    words: tuple[Word, ...]
    score: float
    currency: str | None = None
    row: int = 0


def candidates(sheet: Sheet, labels: Labels, style: Style, headings: Collection[int] = ()) -> dict[str, list[Sum]]:
    """By what the label says; `headings` are the rows that head the table of lines, whose amounts are no sums."""
    found: dict[str, list[Sum]] = {name: [] for name in (*lexicon.SUM_CONCEPTS, "unlabelled")}
    for label in labels.of(*lexicon.SUM_CONCEPTS):
        amount, fit = amount_beside(label, labels, style), 1.0
        if amount is None and label.row.index not in headings:
            amount, fit = _amount_below(label, sheet, labels, style), 0.9
        if amount is None:
            continue
        for concept in _SUMS & set(label.concepts):
            found[concept].append(_as_sum(amount, fit * _label_weight(label, concept, sheet), label.row))
    for concept, amount, row, weight in _from_columns(sheet, labels, style, headings):
        found[concept].append(_as_sum(amount, weight, row))
    for concept, amount, row in _spotted(sheet, labels, style, headings):
        found[concept].append(_as_sum(amount, 0.6, row))
    for concept in FIELDS:
        found[concept] = _raise_totals(found[concept])
    found["unlabelled"] = list(_unlabelled(sheet, labels, style))
    return found


def _as_sum(amount: Amount, score: float, row: Row) -> Sum:
    return Sum(amount.value, amount.words, score, amount.currency, row.index)


def _label_weight(label: Label, concept: str, sheet: Sheet) -> float:
    weight = 0.95 if len(label.phrase) > 1 else 0.85
    if concept == "gross_total" and label.phrase in _BARE:
        weight = 0.7
    if concept == "net_total" and label.phrase in {("netto",), ("net",), ("base",), ("nettobetrag",)}:
        weight = 0.75
    if concept == "subtotal" and label.phrase in {("summe",), ("sum",), ("suma",)}:
        weight = 0.7
    if not label.starts_segment:
        weight *= 0.7
    if _goes_on_unknown(label):
        weight *= 0.5
    # Of two sums of one name, the one further down is the total of the other.
    position = label.row.index / max(1, len(sheet.rows))
    return weight * (0.9 + 0.1 * position)


def _goes_on_unknown(label: Label) -> bool:
    """ "Total *exclusive*:", "Total *ilíquido*": a longer label than the known one may mean another sum."""
    words = next((one.words for one in label.row.segments if any(w is label.words[-1] for w in one.words)), ())
    after = [word for word in words if word.x0 >= label.x1]
    first = after[0].text.strip("().:,;") if after and not label.has_colon else ""
    return len(first) > 3 and first.isalpha() and first.upper() not in CODES


def amount_beside(label: Label, labels: Labels, style: Style) -> Amount | None:
    """The last amount in the label's row before another sum's label: base and rate come before it."""
    limit = len(label.row.words)
    for other in labels.in_row(label.row):
        if other.first >= label.last and _SUMS & set(other.concepts) and (other.starts_segment or other.has_colon):
            limit = min(limit, other.first)
    words = label.row.words[label.last : limit] or labels.half_a_line_off(label)
    if not words or any(word.text.upper().startswith("IBAN") for word in words):
        return None
    plain = [token for token in scan(words, style) if isinstance(token, Amount)]
    money = [token for token in plain if token.decimals == 2 or token.currency] or [
        token for token in plain if not _counts_something(token, words)
    ]
    return money[-1] if money and not _is_prose(label, words, money[-1]) else None


def _counts_something(amount: Amount, words: tuple[Word, ...]) -> bool:
    """ "30 days": a bare number with a word after it."""
    after = [word for word in words if word.x0 >= amount.x1]
    return bool(after) and after[0].text.strip(".,;:").isalpha() and after[0].x0 - amount.x1 < after[0].size


def _is_prose(label: Label, words: tuple[Word, ...], amount: Amount) -> bool:
    """A sentence that happens to name a sum and a number: "VAT exempt, art. 138 of the directive"."""
    between = [word for word in words if word.x0 < amount.x0 and word.text.strip(".,:;()").isalpha()]
    if len(between) > 5:
        return True
    segment = next(one for one in label.row.segments if any(word is label.words[-1] for word in one.words))
    inside = any(word is amount.words[0] for word in segment.words)
    money = amount.decimals == 2 or amount.currency is not None
    return inside and not label.has_colon and (bool(between) if not money else len(between) > 3)


def _amount_below(label: Label, sheet: Sheet, labels: Labels, style: Style) -> Amount | None:
    """The amount alone under its label, in the label's own cell: printed forms and boxes of totals."""
    peers = [one for one in label.row.segments if _is_head(one, label.row, labels)]
    at = next((index for index, one in enumerate(peers) if one.words[0] is label.words[0]), None)
    if at is None or not _stands_alone(label, peers[at]):
        return None
    rows = [row for row in sheet.below(label.row, 4) if row.y0 - label.words[0].y1 <= REACH * label.size]
    for index, row in enumerate(rows):
        cells = [one for one in row.segments if _sole_amount(one, style)]
        found = _cell_of(label, at, peers, cells)
        if found is not None:
            after = [one for other in rows[index + 1 :] for one in other.segments if abs(one.x1 - found.x1) < 3]
            # Amounts under one another are a column with its total at the end, not a box.
            return None if any(_sole_amount(one, style) for one in after) else _sole_amount(found, style)
        if any(one.x1 > label.x0 and one.x0 < label.x1 for one in row.segments):
            return None
    return None


def _is_head(segment: Segment, row: Row, labels: Labels) -> bool:
    return any(label.words[0] is segment.words[0] and _SUMS & set(label.concepts) for label in labels.in_row(row))


def _cell_of(label: Label, at: int, peers: list[Segment], cells: list[Segment]) -> Segment | None:
    """As many amounts as labels pair up in order; else the amount that shares an edge with the label."""
    if len(peers) == len(cells) and len(peers) > 1:
        return cells[at]
    near = [one for one in cells if min(abs(one.x0 - label.x0), abs(one.x1 - label.x1)) < 8]
    # A bare number under a lone label may be anything; money shows its cents or its currency.
    return near[0] if len(near) == 1 and re.search(r"[.,]\d\d\b|[^\d\s.,'’-]", near[0].text) else None


def _stands_alone(label: Label, segment: Segment) -> bool:
    """Nothing else in the label's segment but a rate, a currency or a sign."""
    start = next(index for index, word in enumerate(segment.words) if word is label.words[-1]) + 1
    rest = [word.text.strip("().:,;%") for word in segment.words[start:]]
    return len(rest) <= 3 and not any(part.isalpha() and len(part) > 3 for part in rest)


def _sole_amount(segment: Segment, style: Style) -> Amount | None:
    """The amount that the segment is, with its currency and nothing else; long bare numbers are numbers of things."""
    tokens = scan(segment.words, style)
    if len(tokens) != 1 or not isinstance(tokens[0], Amount) or len(segment.words) > len(tokens[0].words) + 2:
        return None
    amount = tokens[0]
    return amount if amount.decimals or len(amount.words[0].text) < 7 or not amount.words[0].text.isdigit() else None


def _from_columns(
    sheet: Sheet, labels: Labels, style: Style, headings: Collection[int]
) -> Iterator[tuple[str, Amount, Row, float]]:
    """Sums side by side under a row of headings: net, tax, gross; the last row under it is their total."""
    for row in sheet.rows:
        heads = [label for label in labels.in_row(row) if _SUMS & set(label.concepts)]
        kinds = {concept for label in heads for concept in label.concepts} & set(FIELDS)
        if len(heads) < 2 or len(kinds) < 2 or row.index in headings:
            continue
        if any(isinstance(one, Amount) for one in scan(row.words, style)):
            continue
        below = [one for one in sheet.below(row, 9) if one.y0 - row.y1 < 110 and "IBAN" not in one.text.upper()]
        for place, under in enumerate(below):
            numbers = [token for token in scan(under.words, style) if isinstance(token, Amount)]
            for label in heads:
                near = _nearest(label, numbers, heads)
                for concept in (set(label.concepts) & set(FIELDS)) if near else ():
                    yield concept, near, under, 0.6 + 0.03 * place  # type: ignore[misc]


def _nearest(label: Label, numbers: list[Amount], heads: Sequence[Label]) -> Amount | None:
    near = min(numbers, key=lambda token: _apart(token, label), default=None)
    if near is None or _apart(near, label) > 30:
        return None
    return None if any(_apart(near, one) < _apart(near, label) for one in heads if one is not label) else near


def _apart(token: Amount, label: Label) -> float:
    middle = abs((token.x0 + token.x1) / 2 - (label.x0 + label.x1) / 2)
    return min(abs(token.x1 - label.x1), abs(token.x0 - label.x0), middle)


def _spotted(
    sheet: Sheet, labels: Labels, style: Style, headings: Collection[int]
) -> Iterator[tuple[str, Amount, Row]]:
    """Labels that nobody knows, with a word in them that says all: "Montant à régler *TTC*", "Endsumme *brutto*"."""
    for row in sheet.rows:
        if row.index in headings or any(
            _SUMS & set(label.concepts) for label in labels.in_row(row) if label.starts_segment
        ):
            continue
        tokens = scan(row.words, style)
        if len(tokens) != 1 or not isinstance(tokens[0], Amount) or tokens[0].decimals != 2 or len(row.words) > 8:
            continue
        said = [token for word in row.words if word.x1 <= tokens[0].x0 for token in lexicon.tokens(word.as_label)]
        told = [concept for concept, marks in _TELLING.items() if marks & set(said)]
        if len(told) == 1 and all(token.isalpha() for token in said):
            yield told[0], tokens[0], row


def _raise_totals(sums: list[Sum]) -> list[Sum]:
    """Of amounts under one another the last is the total, if it is what those above add up to."""
    raised = []
    for one in sums:
        above = {other.row: other.value for other in sums if other.row < one.row and other.value != one.value}
        is_total = len(above) >= 2 and abs(sum(above.values(), Decimal(0)) - one.value) <= CENT * 2
        raised.append(replace(one, score=one.score + 0.35) if is_total else one)
    return raised


def _unlabelled(sheet: Sheet, labels: Labels, style: Style) -> Iterator[Sum]:
    """Large amounts whose label nobody knows: only arithmetic can make one of them the total."""
    for row in sheet.rows:
        if any(_SUMS & set(label.concepts) for label in labels.in_row(row)):
            continue
        tokens = scan(row.words, style)
        plain = [token for token in tokens if isinstance(token, Amount) and token.decimals == 2]
        if len(plain) == 1 and not any(isinstance(token, Percent) for token in tokens) and len(row.words) <= 6:
            yield _as_sum(plain[0], 0.8, row)
