"""Searching a document's words: what is asked may run over several words of one page."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_HITS = 200
SHORTEST = 2  # characters of a question worth an answer

Word = Sequence[object]  # text and four corners in ten-thousandths of the page


@dataclass(frozen=True)
class Hit:
    """One word that is lit, in ten-thousandths of its page; words of one find share their number."""

    number: int
    page: int
    x0: int
    y0: int
    x1: int
    y1: int


def hits_in(pages: Mapping[str, Sequence[Word]], asked: str) -> list[Hit]:
    """Every word of every place where `asked` stands, whatever its case and accents."""
    wanted = _plain(asked)
    if len(wanted) < SHORTEST:
        return []
    hits: list[Hit] = []
    number = 0
    for page, words in sorted(pages.items(), key=lambda one: int(one[0])):
        for first, last in _places(words, wanted):
            number += 1
            if number > MOST_HITS:
                return hits
            hits += [_hit(number, int(page), word) for word in words[first:last]]
    return hits


def _places(words: Sequence[Word], wanted: str) -> list[tuple[int, int]]:
    """From which word to before which word each place goes."""
    text, owner = "", []
    for at, word in enumerate(words):
        plain = _plain(str(word[0])) + " "
        text += plain
        owner += [at] * len(plain)
    found, start = [], text.find(wanted)
    while start >= 0:
        found.append((owner[start], owner[start + len(wanted) - 1] + 1))
        start = text.find(wanted, start + len(wanted))
    return found


def _hit(number: int, page: int, word: Word) -> Hit:
    x0, y0, x1, y1 = (int(str(corner)) for corner in word[1:5])
    return Hit(number, page, x0, y0, x1, y1)


def _plain(text: str) -> str:
    spread = unicodedata.normalize("NFKD", " ".join(text.split()).casefold())
    return "".join(char for char in spread if not unicodedata.combining(char))
