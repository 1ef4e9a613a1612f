"""Reading the trail: search by run, actor, action, facet and time, newest first, page by page."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from agentops.core.audit.models import (
    BY_A_PERSON,
    NO_STEP_OF_A_RUN,
    AuditEntry,
    AuditFacet,
    AuditPayload,
    HashOf,
)
from agentops.core.audit.verify import Report, verify


class BadCursor(ValueError):
    """The page asked for is none that was ever offered."""


@dataclass(frozen=True)
class Search:
    """What is looked for; empty fields ask nothing."""

    run: UUID | str | None = None
    stream: str = ""
    actor: str = ""  # "person:<id>", or the id alone
    action: str = ""  # "review.decided", or "review." for all that starts so
    facets: tuple[tuple[str, str], ...] = ()  # ("document", sha256), ("counterparty", key)
    since: datetime | None = None
    until: datetime | None = None


class Line(NamedTuple):
    """One entry as a list shows it; `event` is the body, read."""

    stream: str
    seq: int
    at: datetime
    action: str
    actor: str
    event: dict[str, Any]
    hash: str


class Page(NamedTuple):
    """Some lines and where the next page starts; None if this is the last."""

    lines: list[Line]
    next: str | None


def search(wanted: Search, *, after: str | None = None, size: int = 50) -> Page:
    """A page of entries, newest first, that come after the cursor `after`. Raises `BadCursor`."""
    start = _opened(after) if after else None
    rows = _of_each_action(wanted, start, size + 1) if _begins_some(wanted) else []
    for window in _windows(wanted, start):
        rows += _filtered(wanted, start).filter(window).order_by("-at", "stream", "-seq")[: size + 1 - len(rows)]
        if len(rows) > size:
            break
    lines = [_line(row) for row in rows[:size]]
    return Page(lines, _sealed(lines[-1]) if len(rows) > size else None)


def stream_of(stream: str) -> list[Line]:
    """All entries of one stream, oldest first."""
    return [_line(row) for row in AuditEntry.objects.filter(stream=stream).order_by("seq")]


def stream_page(stream: str, *, after: int = 0, size: int = 50) -> list[Line]:
    """At most `size` entries of one stream that come after the place `after`, oldest first."""
    return [_line(row) for row in AuditEntry.objects.filter(stream=stream, seq__gt=after).order_by("seq")[:size]]


def payload_names(stream: str, seq: int) -> dict[str, bool]:
    """The payloads of an entry, and whether each can still be read."""
    rows = AuditPayload.objects.filter(stream=stream, seq=seq).values_list("name", "key__destroyed_at")
    return {name: destroyed is None for name, destroyed in rows}


def chain_status(stream: str) -> Report:
    """Whether one stream verifies, now."""
    return verify([stream])


# Each action that is in the index once, by a jump from one to the next.
_ACTIONS: Final = """
WITH RECURSIVE named(action) AS (
    (SELECT action FROM audit_entry WHERE (action < 'run.' OR action >= 'run/') ORDER BY action LIMIT 1)
    UNION ALL
    SELECT (SELECT e.action FROM audit_entry e WHERE (e.action < 'run.' OR e.action >= 'run/') AND e.action > n.action
            ORDER BY e.action LIMIT 1)
    FROM named n WHERE n.action IS NOT NULL)
SELECT action FROM named WHERE starts_with(action, %s)
"""


def _begins_some(wanted: Search) -> bool:
    """Whether all actions of one beginning are asked for, and nothing that finds them quicker."""
    narrower = wanted.run or wanted.stream or wanted.facets or wanted.actor.startswith("person:")
    return wanted.action.endswith(".") and not wanted.action.startswith("run.") and not narrower


def _of_each_action(wanted: Search, start: "_Place | None", most: int) -> list[AuditEntry]:
    """The newest of each of them, each along the index, and of these the newest."""
    order = ("-at", "stream", "-seq")
    with connection.cursor() as cursor:
        cursor.execute(_ACTIONS, [wanted.action])
        names = [name for (name,) in cursor.fetchall()]
    parts = [
        _filtered(replace(wanted, action=name), start).filter(NO_STEP_OF_A_RUN).order_by(*order)[:most]
        for name in names
    ]
    if len(parts) < 2:
        return list(parts[0]) if parts else []
    return list(parts[0].union(*parts[1:], all=True).order_by(*order)[:most])


_WIDTHS: Final = (timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=30))


def _windows(wanted: Search, start: "_Place | None") -> Iterator[Q]:
    # The index by time is a coarse one that costs writers nothing: it finds a span of time, not an order.
    # So the newest span is asked first, and wider ones only while the page is not full.
    if _begins_some(wanted):
        return
    if wanted.run or wanted.stream or wanted.facets:
        yield Q()
        return
    if wanted.actor.startswith("person:"):  # an index has them in order
        yield BY_A_PERSON
        return
    if wanted.action and not wanted.action.startswith("run.") and not wanted.action.endswith("."):
        yield NO_STEP_OF_A_RUN
        return
    upper = min(filter(None, [wanted.until, start and start.at]), default=None) or datetime.now(UTC) + timedelta(
        hours=1
    )
    bound = Q(at__lte=upper)
    for width in _WIDTHS:
        lower = upper - width
        yield bound & Q(at__gt=lower)
        bound = Q(at__lte=lower)
        if wanted.since and lower < wanted.since:
            return
    yield bound


def _filtered(wanted: Search, start: "_Place | None") -> QuerySet[AuditEntry]:
    rows = AuditEntry.objects.all()
    if wanted.run:
        rows = rows.filter(stream=f"run:{wanted.run}")
    if wanted.stream:
        rows = rows.filter(stream=wanted.stream)
    if wanted.actor:
        rows = (
            rows.filter(actor=wanted.actor) if ":" in wanted.actor else rows.filter(actor__endswith=f":{wanted.actor}")
        )
    if wanted.action:
        rows = (
            rows.filter(action__startswith=wanted.action)
            if wanted.action.endswith(".")
            else rows.filter(action=wanted.action)
        )
    for kind, value in wanted.facets:
        tagged = AuditFacet.objects.alias(hash=HashOf("value")).filter(
            kind=kind, value=value, hash=HashOf(Value(value)), stream=OuterRef("stream"), seq=OuterRef("seq")
        )
        rows = rows.filter(Exists(tagged))
    if wanted.since:
        rows = rows.filter(at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(at__lt=wanted.until)
    return rows.filter(_older_than(start)) if start else rows


class _Place(NamedTuple):
    at: datetime
    stream: str
    seq: int


def _older_than(place: _Place) -> Q:
    same = Q(at=place.at)
    return Q(at__lt=place.at) | same & Q(stream__gt=place.stream) | same & Q(stream=place.stream, seq__lt=place.seq)


def _line(row: AuditEntry) -> Line:
    return Line(row.stream, row.seq, row.at, row.action, row.actor, orjson.loads(row.body), bytes(row.hash).hex())


def _sealed(line: Line) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([line.at, line.stream, line.seq])).decode()


def _opened(cursor: str) -> _Place:
    try:
        at, stream, seq = orjson.loads(base64.urlsafe_b64decode(cursor))
        return _Place(datetime.fromisoformat(at), str(stream), int(seq))
    except (ValueError, TypeError, binascii.Error) as error:
        raise BadCursor("This page does not exist; start the search again.") from error
