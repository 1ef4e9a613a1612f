"""What somebody who knows more asks of a page: where a value stands, what a learned label names, what it mentions.

Plain data in (`ask`) and out (`answer`). A learned label never brings a value with it: it only says where on the page
to look for one. One document is read per process, so what is asked is remembered here until it is answered.

asked: `{"lessons": [{"id", "field", "label", "way", "nth", "last", "order"}], "sought": {field: value},
"shown": {field: {"page", "box"}}, "numbers": []}`, where `shown` is the place from which a person took a value
answered: `{"layout": [..], "found": {field: {"id", "value", "source"}}, "anchors": {field: anchor}, "numbers": [..]}`
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from ..figures import plain
from ..model import AMOUNTS, DATES
from . import dates, identifiers, lexicon, tokens
from .dates import Order, OrderFound
from .labels import Label
from .scene import Scene
from .words import Row, Segment, Sheet, Word, fold

Value = tuple[str, tuple[Word, ...]]
Anchor = dict[str, Any]

LONGEST_LABEL = 5  # words
WIDEST_GAP = 250.0  # points between a label and its value in the same row
REACH = 3.2  # heights of type between a label and the value below it
MOST_MARKS = 120
FEWEST_LETTERS = 3
_asked: Mapping[str, Any] = {}


def ask(hints: Mapping[str, Any] | None) -> None:
    """What the next page is asked; forgotten with the process."""
    global _asked
    _asked = hints or {}


def answer(scene: Scene) -> dict[str, Any]:
    """What the page says to what was asked; its layout, whatever was asked."""
    sought: Mapping[str, str] = _asked.get("sought", {})
    anchors = {field: anchor for field, value in sought.items() if (anchor := _anchor(scene, field, value))}
    return {
        "layout": layout(scene.sheet),
        "found": _found(scene, _asked.get("lessons", ())),
        "anchors": anchors,
        "numbers": _mentioned(scene.sheet, _asked.get("numbers", ())),
    }


def layout(sheet: Sheet) -> list[str]:
    """What stays the same on the first page of each document of a layout: its wording, and how far right it stands."""
    marks = dict.fromkeys(
        f"{_plain(segment.text)}@{round(20 * segment.x0 / sheet.pages[segment.page - 1].width)}"
        for row in sheet.by_page.get(1, ())
        for segment in row.segments
        if _is_wording(segment)
    )
    return list(marks)[:MOST_MARKS]


def _is_wording(segment: Segment) -> bool:
    text = segment.text
    few = len(segment.words) <= LONGEST_LABEL and len(text) <= 40
    return few and not any(c.isdigit() for c in text) and sum(c.isalpha() for c in text) >= FEWEST_LETTERS


def _plain(text: str) -> str:
    return " ".join(lexicon.tokens(text))


# --- what a learned label names ---------------------------------------------------------------------------------------


def _found(scene: Scene, lessons: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for lesson in lessons:
        value = _look(scene, lesson)
        if value is not None and lesson["field"] not in found:
            source = asdict(scene.sheet.source(value[1]))
            found[lesson["field"]] = {"id": lesson["id"], "value": value[0], "source": source}
    return found


def _look(scene: Scene, anchor: Mapping[str, Any]) -> Value | None:
    labels = list(_labels(scene, anchor["label"]))
    for label in reversed(labels) if anchor["last"] else labels:
        for place in scene.labels.places(label):
            right = place.words[0].page == label.row.page and place.words[0] in label.row.words
            if right is not (anchor["way"] == "right"):
                continue
            values = _values(scene, anchor["field"], place.words, anchor["order"])
            nth: int = anchor["nth"]
            if len(values) > nth:
                return values[nth]
    return None


def _labels(scene: Scene, label: str) -> Iterator[Label]:
    """Where the words of a label stand, in the order of the page."""
    wanted = label.split()
    for row in scene.sheet.rows:
        parts = [(token, at) for at, word in enumerate(row.words) for token in lexicon.tokens(word.text)]
        names = [token for token, _ in parts]
        for start in range(len(names) - len(wanted) + 1):
            if names[start : start + len(wanted)] == wanted:
                first, last = parts[start][1], parts[start + len(wanted) - 1][1] + 1
                yield Label(("learned",), tuple(wanted), row, first, last)


def _values(scene: Scene, field: str, words: tuple[Word, ...], order: str) -> list[Value]:
    """The values that could be the field's in a run of words, left to right."""
    if field in AMOUNTS:
        return [(plain(token.value), token.words) for token in tokens.amounts(words, scene.style)]
    if field in DATES:
        read_as = Order(order) if order else _order(scene).order
        days = [(token.day.read(read_as), token.words) for token in tokens.days(words, compact=True)]
        return [(day.isoformat(), used) for day, used in days if day is not None]
    reference = identifiers.reference(words)
    return [reference] if reference else []


def _order(scene: Scene) -> OrderFound:
    everything = [token.day for row in scene.sheet.rows for token in tokens.days(row.words)]
    american = scene.currency is not None and scene.currency.code == "USD"
    return dates.find_order(everything, (), Order.MONTH_FIRST if american else Order.DAY_FIRST)


# --- where a value stands ---------------------------------------------------------------------------------------------


def _anchor(scene: Scene, field: str, value: str) -> Anchor | None:
    """The label that most plainly leads to `value` on this page, and would again; None where none does."""
    if field in AMOUNTS and not Decimal(value):
        return None  # nothing stands in too many places
    leading = list(_anchors(scene, field, value))
    if shown := _asked.get("shown", {}).get(field):  # a value may stand in many places: they said which
        leading = [anchor for anchor in leading if _is_at(anchor["source"], shown)] or leading
    return (
        min(leading, key=lambda anchor: (_is_of_another(field, anchor["label"]), anchor["way"] == "below"))
        if leading
        else None
    )


def _anchors(scene: Scene, field: str, value: str) -> Iterator[Anchor]:
    for words, order in _places_of(scene, field, value):
        for label, way in _named_by(scene.sheet, words):
            about = {"field": field, "label": label, "way": way, "order": order}
            tries = ({**about, "nth": nth, "last": last} for last in (False, True) for nth in range(3))
            for anchor in tries:
                led_to = _look(scene, anchor)
                if led_to is not None and _same(field, led_to[0], value):
                    yield {**anchor, "source": asdict(scene.sheet.source(led_to[1]))}
                    break


def _is_at(source: Mapping[str, Any], shown: Mapping[str, Any]) -> bool:
    """Does the middle of a value lie in the box that a person drew or clicked?"""
    if not source.get("box") or source.get("page") != shown.get("page"):
        return False
    (x0, y0, x1, y1), (left, top, right, bottom) = source["box"], shown["box"]
    return bool(left <= (x0 + x1) / 2 <= right and top <= (y0 + y1) / 2 <= bottom)


def _is_of_another(field: str, label: str) -> bool:
    """Does everybody know this wording, and as the name of something else?"""
    concepts = lexicon.labels().get(tuple(label.split()), ())
    return bool(concepts) and field not in concepts


def _places_of(scene: Scene, field: str, value: str) -> Iterator[tuple[tuple[Word, ...], str]]:
    """Every run of words that says `value`, and which of two small numbers is the day where that decides it."""
    for row in scene.sheet.rows:
        if field in DATES:
            for token in tokens.days(row.words, compact=True):
                for order in Order:
                    day = token.day.read(order)
                    if day is not None and day.isoformat() == value:
                        both = token.day.day_first == token.day.month_first
                        yield token.words, "" if both else order.value
                        break
        elif field in AMOUNTS:
            for amount in tokens.amounts(row.words, scene.style):
                if amount.value == Decimal(value):
                    yield amount.words, ""
        else:
            yield from ((run, "") for run in _runs(row, _key(value)))


def _runs(row: Row, key: str) -> Iterator[tuple[Word, ...]]:
    for start in range(len(row.words)):
        for end in range(start + 1, min(len(row.words), start + 4) + 1):
            if _key(" ".join(word.text for word in row.words[start:end])) == key:
                yield row.words[start:end]


def _named_by(sheet: Sheet, words: tuple[Word, ...]) -> Iterator[tuple[str, str]]:
    """The wording that stands before a value in its row, then the wording above it."""
    row = next(row for row in sheet.by_page[words[0].page] if words[0] in row.words)
    before = row.words[: row.words.index(words[0])]
    label = _last_wording(before)
    if label and words[0].x0 - label[-1].x1 <= WIDEST_GAP:
        yield _plain(" ".join(word.text for word in label)), "right"
    size = words[0].size
    above = [other for other in sheet.by_page[row.page] if -size / 2 < row.y0 - other.y1 < REACH * size]
    for other in sorted((one for one in above if one is not row), key=lambda one: -one.y1):
        for segment in other.segments:
            if _is_wording(segment) and _stands_over(segment, words):
                yield _plain(segment.text), "below"


def _last_wording(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words without figures that end `words`, back to a gap that parts columns."""
    kept: list[Word] = []
    for word in reversed(words):
        parted = kept and kept[0].x0 - word.x1 > 2 * word.size
        if any(char.isdigit() for char in word.text) or parted or len(kept) == LONGEST_LABEL:
            break
        kept.insert(0, word)
    text = " ".join(word.text for word in kept)
    return tuple(kept) if sum(char.isalpha() for char in text) >= 2 else ()


def _stands_over(segment: Segment, words: tuple[Word, ...]) -> bool:
    shared = min(segment.x1, words[-1].x1) - max(segment.x0, words[0].x0)
    return shared > 0 or abs(segment.x0 - words[0].x0) < 4


def _same(field: str, one: str, other: str) -> bool:
    if field in AMOUNTS:
        return Decimal(one) == Decimal(other)
    return one == other if field in DATES else _key(one) == _key(other)


def _key(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", fold(text))


# --- what is mentioned ------------------------------------------------------------------------------------------------


def _mentioned(sheet: Sheet, numbers: Sequence[str]) -> list[str]:
    """Those of `numbers` that stand on the page as a whole, however they are spaced and punctuated."""
    if not numbers:
        return []
    text = " ".join(f" {_plain(row.text)} " for row in sheet.rows)
    return [number for number in numbers if len(_key(number)) >= FEWEST_LETTERS and f" {_plain(number)} " in text]
