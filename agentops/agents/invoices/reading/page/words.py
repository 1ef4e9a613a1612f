"""Words with positions, and the rows and segments they form; the same for a text layer and OCR."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from ..model import Box, PageSize, Source
from .frames import Frame

_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i", "№": "no", "º": "", "ª": ""})
LEVEL, LEVEL_OCR = 0.4, 0.46  # of the smaller type: how far apart the middles of words on one row may be
SEGMENT_GAP = 0.85  # of the text's height: wider than any space, narrower than any gutter


@dataclass(frozen=True, slots=True)
class Word:
    """One printed word; coordinates in points from the page's top left."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    page: int  # from 1
    size: float  # height of the type in points
    score: float = 1.0  # how sure OCR is of its least sure character
    meant: str = ""  # as a label, if OCR misread one

    @property
    def middle(self) -> float:
        return (self.y0 + self.y1) / 2

    @property
    def as_label(self) -> str:
        """The text that is compared with labels."""
        return self.meant or self.text


@dataclass(frozen=True)
class Segment:
    """Words of one row with no gap between them that a column would leave."""

    words: tuple[Word, ...]

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @cached_property
    def as_label(self) -> str:
        """The text that is compared with labels and titles."""
        return " ".join(word.as_label for word in self.words)

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return self.words[-1].x1

    @cached_property
    def y0(self) -> float:
        return min(word.y0 for word in self.words)

    @cached_property
    def y1(self) -> float:
        return max(word.y1 for word in self.words)

    @cached_property
    def size(self) -> float:
        return max(word.size for word in self.words)

    @property
    def page(self) -> int:
        return self.words[0].page


@dataclass(frozen=True, eq=False)  # a row is itself, so it can be a key cheaply
class Row:
    """Words on one base line, left to right."""

    words: tuple[Word, ...]
    index: int  # in the document, top to bottom over all pages

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        groups: list[list[Word]] = []
        for word in self.words:
            near = groups and word.x0 - groups[-1][-1].x1 <= SEGMENT_GAP * max(word.size, groups[-1][-1].size)
            if near:
                groups[-1].append(word)
            else:
                groups.append([word])
        return tuple(Segment(tuple(group)) for group in groups)

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def page(self) -> int:
        return self.words[0].page

    @cached_property
    def y0(self) -> float:
        return min(word.y0 for word in self.words)

    @cached_property
    def y1(self) -> float:
        return max(word.y1 for word in self.words)


@dataclass(frozen=True)
class Sheet:
    """All visible rows of a document."""

    rows: tuple[Row, ...]
    pages: tuple[PageSize, ...]
    by_page: dict[int, tuple[Row, ...]] = field(default_factory=dict)
    frames: Mapping[int, Frame] = field(default_factory=dict)  # of the pages that were read by OCR

    @classmethod
    def of(cls, words: Iterable[Word], pages: Sequence[PageSize], frames: Mapping[int, Frame] | None = None) -> Sheet:
        rows = tuple(_rows(words, LEVEL_OCR if frames else LEVEL))
        by_page: dict[int, list[Row]] = {}
        for row in rows:
            by_page.setdefault(row.page, []).append(row)
        return cls(rows, tuple(pages), {page: tuple(found) for page, found in by_page.items()}, frames or {})

    @cached_property
    def text(self) -> str:
        return "\n".join(row.text for row in self.rows)

    def shortened(self, most: int) -> Sheet:
        """The first pages and, as the sums stand there, the last ones: whole pages of about `most` rows."""
        if len(self.rows) <= most:
            return self
        kept: set[int] = set()
        for numbers, room in ((sorted(self.by_page), 0.8 * most), (sorted(self.by_page, reverse=True), 0.2 * most)):
            for page in numbers:
                room -= len(self.by_page[page])
                kept.add(page)
                if room <= 0:
                    break
        words = (word for row in self.rows if row.page in kept for word in row.words)
        return Sheet.of(words, self.pages, self.frames)

    def below(self, row: Row, count: int) -> tuple[Row, ...]:
        """The next `count` rows on the same page."""
        following = self.rows[row.index + 1 : row.index + 1 + count]
        return tuple(other for other in following if other.page == row.page)

    def source(self, words: Sequence[Word]) -> Source:
        """Where `words` stand, as fractions of their page."""
        number = words[0].page
        own = [word for word in words if word.page == number]
        frame, page = self.frames.get(number), self.pages[number - 1]
        box = box_of(own, page) if frame is None else _box_shown(own, frame)
        return Source("text" if frame is None else "ocr", number, box, _joined(words))

    def levels_apart(self, box: Box, words: Sequence[Word]) -> float:
        """How far the middles of a box, as shown, and of words lie apart from top to bottom, in points."""
        other, frame = self.source(words).box, self.frames.get(words[0].page)
        low, high = (0, 2) if frame is not None and frame.turn % 180 else (1, 3)
        apart = abs(box[low] + box[high] - other[low] - other[high]) / 2 if other else 1.0
        return apart * self.pages[words[0].page - 1].height


def box_of(words: Sequence[Word], page: PageSize) -> Box:
    corners = (
        min(word.x0 for word in words) / page.width,
        min(word.y0 for word in words) / page.height,
        max(word.x1 for word in words) / page.width,
        max(word.y1 for word in words) / page.height,
    )
    return _clipped(*corners)


def _box_shown(words: Sequence[Word], frame: Frame) -> Box:
    """The box of the page as shown that holds all the corners of the words as read."""
    places = [frame.shown(x, y) for word in words for x in (word.x0, word.x1) for y in (word.y0, word.y1)]
    xs, ys = zip(*places, strict=True)
    return _clipped(min(xs), min(ys), max(xs), max(ys))


def _clipped(*corners: float) -> Box:
    x0, y0, x1, y1 = (round(min(1.0, max(0.0, corner)), 4) for corner in corners)
    return x0, y0, x1, y1


@lru_cache(maxsize=20_000)  # words repeat
def fold(text: str) -> str:
    """Lower case without accents: how labels are compared."""
    spread = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(char for char in spread if not unicodedata.combining(char))


def _joined(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)[:300]


def _rows(words: Iterable[Word], level: float) -> list[Row]:
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda one: (one.page, one.middle, one.x0)):
        home = _home(rows, word, level)
        if home is None:
            rows.append([word])
        else:
            home.append(word)
    ordered = [tuple(sorted(row, key=lambda one: one.x0)) for row in rows]
    return [Row(row, index) for index, row in enumerate(ordered)]


def _home(rows: list[list[Word]], word: Word, level: float) -> list[Word] | None:
    """The row that `word` stands on: one whose middle is within `level` of a type height, looked for upwards."""
    for row in reversed(rows[-3:]):
        anchor = row[0]
        close = abs(anchor.middle - word.middle) <= level * min(anchor.size, word.size)
        if anchor.page == word.page and close and not any(_overlaps(other, word) for other in row):
            return row
    return None


def _overlaps(one: Word, other: Word) -> bool:
    return min(one.x1, other.x1) - max(one.x0, other.x0) > 0.5 * min(one.x1 - one.x0, other.x1 - other.x0)
