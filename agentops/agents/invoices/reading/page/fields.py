"""Candidates for the values that a label names: numbers, orders, accounts, tax numbers; dates are in `day_labels`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from . import identifiers, proof
from .doctype import is_title
from .label_weight import weight_of
from .labels import Label, Labels
from .numbers import Style, read_number
from .words import Row, Segment, Sheet, Word


@dataclass(frozen=True)
class Candidate:
    """A value that may be the answer, with how well its place and label fit, 0..1."""

    value: str
    words: tuple[Word, ...]
    score: float
    label: Label | None = None


PROVEN, MISREAD = 0.75, 4  # an account's score with right check digits; letters that OCR may misread of one
NEXT_ROWS, NEAR_HEIGHTS = 4, 2.5  # how far under a title its number stands
FEWEST_DIGITS, LEAST_TELLING = 4, 0.35  # of a number that nothing but its place tells


def references(labels: Labels, concept: str, style: Style) -> list[Candidate]:
    """Invoice numbers or order references."""
    found: list[Candidate] = []
    for label in labels.of(concept):
        for place in labels.places(label):
            match = identifiers.reference(place.words)
            if match is None or _is_something_else(match[0], style):
                continue
            score = weight_of(concept, label, labels) * place.fit
            found.append(Candidate(match[0], match[1], score, label))
            break
    if concept == "invoice_number":
        found += _under_title(labels, style)
    return sorted(found, key=lambda one: -one.score)


def _under_title(labels: Labels, style: Style) -> Iterator[Candidate]:
    """A number alone in the row under the document's title, as some forms have it, without a label of its own."""
    for label in labels.of("invoice_number"):
        segment = next(one for one in label.row.segments if any(word is label.words[0] for word in one.words))
        if label.has_colon or not is_title(segment) or label.row.page != 1:
            continue
        words = _next_below(segment, labels.sheet.below(label.row, NEXT_ROWS))
        match = identifiers.reference(words) if words else None
        if match is None or match[1] != words or _is_something_else(match[0], style):
            continue
        if sum(char.isdigit() for char in match[0]) >= FEWEST_DIGITS:
            yield Candidate(match[0], match[1], LEAST_TELLING, label)


def _next_below(segment: Segment, rows: Iterable[Row]) -> tuple[Word, ...]:
    """The words of the first cell under this one, if it is near."""
    under = (one for row in rows for one in row.segments if one.x0 < segment.x1 and one.x1 > segment.x0)
    first = next(under, None)
    near = first is not None and first.y0 - segment.y1 < NEAR_HEIGHTS * segment.size
    return first.words if first is not None and near else ()


def _is_something_else(text: str, style: Style) -> bool:
    number = read_number(text, style)
    priced = number is not None and number != number.to_integral() and bool(re.search(r"[.,]\d{2}$", text))
    return priced or identifiers.looks_like_phone(text) or bool(re.fullmatch(r"\d{1,2}/\d{1,2}", text))


def account_candidates(sheet: Sheet, labels: Labels) -> list[Candidate]:
    """IBANs: the shape and check digits are proof by themselves, a label helps a damaged one."""
    named = {label.row.index for label in labels.of("iban")}
    found, unsettled = [], list[str]()
    for row in sheet.rows:
        labelled = row.index in named or "IBAN" in row.text.upper()
        for printed, valid, words in identifiers.accounts(row.words, labelled=labelled):
            text = proof.account(printed, words) if sheet.frames else printed
            if text is None:
                unsettled.append(printed)
                continue
            valid = valid or text != printed
            named_here = any("iban" in one.concepts and one.starts_segment for one in labels.in_row(row))
            score = 0.5 + 0.3 * valid + 0.1 * labelled + 0.1 * named_here if valid or labelled else 0.3
            found.append(Candidate(text, words, score))
    # Of two accounts of which neither can be proven nobody knows which one is meant.
    in_doubt = any(Levenshtein.distance(one.value, other) > MISREAD for one in found for other in unsettled)
    kept = [one for one in found if one.score > PROVEN] if in_doubt else found
    return sorted(kept, key=lambda one: -one.score)


def tax_candidates(sheet: Sheet, labels: Labels) -> Iterator[Candidate]:
    """VAT ids by shape anywhere, and whatever stands behind a label that says VAT id."""
    seen: set[int] = set()
    for row in sheet.rows:
        for printed, words in identifiers.tax_numbers(row.words):
            text = proof.tax_number(printed) if sheet.frames else printed
            if text is None:
                continue
            label = _label_before(labels, row.index, words[0], "vat_id")
            taken = any(text.startswith(account[0][:15]) for account in identifiers.accounts(row.words))
            told = text.endswith("MVA")  # Norway's register number is a tax number only with these letters
            if taken or (not told and _other_label_before(labels, row.index, words[0])):
                continue
            seen.add(id(words[0]))
            yield Candidate(text, words, 1.0 if label else 0.7, label)
    for label in labels.of("vat_id"):
        for place in labels.places(label):
            match = identifiers.reference(place.words)
            if (
                match
                and id(match[1][0]) not in seen
                and sum(char.isdigit() for char in match[0]) >= 7
                and place.fit > 0.7
            ):
                yield Candidate(match[0], match[1], 0.75 * place.fit, label)
                break


def _label_before(labels: Labels, row: int, word: Word, concept: str) -> Label | None:
    before = [label for label in labels.all if label.row.index == row and label.x1 <= word.x0 + 2]
    if before and concept in before[-1].concepts:
        return before[-1]
    above = [
        label
        for label in labels.of(concept)
        if label.row.page == word.page
        and 0 <= word.y0 - label.words[0].y0 < 3 * word.size
        and abs(label.x0 - word.x0) < 30
    ]
    return above[-1] if above else None


def _other_label_before(labels: Labels, row: int, word: Word) -> bool:
    """Its own row says that it is something else: a customer's number, a register number."""
    before = [label for label in labels.all if label.row.index == row and label.x1 <= word.x0 + 2]
    if not before or word.x0 - before[-1].x1 > 12 * word.size:
        return False
    return not {"vat_id", "seller", "party_name", "tax_total", "buyer"} & set(before[-1].concepts)


def best(
    candidates: Iterable[Candidate], is_allowed: Callable[[Candidate], bool] = lambda one: True
) -> tuple[Candidate | None, float]:
    """The best candidate and its lead over the best that says something else."""
    allowed = [one for one in candidates if is_allowed(one)]
    if not allowed:
        return None, 0.0
    first = max(allowed, key=lambda one: one.score)
    rivals = [one.score for one in allowed if one.value != first.value]
    return first, first.score - max(rivals, default=0.0)
