"""Cumulative limits are reserved, not merely read: a counter is raised only while the amount still fits."""

from collections.abc import Sequence

from django.db import connection, transaction

from tools_registry.facts import LimitUse

# One statement for all of a proposal's counters. A row that does not fit is not returned. Rows are touched in
# the order of the list, which is sorted, so two workers never wait for each other in a circle.
_RESERVE = """
INSERT INTO tools_registry_limituse AS held ("limit", scope, day, used, cap)
SELECT * FROM unnest(%s::text[], %s::text[], %s::date[], %s::numeric[], %s::numeric[])
ON CONFLICT (scope, "limit", day) DO UPDATE SET used = held.used + EXCLUDED.used, cap = EXCLUDED.cap
    WHERE held.used + EXCLUDED.used <= EXCLUDED.cap
RETURNING "limit", scope
"""
_RELEASE = """
UPDATE tools_registry_limituse AS held SET used = greatest(held.used - given.amount, 0)
FROM unnest(%s::text[], %s::text[], %s::date[], %s::numeric[]) AS given("limit", scope, day, amount)
WHERE held.scope = given.scope AND held."limit" = given."limit" AND held.day = given.day
"""
# Locked in the order of the list first, as `_RESERVE` does: an UPDATE alone takes its rows in any order.
_CORRECT = """
WITH given AS (
    SELECT * FROM unnest(%s::text[], %s::text[], %s::date[], %s::numeric[]) AS g("limit", scope, day, amount)),
locked AS MATERIALIZED (
    SELECT held.id, given.amount FROM tools_registry_limituse AS held JOIN given USING (scope, "limit", day)
    ORDER BY held.scope, held."limit", held.day FOR UPDATE OF held)
UPDATE tools_registry_limituse AS held
SET used = least(greatest(held.used + locked.amount, 0), greatest(held.cap, held.used))
FROM locked WHERE held.id = locked.id
"""


class LimitFull(Exception):
    """At least one amount does not fit any more; `uses` names which. The transaction must be rolled back."""

    def __init__(self, uses: Sequence[LimitUse]) -> None:
        self.uses = tuple(uses)
        super().__init__(", ".join(f"{use.amount} does not fit into {use.key}" for use in uses))


def reserve_limits(uses: Sequence[LimitUse]) -> None:
    """Raise each counter by its amount, or raise `LimitFull`: let it fly out of the effect's transaction,
    which takes back the counters that were raised before it."""
    if not uses:
        return
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Limits are reserved in the effect's own transaction")
    wanted = sorted(uses, key=lambda use: (use.scope, use.limit, use.day))
    if full := [use for use in wanted if use.amount > use.cap]:
        raise LimitFull(full)
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, [*_columns(wanted), [use.cap for use in wanted]])
        raised = set(cursor.fetchall())
    if full := [use for use in wanted if (use.limit, use.scope) not in raised]:
        raise LimitFull(full)


def release_limits(uses: Sequence[LimitUse]) -> None:
    """Give back what was reserved for an effect that was refused."""
    if uses:
        wanted = sorted(uses, key=lambda use: (use.scope, use.limit, use.day))
        with connection.cursor() as cursor:
            cursor.execute(_RELEASE, _columns(wanted))


def correct_limits(uses: Sequence[LimitUse]) -> None:
    """Add what turned out to differ from what was reserved; amounts below zero are given back.

    A counter does not pass its cap: whoever took more than it reserved leaves nothing for the next.
    """
    if wanted := [use for use in uses if use.amount]:
        with connection.cursor() as cursor:
            cursor.execute(_CORRECT, _columns(wanted))


def _columns(uses: Sequence[LimitUse]) -> list[list[object]]:
    return [
        [use.limit for use in uses],
        [use.scope for use in uses],
        [use.day for use in uses],
        [use.amount for use in uses],
    ]
