"""What a misread word of a label was meant to be. Only labels are read so: a name or a number is never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from ..page.words import fold
from .glued import vocabulary

SHORTEST = 5
SURE, UNSURE, DOUBTFUL = 0.97, 0.9, 0.7  # of a word's least sure character
# Letters that look alike; folded, so without accents and in lower case.
_LOOKS = "il i1 l1 it lt o0 ce co eo ao ae uv un nh hb gq gy ft fr rt s5 b8 g9 z2 ij lj mn vy kx ac bh es as s8 b6"
_IBAN = re.compile(r"^[(\[|l1i!t]ba[nm][:.]*$")
_ALIKE = frozenset(frozenset(pair) for pair in _LOOKS.split())


@lru_cache(maxsize=20_000)
def meant(text: str, score: float) -> str:
    """The text with words that are no label's, but nearly, put right; the same text where there are none."""
    if score >= SURE:
        return text
    folded = fold(text)
    if _IBAN.match(folded):
        return "iban"
    fixed = re.sub(rf"[a-z0-9|]{{{SHORTEST},}}", lambda match: _nearest(match[0], score), folded)
    return text if fixed == folded else fixed


def _nearest(word: str, score: float) -> str:
    if word in vocabulary() or sum(char.isdigit() for char in word) > 0.3 * len(word):
        return word
    found = set(_near(word, score))
    return found.pop() if len(found) == 1 else word


def _near(word: str, score: float) -> Iterator[str]:
    """Labels' words that differ in look-alikes only; for a word OCR doubts itself, also in any one letter."""
    for other in _by_length().get(len(word), ()):
        pairs = [frozenset((a, b)) for a, b in zip(word, other, strict=True) if a != b]
        alike = len(pairs) <= 1 + len(word) // 8 and all(pair in _ALIKE for pair in pairs)
        if alike or (score < UNSURE and len(word) > SHORTEST and len(pairs) == 1):
            yield other
    if score < DOUBTFUL and len(word) > SHORTEST + 2:
        for length in (len(word) - 1, len(word) + 1):
            yield from (
                one for one in _by_length().get(length, ()) if Levenshtein.distance(word, one, score_cutoff=1) == 1
            )


@lru_cache(maxsize=1)
def _by_length() -> dict[int, list[str]]:
    lengths: dict[int, list[str]] = {}
    for word in sorted(vocabulary()):
        lengths.setdefault(len(word), []).append(word)
    return lengths
