"""The shop's name at the top of a receipt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from statistics import median

from ...model import Found
from .. import labels, lexicon
from ..names import has_legal_form, text_of
from ..scene import Scene
from ..words import Row, Word
from . import wording

TOP_ROWS = 14
LEAST = 0.4
FEWEST_LETTERS = 4
FEWEST_HEADS = 2
_REGISTERED = re.compile(r"\s*\(\s*[\w-]*\d[\w\s-]*\)?\s*$")  # (801580-T)


def find_shop(scene: Scene) -> Found:
    names = list(names_of(scene))
    best = max(names, key=lambda one: one[1], default=None)
    if best is None or best[1] < LEAST:
        return Found.nothing("no shop's name at the receipt's top")
    words, score = best
    rival = max((other for others, other in names if others is not words), default=0.0)
    grounds = {
        "fits": min(1.2, score),
        "ahead": min(1.0, 2.5 * max(0.0, score - rival)),
        "legal form": float(has_legal_form(text_of(words))),
    }
    return scene.found("supplier_name", _plain(text_of(words)), words, grounds)


def names_of(scene: Scene) -> Iterator[tuple[tuple[Word, ...], float]]:
    """Rows at the top that hold nothing but a name, joined where it runs over several, with how well they fit."""
    block: list[Row] = []
    number = 0
    for row in (*scene.sheet.rows[:TOP_ROWS], None):
        named = row is not None and _may_name(row)
        if block and (row is None or not named or has_legal_form(block[-1].text) or not _continues(block[-1], row)):
            yield _as_name(block, number)
            block, number = [], number + 1
        if row is not None and named:
            block.append(row)


def _may_name(row: Row) -> bool:
    text = _plain(row.text)
    letters = sum(char.isalpha() for char in text)
    folded = " ".join(lexicon.tokens(text))
    if letters < FEWEST_LETTERS or letters < 0.6 * len(text.replace(" ", "")):
        return False
    if text.endswith((",", "!", "?")) or ":" in text or "@" in text:
        return False
    if text.endswith(".") and not has_legal_form(text):
        return False  # "Save money. Live better."
    if _is_heading(row):
        return False
    numbered = re.sub(r"\s\d{1,4}$", "", text)  # a name may end in a number
    other = wording.ADDRESS.search(numbered) or wording.TITLE.search(folded) or wording.SIGNS.search(folded)
    return has_legal_form(text) or not other


def _is_heading(row: Row) -> bool:
    """The heading of the goods: "Item  Qty  Price"."""
    heads = [label for label in labels.find(row, lexicon.columns()) if label.starts_segment]
    return len(heads) >= FEWEST_HEADS


def _continues(above: Row, row: Row) -> bool:
    """The next row of one name: close below and of the same kind of letters."""
    sizes = median(word.size for word in above.words), median(word.size for word in row.words)
    alike = max(sizes) < 1.5 * min(sizes) and above.text.isupper() == row.text.isupper()
    return alike and row.y0 - above.y1 < 0.9 * max(sizes)


def _as_name(block: list[Row], number: int) -> tuple[tuple[Word, ...], float]:
    words = tuple(word for row in block for word in row.words)
    text = text_of(words)
    score = 0.75 - 0.08 * number + 0.4 * has_legal_form(text)
    score -= 0.4 * text.islower() + 0.2 * (len(text) < FEWEST_LETTERS + 2)  # a note by hand, a logo's letters
    sure = sum(word.score for word in words) / len(words)
    return words, score - 0.3 * (sure < 0.6)


def _plain(text: str) -> str:
    """Without the registration number that stands behind it in brackets."""
    return _REGISTERED.sub("", text).strip(" ,:;*-'\"")
