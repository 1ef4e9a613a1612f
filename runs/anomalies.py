"""What is unlike itself: money and misuse of tools and models, by the day, held against the weeks before.

Misuse of a tool is a call that its arguments, its grant or its receiver refused, one that failed, and one that was
made over and over. A number is called unusual when it lies far outside of what its own past days say, and is large
enough to matter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

BEFORE = timedelta(days=28)
FAR = 3.0  # standard deviations
FEW = 5  # calls or runs, below which no rate says anything
SMALLEST_SHARE = 0.05  # a share of misuse below it is never called unusual
SPREAD = 0.25  # of the mean: what a quiet past is allowed to vary by


@dataclass(frozen=True, slots=True)
class Rate:
    """Of one tool or agent lately, beside what it was before. `per_cent`s are shares of the calls."""

    name: str
    count: int
    rate: float
    before: float
    deviation: float
    unusual: bool
    detail: str = ""


def tools(days: int = 1) -> list[Rate]:
    """Misuse rate of each tool lately, the most unusual first."""
    return _rates(_TOOLS, days, least=SMALLEST_SHARE)


def spending(days: int = 1) -> list[Rate]:
    """Money that a run of each agent takes of models, in millionths, lately; the most unusual first."""
    return _rates(_MONEY, days, least=1.0, past=FEW)


def stopped(days: int = 1) -> list[tuple[str, str, int]]:
    """Runs of each agent that stopped for want of budget or in a loop lately: agent, why, how many."""
    with connection.cursor() as cursor:
        cursor.execute(_STOPPED, [timezone.now() - timedelta(days=days)])
        return [(agent, reason, int(count)) for agent, reason, count in cursor.fetchall()]


# Each row: a name, the day, how many, the mean of that day, and what else there is to say.
_TOOLS = """
SELECT c.tool, c.started_at::date, count(*),
    avg((c.result IN ('refused', 'failed', 'unknown'))::int)::float8,
    string_agg(DISTINCT split_part(c.error, ':', 1), ', ') FILTER (WHERE c.result IN ('refused', 'failed', 'unknown'))
FROM runs_toolcall c WHERE c.started_at >= %s GROUP BY 1, 2
"""
_MONEY = """
SELECT r.agent, r.created_at::date, count(*), avg(r.spent_cost)::float8, NULL
FROM runs_run r WHERE r.created_at >= %s GROUP BY 1, 2
"""
_STOPPED = """
SELECT r.agent, e.reason, count(*) FROM (
    SELECT substring(stream FROM 5)::uuid AS run, body::json ->> 'reason_code' AS reason FROM audit_entry
    WHERE action = 'run.stuck' AND at >= %s AND stream LIKE 'run:%%') e
JOIN runs_run r ON r.id = e.run
WHERE e.reason IN ('budget_exhausted', 'revisions_exhausted', 'loop', 'model_budget_of_the_day', 'model_not_allowed',
    'invalid_arguments', 'not_granted')
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""


def _rates(query: str, days: int, *, least: float, past: int = 0) -> list[Rate]:
    """`past`: so many must have been there before; a new tool that fails is unusual, a new agent that costs is not."""
    since = timezone.now() - timedelta(days=days)
    with connection.cursor() as cursor:
        cursor.execute(query, [since - BEFORE])
        rows = cursor.fetchall()
    names = sorted({row[0] for row in rows})
    found = [_rate(name, [row for row in rows if row[0] == name], since.date(), least, past) for name in names]
    return sorted((one for one in found if one.count), key=lambda one: (not one.unusual, -one.deviation, one.name))


def _rate(name: str, rows: list[Any], since: Any, least: float, needed: int) -> Rate:
    late, past = [row for row in rows if row[1] > since], [row for row in rows if row[1] <= since]
    count = sum(row[2] for row in late)
    rate = sum(row[2] * row[3] for row in late) / count if count else 0.0
    known = sum(row[2] for row in past)
    mean = sum(row[2] * row[3] for row in past) / known if known else 0.0
    spread = math.sqrt(sum(row[2] * (row[3] - mean) ** 2 for row in past) / known) if known else 0.0
    deviation = (rate - mean) / max(spread, SPREAD * mean, least / FAR)
    detail = ", ".join(sorted({row[4] for row in late if row[4]}))
    unusual = count >= FEW and known >= needed and rate >= least and deviation >= FAR
    return Rate(name, count, rate, mean, round(deviation, 1), unusual, detail)
