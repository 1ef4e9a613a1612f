"""The breaker: after five failures in half a minute a tool is left alone but for a probe each ten seconds.

Its state is one row per tool, shared by all workers. A closed breaker is believed for a second, so that a
healthy tool costs one query a second and not one a call.
"""

import time
from datetime import timedelta
from functools import cache
from threading import Lock
from typing import Any, Protocol

from django.db import connection

FAILURES = 5
WITHIN = timedelta(seconds=30)
PROBE_EVERY = timedelta(seconds=10)
CLOSED_IS_BELIEVED_FOR = 1.0

# The probe is taken by whoever updates the row first; everyone else sees how long to wait.
_TAKE_PROBE = """
UPDATE tools_registry_breaker SET probed_at = clock_timestamp()
WHERE tool = %s AND opened_at IS NOT NULL AND coalesce(probed_at, opened_at) <= clock_timestamp() - %s
RETURNING tool
"""
_OPEN_FOR = """
SELECT extract(epoch FROM coalesce(probed_at, opened_at) + %s - clock_timestamp())
FROM tools_registry_breaker WHERE tool = %s AND opened_at IS NOT NULL
"""
_FAILED = """
INSERT INTO tools_registry_breaker AS b (tool, failures, first_failure_at)
VALUES (%(tool)s, 1, clock_timestamp())
ON CONFLICT (tool) DO UPDATE SET
    failures = CASE WHEN b.first_failure_at > clock_timestamp() - %(within)s THEN b.failures + 1 ELSE 1 END,
    first_failure_at = CASE WHEN b.first_failure_at > clock_timestamp() - %(within)s THEN b.first_failure_at
                            ELSE clock_timestamp() END,
    opened_at = CASE WHEN b.opened_at IS NOT NULL THEN b.opened_at
                     WHEN b.first_failure_at > clock_timestamp() - %(within)s AND b.failures + 1 >= %(most)s
                     THEN clock_timestamp() END
"""
_WORKED = """
UPDATE tools_registry_breaker SET failures = 0, first_failure_at = NULL, opened_at = NULL, probed_at = NULL
WHERE tool = %s AND opened_at IS NOT NULL
"""


class Breakers(Protocol):
    """Who knows whether a tool's other side answers."""

    def closed_for(self, tool: str) -> float | None:
        """None: call it. Otherwise it is not called for about so many seconds."""

    def failed(self, tool: str) -> None:
        """It did not answer."""

    def worked(self, tool: str) -> None:
        """It answered."""


class DatabaseBreakers:
    """The breakers that all workers share."""

    def __init__(self) -> None:
        self._closed_until: dict[str, float] = {}
        self._probing: set[str] = set()
        self._lock = Lock()

    def closed_for(self, tool: str) -> float | None:
        """None: call it. Otherwise it is not called for about so many seconds."""
        if time.monotonic() < self._closed_until.get(tool, 0.0):
            return None
        found = _one(_OPEN_FOR, [PROBE_EVERY, tool])
        if found is None:
            self._closed_until[tool] = time.monotonic() + CLOSED_IS_BELIEVED_FOR
            return None
        open_for = float(found)
        if open_for <= 0 and _one(_TAKE_PROBE, [tool, PROBE_EVERY]) is not None:
            with self._lock:
                self._probing.add(tool)
            return None
        return max(open_for, 1.0)

    def failed(self, tool: str) -> None:
        """Count a failure; the fifth within half a minute opens the breaker."""
        self._closed_until.pop(tool, None)
        with self._lock:
            self._probing.discard(tool)
        with connection.cursor() as cursor:
            values: dict[str, Any] = {"tool": tool, "within": WITHIN, "most": FAILURES}
            cursor.execute(_FAILED, values)

    def worked(self, tool: str) -> None:
        """Close the breaker if this was its probe."""
        with self._lock:
            probed = tool in self._probing
            self._probing.discard(tool)
        if probed:
            with connection.cursor() as cursor:
                cursor.execute(_WORKED, [tool])


@cache
def shared_breakers() -> DatabaseBreakers:
    """The one for all calls of this process, so that what it knows outlives a single batch."""
    return DatabaseBreakers()


class NoBreakers:
    """Every tool is always called; for tests and single calls by hand."""

    def closed_for(self, tool: str) -> float | None:
        """Never closed."""
        return None

    def failed(self, tool: str) -> None:
        """Nothing is counted."""

    def worked(self, tool: str) -> None:
        """Nothing is counted."""


def _one(sql: str, parameters: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row = cursor.fetchone()
        return row[0] if row else None
