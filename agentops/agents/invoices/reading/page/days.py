"""The invoice's date and the day when payment is due, read in the document's own order of day and month."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from ..model import Found
from . import dates, tokens
from .dates import USUAL_TERMS, Order, OrderFound
from .day_labels import DayCandidate, day_candidates
from .receipt import is_receipt, receipt_days
from .scene import Scene
from .words import Row, Word

_AMERICAN_ADDRESS = re.compile(r",\s*[A-Z]{2},?\s+\d{5}\b|\b[A-Z]{2} \d{5}(?:-\d{4})?$", re.MULTILINE)
MOST_WORDS = 5  # behind a number: one, and a date written out
DOUBTED = 0.6  # a date that may be two is never surer than this


def days(scene: Scene, number: Found) -> dict[str, Found]:
    issued = [*day_candidates(scene.labels, "issue_date"), *_behind_number(scene, number)] or _lone_date(scene)
    if is_receipt(scene.sheet):
        issued = [DayCandidate(token, score) for token, score in receipt_days(scene.sheet)]
    issued = sorted((_beside(scene, one, number) for one in issued), key=lambda one: -one.score)
    due = day_candidates(scene.labels, "due_date")
    order = _order(scene, issued, due)
    due = [one for one in due if not issued or one.token.words != issued[0].token.words]
    if due:
        # A discount's earlier date stands beside the last day to pay.
        same = [one for one in due if one.score >= due[0].score - 0.05]
        latest = max(same, key=lambda one: one.token.day.read(order.order) or date.min)
        due = [latest, *(one for one in due if one is not latest)]
    paired = _usual_terms(issued, due, order)
    out: dict[str, Found] = {}
    if issued:
        out["issue_date"] = _day(scene, "issue_date", issued, order, paired)
    if due:
        out["due_date"] = _day(scene, "due_date", due, order, paired)
    return out


def _beside(scene: Scene, one: DayCandidate, number: Found) -> DayCandidate:
    """ "Invoice 4711 of 3 April": the date in the number's own line is the invoice's."""
    if number.source is None or number.source.box is None or number.source.page != one.token.words[0].page:
        return one
    level = scene.sheet.levels_apart(number.source.box, one.token.words)
    same = level < 0.5 * one.token.words[0].size and number.source.words != one.token.words[0].text
    return replace(one, score=min(1.0, one.score + 0.5)) if same else one


def _behind_number(scene: Scene, number: Found) -> list[DayCandidate]:
    """ "Tax invoice 4711 of 3 April 2026": the date right behind the number, with a word between or none."""
    for row in scene.sheet.rows if number.source else ():
        for segment in row.segments:
            at = _end_of(segment.words, number.value or "")
            for token in tokens.days(segment.words[at : at + MOST_WORDS]) if at and row.page == 1 else ():
                before = segment.words.index(token.words[0])
                between = segment.words[at:before]
                if before <= at + 1 and not any(label.words[0] in between for label in scene.labels.in_row(row)):
                    return [DayCandidate(token, 0.6)]
    return []


def _end_of(words: tuple[Word, ...], value: str) -> int:
    """How many words it is to the end of `value` in a run of words; 0 where it is not in there."""
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + 3) + 1):
            if value and " ".join(word.text for word in words[start:end]).strip(" :;,") == value:
                return end
    return 0


def _lone_date(scene: Scene) -> list[DayCandidate]:
    """A letter dated in its head without a label: only if the first page has one date there, and one alone."""
    top = [row for row in scene.sheet.by_page.get(1, ()) if row.y0 < 0.4 * scene.sheet.pages[0].height]
    found = [token for row in top for token in tokens.days(row.words) if not _after_label(scene, row, token)]
    different = {(token.day.day_first, token.day.month_first) for token in found}
    return [DayCandidate(found[0], 0.45)] if len(different) == 1 else []


def _after_label(scene: Scene, row: Row, token: tokens.DayToken) -> bool:
    before = [label for label in scene.labels.in_row(row) if label.x1 <= token.words[0].x0]
    return bool(before) and token.words[0].x0 - before[-1].x1 < 200


def _order(scene: Scene, issued: list[DayCandidate], due: list[DayCandidate]) -> OrderFound:
    everything = [token.day for row in scene.sheet.rows for token in tokens.days(row.words)]
    terms = [(one.token.day, other.token.day) for one in issued[:1] for other in due[:1]]
    american = scene.currency is not None and scene.currency.code == "USD"
    found = dates.find_order(everything, terms, Order.MONTH_FIRST if american else Order.DAY_FIRST)
    # A state and ZIP code beside dollars prove as much as another date would.
    return replace(found, proven=found.proven or (american and bool(_AMERICAN_ADDRESS.search(scene.sheet.text))))


def _day(scene: Scene, name: str, candidates: list[DayCandidate], order: OrderFound, paired: bool) -> Found:
    best = candidates[0]
    value = best.token.day.read(order.order)
    if value is None:
        return Found.nothing("the date cannot be one in the order of day and month used here")
    rivals = [one.score for one in candidates[1:] if one.token.day.read(order.order) != value]
    other = best.token.day.read(Order.DAY_FIRST if order.order is Order.MONTH_FIRST else Order.MONTH_FIRST)
    ambiguous = other.isoformat() if not order.proven and other is not None and other != value else None
    grounds = {
        "labelled": min(1.0, best.score),
        "ahead": min(1.0, max(0.0, 2 * (best.score - max(rivals, default=0.0)))),
        "usual terms": float(paired),
        "plain": float(ambiguous is None),
    }
    found = scene.found(name, value.isoformat(), best.token.words, grounds)
    if ambiguous:
        found = replace(found, confidence=min(found.confidence, DOUBTED))
    return replace(found, ambiguous=ambiguous)


def _usual_terms(issued: list[DayCandidate], due: list[DayCandidate], order: OrderFound) -> bool:
    """The two dates lie as far apart as terms of payment usually set them."""
    if not issued or not due:
        return False
    first, last = issued[0].token.day.read(order.order), due[0].token.day.read(order.order)
    return first is not None and last is not None and (last - first).days in USUAL_TERMS
