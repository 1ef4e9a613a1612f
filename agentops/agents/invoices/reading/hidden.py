"""Judge what a document carries and nobody sees."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from . import injection
from .model import Finding
from .page.words import Sheet
from .pdf.words import Hidden

FEWEST_WORDS = 5
_FIGURE = re.compile(r"\d[.,]\d\d\b|\b[A-Z]{2}\d{2}[A-Z0-9]{8,}")
_NATURAL = re.compile(r"[^\W\d_]{2,}[.,:;!?]?")


def hidden_text(hidden: Sequence[Hidden], sheet: Sheet) -> list[Finding]:
    """One finding per page and trick; a printer's marks (a code, a product name) are not worth one."""
    found = []
    for (page, why), group in groupby(hidden, key=lambda one: (one.word.page, one.why)):
        words = [one.word for one in group]
        text = " ".join(word.text for word in words)
        commanding = injection.sounds_like_one(text)
        if commanding:
            found.append(Finding("prompt_injection", f"Hidden text addressed to a program: “{text[:160]}”"))
        if commanding or _says_something(text):
            sentence = f"Page {page} carries text that nobody sees ({why}): “{text[:160]}”"
            found.append(Finding("hidden_text", sentence, source=sheet.source(words)))
    return found[:6]


def _says_something(text: str) -> bool:
    natural = [word for word in text.split() if _NATURAL.fullmatch(word)]
    return len(natural) >= FEWEST_WORDS or bool(_FIGURE.search(text))
