"""Whether two documents are of one layout: by the wording that both carry in the same places of the first page."""

from __future__ import annotations

import re
from collections.abc import Collection

SAME = 0.7  # of the marks of the document that has fewer
FEWEST = 5
PLACE = re.compile(r"-?[0-9]{1,4}")  # marks come out of the sandbox, which is not believed


def agreement(one: Collection[str], other: Collection[str]) -> float:
    """The share of marks (`wording@place`) that two documents have in common, 0..1; a place may be off by one."""
    fewer = min(len(set(one)), len(set(other)))
    return min(1.0, len(set(one) & _spread(other)) / fewer) if fewer >= FEWEST else 0.0


def is_same_layout(one: Collection[str], other: Collection[str]) -> bool:
    return agreement(one, other) >= SAME


def is_taught_here(layout: Collection[str], marks: Collection[str], label: str) -> bool:
    """Is a document of the layout that a lesson is for, and does the lesson's wording stand in its place there?"""
    own = [mark for mark in marks if mark.rpartition("@")[0] == label]
    in_place = not own or bool(set(layout) & _spread(own))
    return in_place and is_same_layout(layout, marks)


def _spread(marks: Collection[str]) -> set[str]:
    near = set()
    for mark in marks:
        wording, _, place = mark.rpartition("@")
        near |= {f"{wording}@{int(place) + off}" for off in (-1, 0, 1)} if PLACE.fullmatch(place) else set()
    return near
