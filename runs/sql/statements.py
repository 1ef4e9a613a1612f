"""One statement on the connection of the current thread, and JSON as it is stored and read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import orjson
import psycopg
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections


def query(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows; prepared the second time a connection sees it."""
    here = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    try:
        with here.wrap_database_errors:
            cursor = _cursor(here)
            cursor.execute(sql, params)
            result = cursor.pgresult
            return cursor.fetchall() if result is not None and result.nfields else []
    except DatabaseError:
        if not here.in_atomic_block:
            here.close_if_unusable_or_obsolete()  # a server that was away is asked anew the next time
        raise


def _cursor(here: Any) -> psycopg.Cursor[tuple[Any, ...]]:
    """One cursor for as long as the connection lives: it remembers how each type is written."""
    cursor: psycopg.Cursor[tuple[Any, ...]] | None = here.__dict__.get("runs_cursor")
    if cursor is None or cursor.closed or cursor.connection is not here.connection:
        cursor = here.__dict__["runs_cursor"] = psycopg.Cursor(here.connection)
    return cursor


def loads(value: Any) -> Any:
    """A json or jsonb column of `query`: both arrive as text on Django's connections."""
    return orjson.loads(value) if isinstance(value, str | bytes) else value


class Unstorable(ValueError):
    """A result holds the character NUL, which PostgreSQL keeps in no text and no search could read."""


def dumps(value: Any) -> str:
    """JSON as it is stored. Raises `Unstorable`."""
    text = orjson.dumps(value, default=str).decode()
    if "\\u0000" in text and _NUL.search(text):
        raise Unstorable("A value holds the character NUL (U+0000): leave it out where the value is read.")
    return text


_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # a backslash spelled out before u0000 is another thing
