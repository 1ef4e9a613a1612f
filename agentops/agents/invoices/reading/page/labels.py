"""Find labels on a sheet, and the words that stand where a label's value would: to its right, or below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from . import lexicon
from .words import Row, Segment, Sheet, Word

BELOW_ROWS = 3
BELOW_HEIGHTS = 3.2  # how far down, in heights of the label's type
OFF, OFF_REACH = 0.95, 12.0  # of the label's type: how far up or down, and how far right
_YOURS = {"your", "ihre", "ihr", "votre", "vos", "uw", "vostra", "vostro", "su"}


@dataclass(frozen=True)
class Label:
    """A known phrase on the page."""

    concepts: tuple[str, ...]
    phrase: lexicon.Phrase
    row: Row
    first: int  # words row.words[first:last]
    last: int

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return self.row.words[self.first : self.last]

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return self.words[-1].x1

    @property
    def size(self) -> float:
        return self.words[0].size

    @property
    def has_colon(self) -> bool:
        following = self.row.words[self.last].text if self.last < len(self.row.words) else ""
        return self.words[-1].text.endswith((":", ".:", "°")) or following.startswith(":")

    @cached_property
    def starts_segment(self) -> bool:
        return any(segment.words[0] is self.words[0] for segment in self.row.segments)

    @cached_property
    def fills_segment(self) -> bool:
        return any(
            segment.words[0] is self.words[0] and segment.words[-1] is self.words[-1] for segment in self.row.segments
        )

    @cached_property
    def goes_on(self) -> bool:
        """Something stands behind it in its own cell: "Order no.: see below"."""
        words = next((one.words for one in self.row.segments if any(w is self.words[-1] for w in one.words)), ())
        return bool(words) and words[-1] is not self.words[-1] and words[-1].text.strip(":.") != ""

    @cached_property
    def is_cut_short(self) -> bool:
        """Part of a longer label that nobody knows: "Date of *associated* invoice:"."""
        if self.has_colon:
            return False
        for word in self.row.words[self.last : self.last + 4]:
            if any(char.isdigit() for char in word.text) or word.x0 - self.x1 > 150:
                return False
            if word.text.endswith(":"):
                return True
        return False

    @property
    def is_the_readers(self) -> bool:
        """ "Your VAT id" is the buyer's."""
        return self.phrase[0] in _YOURS


@dataclass(frozen=True)
class Place:
    """Words in the place of a value, and how natural that place is, 0..1."""

    words: tuple[Word, ...]
    fit: float
    label: Label


class Labels:
    """All labels of a sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.all = tuple(label for row in sheet.rows for label in _in_row(row))
        self._in_row: dict[int, list[Label]] = {}
        for label in self.all:
            self._in_row.setdefault(label.row.index, []).append(label)

    def of(self, *concepts: str) -> list[Label]:
        return [label for label in self.all if any(concept in label.concepts for concept in concepts)]

    def in_row(self, row: Row) -> Sequence[Label]:
        return self._in_row.get(row.index, ())

    def in_row_of(self, segment: Segment) -> Sequence[Label]:
        rows = self.sheet.by_page[segment.page]
        home = next((row for row in rows if any(word is segment.words[0] for word in row.words)), None)
        return self.in_row(home) if home else ()

    def places(self, label: Label) -> Iterator[Place]:
        """Where the value of `label` may stand, most natural first."""
        right = self._right(label)
        below = list(self._below(label))
        gap = right[0].x0 - label.x1 if right else 0.0
        if below and right and self._is_boxed(label, below[0][1], gap):
            yield Place(below[0][1], 0.9, label)
            yield Place(right, 0.5, label)
            return
        if right:
            yield Place(right, 1.0 if gap < 40 * label.size / 10 else 0.9, label)
        elif beside := self.half_a_line_off(label):
            yield Place(beside, 0.85, label)
        if label.has_colon and label.goes_on:
            return
        for distance, words in below:
            yield Place(words, (0.62 if right else 0.8) - 0.08 * distance, label)

    def half_a_line_off(self, label: Label) -> tuple[Word, ...]:
        """A scanned form's value in the cell right of its label, which is set half a line higher or lower there."""
        if not self.sheet.frames or not label.fills_segment:
            return ()
        middle = label.words[0].middle
        for row in self.sheet.rows[max(0, label.row.index - 1) : label.row.index + 2]:
            words = tuple(word for word in row.words if word.x0 > label.x1)
            near = row.page == label.row.page and words and abs(words[0].middle - middle) < OFF * label.size
            own = any(other.x0 > label.x1 - 4 or other.x1 > label.x0 for other in self.in_row(row))
            if row is not label.row and near and not own and words[0].x0 - label.x1 < OFF_REACH * label.size:
                return words
        return ()

    @staticmethod
    def _is_boxed(label: Label, below: tuple[Word, ...], gap: float) -> bool:
        """A label over its value, left edges flush and no colon; what stands far to its right is something else's."""
        flush = abs(below[0].x0 - label.x0) < 2 and below[0].y0 - label.words[0].y1 < 1.2 * label.size
        return flush and label.fills_segment and not label.has_colon and gap > 3 * label.size

    def _right(self, label: Label) -> tuple[Word, ...]:
        """The words after the label up to the next label; a sentence in another column is too far."""
        limit = len(label.row.words)
        for other in self.in_row(label.row):
            if other.first >= label.last and other is not label and _stands_for_itself(other):
                limit = min(limit, other.first)
        words = label.row.words[label.last : limit]
        return tuple(_strip_colon(words))

    def _below(self, label: Label) -> Iterator[tuple[int, tuple[Word, ...]]]:
        reach = label.words[-1].y1 + BELOW_HEIGHTS * label.size
        for distance, row in enumerate(self.sheet.below(label.row, BELOW_ROWS + 2)):
            if row.y0 > reach or distance > BELOW_ROWS:
                return
            for segment in row.segments:
                if _is_under(segment, label) and not self._claimed(segment, row):
                    yield distance, segment.words

    def _claimed(self, segment: Segment, row: Row) -> bool:
        """It is itself a label, or the value right of a label in its own row."""
        for other in self.in_row(row):
            if not other.starts_segment:
                continue
            before = [one for one in row.segments if one.x0 < segment.x0]
            inside = any(word is other.words[0] for word in segment.words)
            if inside or (before and before[-1].words[0] is other.words[0] and other.fills_segment and other.has_colon):
                return True
        return False


def _stands_for_itself(label: Label) -> bool:
    """A label and not a name that begins like one: Lieferant GmbH."""
    party = {"buyer", "seller", "shipping", "party_name"} >= set(label.concepts)
    return label.has_colon or label.fills_segment or (label.starts_segment and not party)


def _is_under(segment: Segment, label: Label) -> bool:
    overlap = min(segment.x1, label.x1) - max(segment.x0, label.x0)
    return overlap > 0.3 * min(segment.x1 - segment.x0, label.x1 - label.x0) or abs(segment.x0 - label.x0) < 4


def _strip_colon(words: Sequence[Word]) -> Sequence[Word]:
    start = 0
    while start < len(words) and words[start].text.strip(":.-–=»>") == "":
        start += 1
    return words[start:]


def _in_row(row: Row) -> Iterator[Label]:
    yield from find(row, lexicon.labels())


def find(row: Row, table: dict[lexicon.Phrase, tuple[str, ...]]) -> Iterator[Label]:
    """Longest phrases first, left to right, never across a column's gutter."""
    first_words = {id(segment.words[0]) for segment in row.segments}
    starts = frozenset(index for index, word in enumerate(row.words) if id(word) in first_words)
    parts: list[tuple[str, int]] = [
        (token, index) for index, word in enumerate(row.words) for token in lexicon.tokens(word.as_label)
    ]
    first_tokens = lexicon.beginnings(columns_only=table is lexicon.columns())
    position = 0
    while position < len(parts):
        if parts[position][0] not in first_tokens:
            position += 1
            continue
        match = _longest(parts, position, table, row, starts)
        if match is None:
            position += 1
            continue
        phrase, end = match
        first, last = parts[position][1], parts[end - 1][1] + 1
        yield Label(table[phrase], phrase, row, first, last)
        position = end


def _longest(
    parts: list[tuple[str, int]],
    start: int,
    table: dict[lexicon.Phrase, tuple[str, ...]],
    row: Row,
    starts: frozenset[int],
) -> tuple[lexicon.Phrase, int] | None:
    if start and parts[start - 1][1] == parts[start][1]:
        return None  # a label begins with a word, not inside one
    for end in range(min(len(parts), start + lexicon.longest()), start, -1):
        if end < len(parts) and parts[end][1] == parts[end - 1][1] and not _glued(parts, end, row):
            continue  # nor does it end inside one
        phrase = tuple(token for token, _ in parts[start:end])
        if phrase not in table:
            continue
        crossing = any(index in starts for _, index in parts[start + 1 : end] if index != parts[start][1])
        if not crossing:
            return phrase, end + _currency_after(parts, end, table[phrase], row, starts)
    return None


def _currency_after(
    parts: list[tuple[str, int]], end: int, concepts: tuple[str, ...], row: Row, starts: frozenset[int]
) -> int:
    """ "Total EUR", "Betrag in CHF": the currency belongs to the label, unless it is written with the amount."""
    if not lexicon.IN_CURRENCY & set(concepts):
        return 0
    length = lexicon.currency_length([token for token, _ in parts[end : end + 2]])
    after = parts[end : end + length]
    whole = all(len(lexicon.tokens(row.words[index].text)) == 1 and index not in starts for _, index in after)
    beside = after[-1][1] + 1 if after else len(row.words)
    joined = beside < len(row.words) and row.words[beside].text[0].isdigit() and beside not in starts
    return length if whole and not joined else 0


def _glued(parts: list[tuple[str, int]], end: int, row: Row) -> bool:
    """ "Nr.:4711": label and value written together; the value is then cut out of the word."""
    return ":" in row.words[parts[end][1]].text
