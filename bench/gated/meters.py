"""What a piece of work costs, read from outside: CPU and memory of processes from /proc, WAL by pg_waldump."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import psycopg

TICKS = os.sysconf("SC_CLK_TCK")
_RECORDS = re.compile(r"^(\S+)\s+(\d+) \(\s*[\d.]+\)\s+(\d+) \(\s*[\d.]+\)\s+(\d+) \(")


def cpu_seconds(pid: int, *, with_children: bool = False) -> float:
    """Seconds a process has worked, with its reaped children; and with those that live, if asked."""
    seconds = _own_seconds(pid)
    return seconds + sum(_own_seconds(child) for child in _children(pid)) if with_children else seconds


def pss_bytes(pid: int) -> int:
    """Memory of one process, shared pages counted by their share; 0 where /proc does not tell."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in told.splitlines() if line.startswith("Pss:")), 0)


def wal_place(connection: psycopg.Connection) -> str:
    row = connection.execute("SELECT pg_current_wal_insert_lsn()::text").fetchone()
    assert row is not None
    return str(row[0])


def wal_between(install: Path, data: Path, connection: psycopg.Connection, begin: str, end: str) -> dict[str, int]:
    """Commits and bytes written between two places, counted by record; full-page images apart."""
    connection.execute("SELECT pg_logical_emit_message(true, 'bench', 'x')")  # flushes past what is read
    place = ["-p", str(data / "pg_wal"), "-s", begin, "-e", end]
    command = [str(install / "bin" / "pg_waldump"), "--stats=record", *place]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = {"commits": 0, "wal_bytes": 0, "wal_page_bytes": 0}
    for match in filter(None, map(_RECORDS.match, told.splitlines())):
        found["wal_bytes"] += int(match[3])
        found["wal_page_bytes"] += int(match[4])
        if match[1] == "Transaction/COMMIT":
            found["commits"] = int(match[2])
    return found


_FILES = """
SELECT 'rel ' || CASE WHEN reltablespace = 0 THEN 1663 ELSE reltablespace END || '/'
    || (SELECT oid FROM pg_database WHERE datname = current_database()) || '/' || pg_relation_filenode(c.oid),
    coalesce((SELECT t.relname FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid WHERE i.indexrelid = c.oid),
        (SELECT t.relname FROM pg_class t WHERE t.reltoastrelid = c.oid), c.relname), relkind = 'i'
FROM pg_class c WHERE pg_relation_filenode(c.oid) IS NOT NULL
"""
_RECORD = re.compile(r"rec/tot\):\s*(\d+)/.*?(?:blkref #0: (rel \d+/\d+/\d+)|$)")


def wal_by_table(
    install: Path, data: Path, connection: psycopg.Connection, begin: str, end: str
) -> dict[str, tuple[int, int]]:
    """Bytes of WAL records of each table of this database and of its indexes, the largest first."""
    files = {name: (table, index) for name, table, index in connection.execute(_FILES).fetchall()}
    place = ["-p", str(data / "pg_wal"), "-s", begin, "-e", end]
    found: dict[str, list[int]] = {}
    with subprocess.Popen([str(install / "bin" / "pg_waldump"), *place], stdout=subprocess.PIPE, text=True) as dump:
        for line in dump.stdout or ():
            match = _RECORD.search(line)
            if match and match[2] in files:
                table, index = files[match[2]]
                found.setdefault(table, [0, 0])[index] += int(match[1])
    return {name: (heap, index) for name, (heap, index) in sorted(found.items(), key=lambda item: -sum(item[1]))}


_TABLES = """
SELECT relname, pg_table_size(c.oid), pg_indexes_size(c.oid) FROM pg_class c JOIN pg_namespace s ON s.oid = relnamespace
WHERE relkind = 'r' AND nspname = 'public'
"""


def table_bytes(connection: psycopg.Connection) -> dict[str, tuple[int, int]]:
    """Bytes of each table and of its indexes."""
    return {name: (int(table), int(indexes)) for name, table, indexes in connection.execute(_TABLES).fetchall()}


def row_counts(connection: psycopg.Connection, tables: Iterable[str]) -> dict[str, int]:
    found = {}
    for table in tables:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert row is not None
        found[table] = int(row[0])
    return found


def percentile(values: list[float], part: float) -> float:
    ordered = sorted(values)
    place = (len(ordered) - 1) * part
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _own_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
