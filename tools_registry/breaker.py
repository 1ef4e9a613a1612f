"""The breaker: a tool whose other side mostly fails is left alone but for a probe each ten seconds.

It opens on a *rate*: at least five failures within half a minute, and at least half of all calls in that time. A mere
count would open for a busy tool that fails now and then and would call it healthy in the same minute; failures in a
row (pybreaker) are seldom seen in a row by several workers whose calls overlap. A rate over a window with a least
number of calls is what resilience4j and Polly do, and it bears that a worker tells of its successes a little late.

Its state is one row per tool, shared by all workers. A worker believes that a breaker is closed for a second; the
query that then asks again brings the successes since the last along, where there are failures to weigh them against.
So a healthy tool costs one query a second and no row, and not one query a call.
"""

import time
from collections import Counter
from datetime import timedelta
from functools import cache
from threading import Lock
from typing import Any, Protocol

from django.db import connection

FAILURES = 5
SHARE = 0.5  # of the calls in the window
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
WITH told AS (
    UPDATE tools_registry_breaker SET successes = successes + %(worked)s
    WHERE tool = %(tool)s AND %(worked)s > 0 AND opened_at IS NULL
        AND first_failure_at > clock_timestamp() - %(within)s)
SELECT extract(epoch FROM coalesce(probed_at, opened_at) + %(probe)s - clock_timestamp())
FROM tools_registry_breaker WHERE tool = %(tool)s AND opened_at IS NOT NULL
"""
# The window begins with a failure; what is in it when it is over is forgotten.
_FAILED = """
INSERT INTO tools_registry_breaker AS b (tool, failures, successes, first_failure_at)
VALUES (%(tool)s, 1, %(worked)s, clock_timestamp())
ON CONFLICT (tool) DO UPDATE SET (failures, successes, first_failure_at, opened_at) = (
    SELECT n.failures, n.successes, n.first_failure_at,
        CASE WHEN b.opened_at IS NOT NULL THEN b.opened_at
             WHEN n.failures >= %(most)s AND n.failures >= %(share)s * (n.failures + n.successes)
             THEN clock_timestamp() END
    FROM (SELECT
        CASE WHEN w.going_on THEN b.failures + 1 ELSE 1 END AS failures,
        CASE WHEN w.going_on THEN b.successes ELSE 0 END + %(worked)s AS successes,
        CASE WHEN w.going_on THEN b.first_failure_at ELSE clock_timestamp() END AS first_failure_at
        FROM (SELECT coalesce(b.first_failure_at > clock_timestamp() - %(within)s, false) AS going_on) AS w) AS n)
"""
_WORKED = """
UPDATE tools_registry_breaker
SET failures = 0, successes = 0, first_failure_at = NULL, opened_at = NULL, probed_at = NULL
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
        self._successes: Counter[str] = Counter()  # not told to the others yet
        self._lock = Lock()

    def closed_for(self, tool: str) -> float | None:
        """None: call it. Otherwise it is not called for about so many seconds."""
        if time.monotonic() < self._closed_until.get(tool, 0.0):
            return None
        found = _one(_OPEN_FOR, self._values(tool))
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
        """Count a failure; it opens the breaker if most of what was called lately failed."""
        self._closed_until.pop(tool, None)
        with self._lock:
            self._probing.discard(tool)
        with connection.cursor() as cursor:
            cursor.execute(_FAILED, self._values(tool))

    def worked(self, tool: str) -> None:
        """Count a success, and close the breaker if this was its probe."""
        with self._lock:
            probed = tool in self._probing
            self._probing.discard(tool)
            self._successes[tool] += not probed
        if probed:
            with connection.cursor() as cursor:
                cursor.execute(_WORKED, [tool])

    def _values(self, tool: str) -> dict[str, Any]:
        """What the statements want; the successes so far are told with them."""
        with self._lock:
            worked = self._successes.pop(tool, 0)
        return {
            "tool": tool,
            "worked": worked,
            "within": WITHIN,
            "probe": PROBE_EVERY,
            "most": FAILURES,
            "share": SHARE,
        }


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


def _one(sql: str, parameters: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row = cursor.fetchone()
        return row[0] if row else None
