"""How a receiver may misbehave, and which misbehaviour comes next.

A request says what it wants done to itself in its argument `trouble` (`lose`, `429x3`: the first three times), so
a test is exact; the receivers as a whole can be put in a mood (`{"lose": 0.1}`) or be down, so a soak is random.
"""

import random
import threading
from collections.abc import Mapping

BOOKS = frozenset({"", "lose", "slow", "late", "booked500", "garbage", "drip", "huge", "length"})
REFUSES = frozenset({"drop", "429", "500", "502", "503", "error200", "refuse"})
TROUBLES = (BOOKS | REFUSES) - {""}


class Moods:
    """Decides what happens to each request; one seed, one sequence."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(0)
        self._chances: Mapping[str, float] = {}
        self.down = False

    def set(
        self, *, chances: Mapping[str, float] | None = None, down: bool | None = None, seed: int | None = None
    ) -> None:
        """Put all receivers in a mood; raises `ValueError` for a misbehaviour nobody knows."""
        if unknown := set(chances or {}) - TROUBLES:
            raise ValueError(f"no receiver knows how to {sorted(unknown)}")
        with self._lock:
            if seed is not None:
                self._random = random.Random(seed)
            if chances is not None:
                self._chances = dict(chances)
            if down is not None:
                self.down = down

    def next(self, asked_for: str, seen: int) -> str:
        """What to do with a request whose reference was seen so often before, this one included."""
        if self.down:
            return "503"
        trouble, _, times = asked_for.partition("x")
        if trouble and seen <= int(times or 1):
            return trouble
        with self._lock:
            roll = self._random.random()
            for mood, chance in self._chances.items():
                if roll < chance:
                    return mood
                roll -= chance
        return ""
