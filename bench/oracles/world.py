"""What the oracles look at: the database, the receivers' own file, and what was promised to somebody.

The database is read in one snapshot. Promises, and what was booked, are read before it is taken: whatever they say
must then be in it. So the product may go on working meanwhile.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

INVARIANTS: Mapping[str, str] = {
    "I1": "no run is lost",
    "I2": "no effect happens twice",
    "I3": "no effect without its signatures",
    "I4": "no effect of a version that was rejected, sent back or superseded",
    "I5": "what was done is what was approved",
    "I6": "every change has its entry, and the trail verifies",
    "I7": "no write under an old epoch",
    "I8": "what was answered is there",
    "I9": "what has ended stays ended, and versions only rise",
    "I10": "everything is bounded",
    "I11": "what waits says why, for whom, and what can be done",
    "I12": "no secret and no clear personal data in trail, queue and logs",
}
MOST_TOLD = 20


@dataclass(frozen=True)
class Own:
    """A table of ours that a transactional tool writes: one row per effect, found by reference and key."""

    tool: str
    table: str
    reference: str
    key: str = ""


@dataclass
class World:
    """Where to look, and what was found."""

    url: str
    ledger: Path | None = None
    receivers: Mapping[str, str] = field(default_factory=dict)  # receiver -> tool
    own: Sequence[Own] = ()
    unique: Sequence[str] = ()  # table.column that may hold nothing twice
    answered: Path | None = None
    grace: float = 60.0
    canaries: Sequence[str] = ()
    logs: Sequence[Path] = ()
    redis_url: str = ""
    calm_p95: float | None = None  # seconds, of runs in a house without faults
    not_checked: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    found: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    seen: dict[str, int] = field(default_factory=dict)
    _cursors: int = 0

    def __post_init__(self) -> None:
        self.promised = self._promises()
        self.booked_before = self.books("SELECT receiver, key FROM booked")
        self.connection = psycopg.connect(self.url)
        self.connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        self.rows("SELECT 1")

    def wrong(self, invariant: str, sentence: str) -> None:
        """One violation; the first of each invariant are told in words."""
        self.counts[invariant] += 1
        if len(self.found[invariant]) < MOST_TOLD:
            self.found[invariant].append(sentence)

    def unchecked(self, invariant: str, sentence: str) -> None:
        """What of an invariant was not looked at, and what would be needed."""
        self.not_checked[invariant].append(sentence)

    def rows(self, sql: str, *given: Any) -> list[tuple[Any, ...]]:
        """All rows of one statement."""
        return self.connection.execute(sql, given or None).fetchall()  # type: ignore[arg-type]

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of one statement, a few at a time."""
        self._cursors += 1
        with self.connection.cursor(name=f"oracle_{self._cursors}") as cursor:
            cursor.itersize = 5000
            cursor.execute(sql)  # type: ignore[arg-type]
            yield from cursor

    def books(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the receivers' ledger; none where there are no receivers."""
        if self.ledger is None:
            return []
        books = sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True, timeout=10)
        try:
            return books.execute(sql).fetchall()
        finally:
            books.close()

    def promises(self, kind: str) -> list[dict[str, Any]]:
        """What somebody was told to be so."""
        return [promise for promise in self.promised if promise["kind"] == kind]

    def _promises(self) -> list[dict[str, Any]]:
        if self.answered is None or not self.answered.exists():
            return []
        return [json.loads(line) for line in self.answered.read_text().splitlines() if line.endswith("}")]
