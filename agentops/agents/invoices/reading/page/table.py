"""The invoice's lines: a header's columns, the rows under it over all pages, and arithmetic to settle doubt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from . import lexicon
from .header import Header, description_span, distance, headers_at, same_kind
from .items import ALIGNED, Item, item_of
from .labels import Labels
from .numbers import Style
from .tokens import Amount, scan
from .words import Row, Sheet, Word

MAX_DESCRIPTION_ROWS = 25
ZERO = Decimal(0)


def find_items(sheet: Sheet, header: Header | None, labels: Labels, style: Style) -> list[Item]:
    if header is None:
        return []
    items: list[Item] = []
    for rows, head in _stretches(sheet, header):
        before = sum((item.total.value for item in items), ZERO)
        found, ended = _read_rows(rows, head, labels, style, bool(items), before)
        items += found
        if ended and items:
            break
    return items


def _stretches(sheet: Sheet, header: Header) -> Iterator[tuple[Sequence[Row], Header]]:
    """The rows under the header on its page, then on each later page under the repeated header or from the top."""
    for page in range(header.row.page, len(sheet.pages) + 1):
        rows = sheet.by_page.get(page, ())
        again = next((one for row in rows for one in headers_at(sheet, row) if same_kind(one, header)), None)
        head = header if page == header.row.page else again or header
        start = head.row.index + head.rows if head.row.page == page else (rows[0].index if rows else 0)
        yield _beside_cut([row for row in rows if row.index >= start], head), head


def _beside_cut(rows: Sequence[Row], header: Header) -> Sequence[Row]:
    """The rows without a column that stands left of the table, if a clear gutter runs between the two."""
    left = min(column.x0 for column in header.columns) - 4
    apart = [one for row in rows for one in row.segments if one.x1 < left]
    crossing = any(one.x0 < left - 12 and one.x1 > left for row in rows[: len(rows) // 2 + 1] for one in row.segments)
    if not apart or crossing or max(one.x1 for one in apart) > left - 6:
        return rows
    kept = ((row, tuple(word for word in row.words if word.x0 >= left - 2)) for row in rows)
    return [row if len(words) == len(row.words) else Row(words, row.index) for row, words in kept if words]


def _read_rows(
    rows: Sequence[Row], header: Header, labels: Labels, style: Style, begun: bool, before: Decimal
) -> tuple[list[Item], bool]:
    """The items of one page, and whether the table ended there; `before` is what earlier pages' lines come to."""
    anchors: list[tuple[int, Item]] = []
    end, used = len(rows), -1
    for index, row in enumerate(rows):
        if index <= used or _is_carry(row) or "IBAN" in row.text:
            continue
        if _is_sum(row, header, labels, style) or _heads_another(row, labels, style):
            if anchors or begun:
                end = index
                break
            continue
        item, used = _item_at(rows, index, header, style)
        if item is not None and not _carries(item, header, before + sum((one.total.value for _, one in anchors), ZERO)):
            anchors.append((index, item))
    return [item for item in _describe(anchors, rows, end, header) if _is_named(item)], end < len(rows)


def _carries(item: Item, header: Header, so_far: Decimal) -> bool:
    """Nothing but a word and the sum of all lines so far: carried forward, in whatever language."""
    bare = item.quantity is None and item.price is None and header.has("quantity", "unit_price")
    return bare and so_far != ZERO and item.total.value == so_far and len(item.description) <= 4


def _heads_another(row: Row, labels: Labels, style: Style) -> bool:
    """The heading of the next table, of taxes mostly: sums' labels side by side and no amounts."""
    heads = [one for one in labels.in_row(row) if one.fills_segment and set(one.concepts) & set(lexicon.SUM_CONCEPTS)]
    return len(heads) >= 2 and not any(isinstance(token, Amount) for token in scan(row.words, style))


def _item_at(rows: Sequence[Row], index: int, header: Header, style: Style) -> tuple[Item | None, int]:
    """The item of a row, or of two rows where a cell is set half a line lower; and the last row it used."""
    item = item_of(rows[index].words, header, style)
    if (item is None or not item.confirmed) and index + 1 < len(rows):
        below = rows[index + 1]
        near = below.y0 - rows[index].y0 < 1.3 * rows[index].words[0].size
        alone = item_of(below.words, header, style)
        if near and not (alone and alone.confirmed):
            both = tuple(sorted((*rows[index].words, *below.words), key=lambda word: word.x0))
            joint = item_of(both, header, style)
            bare = item is None and alone is not None and alone.quantity is None and alone.price is None
            if joint is not None and joint.quantity is not None and (joint.confirmed or bare):
                return joint, index + 1
    return item, index


def _is_named(item: Item) -> bool:
    return any(char.isalpha() for word in item.description for char in word.text)


def _is_carry(row: Row) -> bool:
    text = " ".join(lexicon.tokens(row.text))
    return any(phrase in text for phrase in lexicon.CARRY)


def _is_sum(row: Row, header: Header, labels: Labels, style: Style) -> bool:
    """A total's row: its label stands at the beginning and there is at most a base, a rate and an amount."""
    first = [
        label
        for label in labels.in_row(row)
        if label.starts_segment and set(label.concepts) & set(lexicon.SUM_CONCEPTS)
    ]
    if not first:
        return False
    numbers = [token for token in scan(row.words, style) if isinstance(token, Amount)]
    before = [word for word in row.words if word.x0 < first[0].x0 and any(char.isalnum() for char in word.text)]
    item = item_of(row.words, header, style)
    priced = item is not None and item.quantity is not None and item.price is not None and item.confirmed
    if not numbers or len(numbers) > 3 or priced or numbers[-1].x1 < description_span(header)[1]:
        return False
    # Beside the totals there may stand a sentence, or another column; a position number belongs to a line.
    apart = bool(before) and any(word.text.isalpha() for word in before) and first[0].x0 - before[-1].x1 > 20
    column = header.column("line_total")
    below = column is None or distance(numbers[-1].x0, numbers[-1].x1, column) < ALIGNED
    return not before or (apart and below and (item is None or (item.quantity is None and item.price is None)))


def _describe(anchors: list[tuple[int, Item]], rows: Sequence[Row], end: int, header: Header) -> Iterator[Item]:
    """Give each item the rows that describe it: its own, those below, and for cells set lower the one above."""
    starts = [_start(rows, index, item, header) for index, item in anchors]
    for number, (index, item) in enumerate(anchors):
        limit = starts[number + 1] if number + 1 < len(starts) else end
        above = [word for row in rows[starts[number] : index] for word in row.words if _is_inside(word, header)]
        more = _continuation(rows, index, limit, header, bool(above) or _is_named(item))
        yield replace(item, description=(*above, *item.description, *more))


def _start(rows: Sequence[Row], index: int, item: Item, header: Header) -> int:
    """The first row of an item: a row above without a gap, if the item's own row describes nothing."""
    if _is_named(item) or index == 0:
        return index
    above = rows[index - 1]
    tight = rows[index].y0 - above.y1 < 0.25 * above.words[0].size
    described = (row for row in rows[index - 2 :: -1] if any(_is_inside(word, header) for word in row.words))
    before = next(described, None) if index > 1 else None  # what stands in other columns does not count
    clear = before is None or above.y0 - before.y1 > rows[index].y0 - above.y1
    return index - 1 if tight and clear and any(_is_inside(word, header) for word in above.words) else index


def _is_inside(word: Word, header: Header) -> bool:
    left, right = description_span(header)
    return left <= word.x0 < right


def _continuation(rows: Sequence[Row], index: int, end: int, header: Header, has_name: bool) -> list[Word]:
    """Rows below in the description's column, up to a gap; of a nameless item, whatever stands below."""
    _, right = description_span(header)
    words: list[Word] = []
    last, used = rows[index], 0
    for row in rows[index + 1 : end]:
        if row.y0 - last.y1 > 0.9 * last.words[0].size or used >= MAX_DESCRIPTION_ROWS:
            break
        more = [word for word in row.words if _is_inside(word, header)]
        if not has_name and not more:
            more = [word for word in row.words if word.x0 < right]
        if more:
            words += more
            has_name = True
            used += 1
        last = row
    return words
