"""Addresses on a page: blocks under a heading, and the window of an envelope."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .labels import Label, Labels
from .names import cut_name, has_legal_form
from .words import Row, Segment, Sheet, Word, fold

BLOCK_ROWS = 9


_POSTCODE = re.compile(r"\s*(?:[A-Z]{1,3}[- ])?\d{4,6}\b")


CONTACT = re.compile(r"@|www\.|https?:|\btel\b|\bfax\b|phone|iban|\bbic\b|swift|\bpage\b|\bseite\b", re.IGNORECASE)


_TITLES = {
    "mr",
    "mrs",
    "ms",
    "herr",
    "herrn",
    "firma",
    "frau",
    "hr",
    "fr",
    "dr",
    "m",
    "mme",
    "z",
    "hd",
    "attn",
    "t a v",
}


# Alone in its place a preposition heads an address, too.
_BARE = {("to",), ("from",), ("an",), ("von",), ("aan",), ("till",), ("til",), ("da",), ("para",)}


@dataclass(frozen=True)
class Block:
    """An address with a heading: whose, and the words in it."""

    role: str  # buyer, seller, shipping
    name: tuple[Word, ...]
    words: frozenset[int] = field(default_factory=frozenset)  # ids of its words
    heading: Label | None = None

    def holds(self, word: Word) -> bool:
        return id(word) in self.words


def labelled_blocks(sheet: Sheet, labels: Labels) -> Iterator[Block]:
    headings = [label for label in labels.of("buyer", "seller", "shipping") if _is_heading(label)]
    for label in headings:
        role = next(concept for concept in ("shipping", "seller", "buyer") if concept in label.concepts)
        segments = list(_block_segments(sheet, label, headings))
        words = [word for segment in segments for word in segment.words]
        yield Block(role, _name_in(label, segments, labels), frozenset(map(id, words)), label)


def _is_heading(label: Label) -> bool:
    """Alone in its place or followed by a colon; short words such as `to` and `an` need the colon."""
    if not label.starts_segment:
        return False
    short = len(label.phrase) == 1 and len(label.phrase[0]) <= 3
    return label.has_colon or (label.fills_segment and (not short or label.phrase in _BARE))


def _block_segments(sheet: Sheet, label: Label, headings: list[Label]) -> Iterator[Segment]:
    """What stands right of the heading and below it in its column, down to a gap or the next heading."""
    page = sheet.pages[label.row.page - 1]
    right_edge = min(
        (
            other.x0
            for other in headings
            if abs(other.row.y0 - label.row.y0) < 40 and other.x0 > label.x1 + 5 and other.row.page == label.row.page
        ),
        default=page.width,
    )
    for segment in label.row.segments:
        if label.x0 < segment.x0 < right_edge - 3 and segment.x0 - label.x1 < 0.25 * page.width:
            yield segment
        elif any(word is label.words[0] for word in segment.words) and segment.words[-1] is not label.words[-1]:
            yield Segment(segment.words[[*segment.words].index(label.words[-1]) + 1 :])
    last, reach, beside = label.row.y1, label.x1 + 40, -100.0
    for row in sheet.below(label.row, BLOCK_ROWS * 3):
        # What stands right of a gutter is another column, even if that has no heading of its own.
        inside = [one for one in row.segments if label.x0 - 8 <= one.x0 < min(right_edge - 3, reach)]
        reach = max(reach, inside[0].x1 + 10) if inside else reach
        values = _value_of(inside[-1], row) if inside else [one for one in row.segments if abs(one.x0 - beside) < 3]
        beside = values[0].x0 if values else beside
        inside += values
        if not inside:
            continue
        if row.y0 - last > 2.0 * max(label.size, inside[0].size) or any(
            _heads(other, row, label) for other in headings
        ):
            return
        last = row.y1
        yield from inside


def _value_of(segment: Segment, row: Row) -> list[Segment]:
    """A block may itself be a list of labels with their values in a column further right."""
    after = [one for one in row.segments if one.x0 > segment.x0]
    return after[:1] if segment.text.endswith(":") else []


def _heads(other: Label, row: Row, label: Label) -> bool:
    return other is not label and other.row is row and abs(other.x0 - label.x0) < 60


def _name_in(label: Label, segments: list[Segment], labels: Labels) -> tuple[Word, ...]:
    for segment in segments:
        named = [
            one
            for one in labels.in_row_of(segment)
            if "party_name" in one.concepts and one.words[0] is segment.words[0]
        ]
        if named:
            for place in labels.places(named[0]):
                return place.words
    for segment in segments:
        text = fold(segment.text)
        if CONTACT.search(text) or not any(char.isalpha() for char in text) or is_label(segment, labels):
            continue
        if text.strip(" .:") in _TITLES:
            continue
        if any(one.words[0] is segment.words[0] for one in labels.in_row_of(segment)) and any(
            char.isdigit() for char in text
        ):
            continue  # "GLN 4333741000005": a label and its number
        return segment.words + _second_half(segment, segments)
    return ()


def _second_half(segment: Segment, segments: list[Segment]) -> tuple[Word, ...]:
    """A name over two lines: the legal form is in the line below and that line holds nothing but name."""
    if has_legal_form(segment.text):
        return ()
    at = next(index for index, one in enumerate(segments) if one is segment)
    for below in segments[at + 1 : at + 2]:
        close = abs(below.x0 - segment.x0) < 4 and below.y0 - segment.y1 < 0.8 * segment.size
        if close and has_legal_form(below.text) and not any(char.isdigit() for char in below.text):
            return below.words
    return ()


def is_label(segment: Segment, labels: Labels) -> bool:
    return any(
        one.words[0] is segment.words[0] and (one.has_colon or one.fills_segment) for one in labels.in_row_of(segment)
    )


def window_block(sheet: Sheet, labels: Labels) -> Iterator[Block]:
    """A small line with the sender's address, and right under it the recipient, as in a window envelope."""
    for row in sheet.by_page.get(1, ()):
        for segment in row.segments:
            if (
                not _is_return_address(segment, sheet)
                or is_label(segment, labels)
                or _is_letterheads(segment, row, sheet)
            ):
                continue
            under = list(_column_below(sheet, row, segment))
            if len(under) >= 2:
                name = cut_name(segment.words)
                yield Block("seller", name, frozenset(map(id, segment.words)))
                words = [word for one in under for word in one.words]
                yield Block("buyer", _recipient(under), frozenset(map(id, words)))
                return


def _is_return_address(segment: Segment, sheet: Sheet) -> bool:
    page = sheet.pages[0]
    where = 0.08 < segment.y0 / page.height < 0.32 and segment.x0 < 0.5 * page.width
    parts = [part for part in re.split(r"[•●·|,∙]|\s[-–]\s", segment.text) if part.strip()]
    named = bool(parts) and not any(char.isdigit() for char in parts[0])
    named = named and not re.fullmatch(r"\s*\d+\s?[a-zA-Z]?\s*", "".join(parts[1:2]))  # a street, then its house number
    numbered = sum(any(char.isdigit() for char in part) for part in parts)
    placed = numbered > 1 or bool(_POSTCODE.match(parts[-1] if parts else ""))  # "since 1954" is no address
    return where and named and len(parts) >= 3 and placed and len(segment.words) >= 4


def _is_letterheads(segment: Segment, row: Row, sheet: Sheet) -> bool:
    """The address under a name in larger type: the second line of a letterhead."""
    above = (one for other in sheet.by_page[row.page] if 0 < segment.y0 - other.y0 < 30 for one in other.segments)
    return any(one.size > 1.3 * segment.size and abs(one.x0 - segment.x0) < 4 for one in above)


def _column_below(sheet: Sheet, row: Row, segment: Segment) -> Iterator[Segment]:
    last = row.y1
    for below in sheet.below(row, 14):
        near = [one for one in below.segments if abs(one.x0 - segment.x0) < 30]
        if not near:
            continue
        if below.y0 - last > 45:
            return
        last = below.y1
        yield near[0]


def _recipient(segments: list[Segment]) -> tuple[Word, ...]:
    for segment in segments:
        if fold(segment.text).strip(" .:") not in _TITLES and any(char.isalpha() for char in segment.text):
            return segment.words
    return ()
