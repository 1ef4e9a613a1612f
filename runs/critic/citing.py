"""From a model's sentence with the numbers it cites to text that `grounding` judges sentence by sentence.

What stands as one sentence may hold several; each gets the numbers behind it, and one that cites nothing is numbered
`[0]`, which no source has: so nothing a model wrote passes as courtesy, however short it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_BREAK = re.compile(r"(?<=[.!?])\s+")
_NUMBER = re.compile(r"\s*\[\d+\]")


def cited(text: str, cites: Sequence[int]) -> Iterator[str]:
    """Each sentence in `text` on one line, with these numbers in it: `It leaves today [1] [3].`"""
    shown = "".join(sign if sign.isprintable() else " " for sign in _NUMBER.sub("", text))
    for said in _BREAK.split(" ".join(shown.split())):
        if bare := said.rstrip(".!? "):
            yield f"{bare} {_numbers(cites)}{said[len(bare) :].strip()[:1] or '.'}"


def _numbers(cites: Sequence[int]) -> str:
    there = [number for number in dict.fromkeys(cites) if 0 < number < 100] or [0]
    return " ".join(f"[{number}]" for number in there)
