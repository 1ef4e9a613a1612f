"""Dividing a text into passages: small paragraphs together, a long one by its sentences, each part with a little of
the one before, so that what is found by itself can be read by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

PASSAGE = 600  # characters a passage has at most, unless one paragraph, or one sentence, is longer
LONG = 1200  # characters from which on a paragraph is divided
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


def packed(body: str) -> Iterator[str]:
    """The passages of a body whose paragraphs are separated by blank lines."""
    packed_ = ""
    for paragraph in (part.strip() for part in body.replace("\r\n", "\n").split("\n\n")):
        for part in _divided(paragraph) if len(paragraph) > LONG else (paragraph,):
            if packed_ and len(packed_) + len(part) > PASSAGE:
                yield packed_
                packed_ = ""
            packed_ = f"{packed_}\n{part}" if packed_ else part
    if packed_:
        yield packed_


def _divided(paragraph: str) -> Iterator[str]:
    """Sentences up to a passage's length; the last one of a part begins the next."""
    part: list[str] = []
    for sentence in _SENTENCE.split(paragraph):
        if part and sum(map(len, part)) + len(sentence) > PASSAGE:
            yield " ".join(part)
            part = part[-1:] if len(part[-1]) < PASSAGE // 3 else []
        part.append(sentence)
    if part:
        yield " ".join(part)
