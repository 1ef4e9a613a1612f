"""What an inbox can be narrowed by, with how many of each: one query over at most `MOST_LOOKED_AT` rows a facet.

Each facet counts what the other filters leave, so that a number is what choosing it would show. Where more waits than
is looked at, every number is a least one (`Counted.is_least`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, F, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from agentops.core.models import User
from reviews.models import Desk, Review
from reviews.queries.search import AGES, NOBODY, SURE, Search

MOST_LOOKED_AT = 2000
MOST_VALUES = 40
MOST_PARTIES = 8
EDGES = tuple(map(Decimal, (100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000)))
FACETS = ("desk", "agent", "tool", "reason", "party", "amount", "age", "sure", "claim")
COLUMNS = (
    "desk",
    "agent",
    "tools",
    "codes",
    "party",
    "worth",
    "opened_at",
    "confidence",
    "holder",
    "held_until",
    "run",
)


@dataclass(frozen=True, slots=True)
class Counted:
    """One value of a facet. Of a party, `run` is one of its runs and `label` that run's agent, who knows its name."""

    value: str
    label: str
    n: int
    is_least: bool
    run: UUID | None = None


@dataclass(frozen=True, slots=True)
class Facets:
    """By facet its values, most frequent first; `amounts` is how many are between the `EDGES`."""

    values: Mapping[str, Sequence[Counted]]
    amounts: Sequence[int]
    found: int
    is_least: bool


def count_facets(rows: QuerySet[Review], search: Search, user: User, desks: Iterable[Desk], now: datetime) -> Facets:
    """The facets of these rows (an inbox, unfiltered)."""
    names = {str(desk.pk): (desk.slug, desk.name) for desk in desks}
    parts = search.parts(user, now)
    asked = [facet for facet in FACETS if facet in parts]
    tables, params = _tables(rows, parts, asked)
    lines, more = _lines(asked, now)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(tables)} {' UNION ALL '.join(lines)}", [*params, *more])
        found = cursor.fetchall()
    totals = {value: n for facet, value, _, _, n in found if facet == "all"}
    values: dict[str, list[Counted]] = {facet: [] for facet in FACETS}
    for facet, value, label, run, n in found:
        if facet == "all":
            continue
        if facet == "desk":
            if value not in names:
                continue  # what was decided where this person is no more
            value, label = names[value]
        is_least = totals[facet if facet in asked else ""] >= MOST_LOOKED_AT
        values[facet].append(Counted(value, label or value, n, is_least, run))
    amounts = {int(one.value): one.n for one in values["amount"]}
    return Facets(
        values={facet: _sorted(facet, counted) for facet, counted in values.items()},
        amounts=[amounts.get(place, 0) for place in range(len(EDGES) + 1)],
        found=totals[""],
        is_least=totals[""] >= MOST_LOOKED_AT,
    )


def count_each(rows: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each of these has, in one query; a limit of theirs bounds what is counted."""
    text, params = count_text(rows)
    if not text:
        return dict.fromkeys(rows, 0)
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return dict.fromkeys(rows, 0) | dict(cursor.fetchall())


def count_text(rows: Mapping[str, QuerySet[Any]]) -> tuple[str, list[Any]]:
    """The statement of `count_each`; empty where nothing can be found."""
    lines: list[str] = []
    params: list[Any] = []
    for name, some in rows.items():
        limit = (some.query.low_mark, some.query.high_mark)
        plain = some.all()
        plain.query.clear_limits()
        narrow = plain.order_by().values_list("pk")
        narrow.query.set_limits(*limit)
        try:
            text, values = narrow.query.sql_with_params()
        except EmptyResultSet:
            continue
        lines.append(f"SELECT %s, count(*) FROM ({text}) rows")  # noqa: S608 - the ORM's own text
        params += [name, *values]
    return " UNION ALL ".join(lines), params


def _tables(rows: QuerySet[Review], parts: Mapping[str, Any], asked: Sequence[str]) -> tuple[list[str], list[Any]]:
    """The rows with every filter, and once more for each facet that is filtered by, without its own."""
    columns = (
        *("desk_id", "agent", "tools", "codes", "counterparty", "value", "opened_at", "confidence"),
        *("claimed_by_id", "claimed_until", "run_id"),
    )
    tables: list[str] = []
    params: list[Any] = []
    for leaving_out in ("", *asked):
        some = rows.annotate(value=Coalesce(F("converted"), F("amount"))).order_by()
        for name, condition in parts.items():
            if name != leaving_out:
                some = some.filter(condition)
        try:
            text, values = some.values_list(*columns)[:MOST_LOOKED_AT].query.sql_with_params()
        except EmptyResultSet:  # no desk is theirs, or nobody is asked for: the shape of it, without a row
            some = Review.objects.annotate(value=F("amount")).filter(RawSQL("false", [], BooleanField()))
            text, values = some.values_list(*columns).query.sql_with_params()
        tables.append(f"seen_{leaving_out} ({', '.join(COLUMNS)}) AS MATERIALIZED ({text})")
        params += values
    return tables, params


def _lines(asked: Sequence[str], now: datetime) -> tuple[list[str], list[Any]]:
    """What is counted: facet, value, label, a run, how many."""

    def seen(facet: str) -> str:
        return f"seen_{facet if facet in asked else ''}"

    def most(
        facet: str, value: str, source: str = "", label: str = "''", run: str = "NULL::uuid", n: int = MOST_VALUES
    ) -> str:
        return (
            f"(SELECT '{facet}', {value}, {label}, {run}, count(*) FROM {seen(facet)} s {source} "  # noqa: S608
            f"GROUP BY 2 ORDER BY 5 DESC, 2 LIMIT {n})"
        )

    lines = [
        most("desk", "s.desk::text"),
        most("agent", "s.agent::text"),
        most("tool", "t::text", "CROSS JOIN unnest(s.tools) t"),
        most("reason", "c::text", "CROSS JOIN unnest(s.codes) c"),
        most(
            *("party", "s.party::text", "WHERE s.party <> ''", "min(s.agent)"),
            run="(array_agg(s.run))[1]",
            n=MOST_PARTIES,
        ),
        most(
            "claim",
            f"CASE WHEN s.held_until > %s THEN s.holder::text ELSE '{NOBODY}' END",
            "LEFT JOIN core_user u ON u.id = s.holder AND s.held_until > %s",
            label="coalesce(max(u.name), '')",
        ),
        most("amount", "width_bucket(s.worth, %s::numeric[])::text", "WHERE s.worth IS NOT NULL"),
    ]
    params: list[Any] = [now, now, list(EDGES)]
    for facet, column, bounds in (("age", "opened_at", _ages(now)), ("sure", "confidence", _sures())):
        for value, (least, below) in bounds.items():
            conditions = [f"s.{column} >= %s"] * (least is not None) + [f"s.{column} < %s"] * (below is not None)
            params += [one for one in (least, below) if one is not None]
            lines.append(
                f"SELECT '{facet}', '{value}', '', NULL::uuid, count(*) FROM {seen(facet)} s "  # noqa: S608
                f"WHERE {' AND '.join(conditions)}"
            )
    for facet in ("", *asked):
        lines.append(f"SELECT 'all', '{facet}', '', NULL::uuid, count(*) FROM seen_{facet}")  # noqa: S608
    return lines, params


def _ages(now: datetime) -> dict[str, tuple[datetime | None, datetime | None]]:
    return {
        name: (now - newest if newest else None, now - oldest if oldest else None)
        for name, (oldest, newest) in AGES.items()
    }


def _sures() -> Mapping[str, tuple[Decimal | None, Decimal | None]]:
    return SURE


def _sorted(facet: str, counted: list[Counted]) -> list[Counted]:
    return counted if facet in ("age", "sure") else sorted(counted, key=lambda one: (-one.n, one.label))
