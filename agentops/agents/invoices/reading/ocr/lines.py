"""What OCR says about one page: lines of text with their corners, and where in a line each character stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import atan2, hypot
from typing import Any

Corners = tuple[float, float, float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line in pixels of the upright and level page; corners clockwise from the top left as x, y, x, y ..."""

    corners: Corners
    text: str
    score: float  # the mean over its characters, 0..1
    places: tuple[float, ...]  # of each character that is no blank: its middle, as a fraction of the line's width
    scores: tuple[float, ...]  # and how sure OCR is of it

    @property
    def width(self) -> float:
        x0, y0, x1, y1, *_ = self.corners
        return hypot(x1 - x0, y1 - y0)

    @property
    def height(self) -> float:
        x0, y0, *_, x3, y3 = self.corners
        return hypot(x3 - x0, y3 - y0)

    @property
    def slope(self) -> float:
        """The angle of its base line in radians; positive falls to the right."""
        x0, y0, x1, y1, x2, y2, x3, y3 = self.corners
        return atan2(y1 - y0 + y2 - y3, x1 - x0 + x2 - x3)

    def at(self, place: float) -> tuple[float, float]:
        """The point of the line's middle at a fraction of its width."""
        x0, y0, x1, y1, x2, y2, x3, y3 = self.corners
        left, right = ((x0 + x3) / 2, (y0 + y3) / 2), ((x1 + x2) / 2, (y1 + y2) / 2)
        return left[0] + place * (right[0] - left[0]), left[1] + place * (right[1] - left[1])


@dataclass(frozen=True, slots=True)
class Look:
    """One page as OCR saw it."""

    page: int  # from 1
    width: int  # in pixels, as shown
    height: int
    turn: int  # how far the shown page is turned left to be upright: 0, 90, 180, 270
    lean: float  # degrees by which it leans then; positive falls to the right
    lines: tuple[TextLine, ...]

    @property
    def upright(self) -> tuple[int, int]:
        return (self.height, self.width) if self.turn % 180 else (self.width, self.height)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Look:
        lines = tuple(
            TextLine(tuple(one["box"]), one["text"], one["score"], tuple(one["places"]), tuple(one["scores"]))
            for one in raw["lines"]
        )
        return cls(raw["page"], raw["width"], raw["height"], raw["turn"], raw["lean"], lines)
