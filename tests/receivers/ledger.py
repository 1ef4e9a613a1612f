"""What the receivers booked and what they were sent, in a file of their own that only they write."""

import hashlib
import json
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS booked(id INTEGER PRIMARY KEY, at REAL NOT NULL, receiver TEXT NOT NULL, key TEXT NOT NULL,
    reference TEXT NOT NULL, args_hash TEXT NOT NULL, args TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS received(id INTEGER PRIMARY KEY, at REAL NOT NULL, receiver TEXT NOT NULL, key TEXT NOT NULL,
    reference TEXT NOT NULL, args_hash TEXT NOT NULL, answer TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS booked_key ON booked(receiver, key);
CREATE INDEX IF NOT EXISTS booked_reference ON booked(receiver, reference);
"""


def args_hash(args: Any) -> str:
    """The receivers' own way to name what they were told; the invariants reader computes it from our rows."""
    return hashlib.sha256(json.dumps(args, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class Ledger:
    """Rows are only ever added. Nothing here is unique: a duplicate must be able to show."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        self._rows = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._seen: dict[tuple[str, str], int] = {}
        self._rows.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;" + _SCHEMA)

    def book(self, receiver: str, key: str, reference: str, args: Any, *, dedupe: bool) -> int:
        """Book it and return the booking's number; with `dedupe` a known key gets its first number again.

        Raises `KeyUsedOtherwise`.
        """
        name = args_hash(args)
        with self._lock:
            if dedupe and (known := self._find(receiver, key)):
                if known[1] != name:
                    raise KeyUsedOtherwise(key)
                return int(known[0])
            cursor = self._rows.execute(
                "INSERT INTO booked(at, receiver, key, reference, args_hash, args) VALUES (?,?,?,?,?,?)",
                (time.time(), receiver, key, reference, name, json.dumps(args)),
            )
            return int(cursor.lastrowid or 0)

    def find(self, receiver: str, key: str, *, settled_for: float = 0.0) -> int | None:
        """The number of what was booked under a key at least so many seconds ago."""
        with self._lock:
            row = self._find(receiver, key)
        return int(row[0]) if row and row[2] <= time.time() - settled_for else None

    def note(self, receiver: str, key: str, reference: str, args: Any, answer: str) -> int:
        """Remember a request and how it will be answered; returns how often this reference has come."""
        with self._lock:
            self._rows.execute(
                "INSERT INTO received(at, receiver, key, reference, args_hash, answer) VALUES (?,?,?,?,?,?)",
                (time.time(), receiver, key, reference, args_hash(args), answer),
            )
            seen = self._seen.get((receiver, reference), 0) + 1
            self._seen[receiver, reference] = seen
            return seen

    def _find(self, receiver: str, key: str) -> Any:
        return self._rows.execute(
            "SELECT id, args_hash, at FROM booked WHERE receiver = ? AND key = ? ORDER BY id LIMIT 1", (receiver, key)
        ).fetchone()


class KeyUsedOtherwise(Exception):
    """This key was used for other arguments."""
