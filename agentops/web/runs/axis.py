"""The time axis of a run: work is to scale, waiting is not: a day's wait does not hide seconds of work."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

WIDTH = 400.0
SHORTEST = 1.5  # width of a bar that took next to no time
GAP_FROM = 1.0  # seconds without work that count as waiting
GAP_SHARE = 0.08  # of the width, for each wait


@dataclass(frozen=True)
class Piece:
    """A stretch of real time and where it lies on the axis."""

    start: float
    end: float
    x: float
    width: float
    waits: bool = False


class Axis:
    """Maps moments to places between 0 and `WIDTH`."""

    def __init__(self, work: Iterable[tuple[datetime, datetime]], until: datetime | None = None) -> None:
        spans = _merged((start.timestamp(), end.timestamp()) for start, end in work)
        if until is not None and spans and until.timestamp() - spans[-1][1] >= GAP_FROM:
            spans.append((until.timestamp(), until.timestamp()))
        self.pieces = _laid_out(spans)

    def place(self, moment: datetime) -> float:
        """Where a moment lies; moments before and after the run lie at its ends."""
        at = moment.timestamp()
        for piece in self.pieces:
            if at <= piece.end:
                share = (at - piece.start) / (piece.end - piece.start) if piece.end > piece.start else 0.0
                return round(piece.x + piece.width * min(1.0, max(0.0, share)), 1)
        return WIDTH if self.pieces else 0.0

    def worked_until(self, x: float) -> float:
        """Seconds of work done up to a place on the axis; waits in between are not counted."""
        worked = 0.0
        for piece in self.pieces:
            if piece.waits:
                continue
            share = (x - piece.x) / piece.width if piece.width else float(x >= piece.x)
            worked += (piece.end - piece.start) * min(1.0, max(0.0, share))
        return worked

    def bar(self, start: datetime, end: datetime) -> tuple[float, float]:
        """Place and width of a bar, wide enough to be seen."""
        x = min(self.place(start), WIDTH - SHORTEST)
        return x, max(SHORTEST, round(self.place(end) - x, 1))


def _merged(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if merged and start - merged[-1][1] < GAP_FROM:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _laid_out(spans: list[tuple[float, float]]) -> list[Piece]:
    gaps = max(0, len(spans) - 1)
    gap = WIDTH * min(GAP_SHARE, 0.6 / gaps) if gaps else 0.0
    work = sum(end - start for start, end in spans) or 1.0
    scale = (WIDTH - gap * gaps) / work
    pieces: list[Piece] = []
    x = 0.0
    for at, (start, end) in enumerate(spans):
        if at:
            pieces.append(Piece(spans[at - 1][1], start, x, gap, waits=True))
            x += gap
        pieces.append(Piece(start, end, x, (end - start) * scale))
        x += (end - start) * scale
    return pieces
