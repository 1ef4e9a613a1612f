"""Reading the whole trail in order: entries, heads, facets and payloads side by side, in one snapshot."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any, Final, NamedTuple

from django.db import connection, transaction
from django.db.models import F, Func, TextField

from agentops.core.audit.heads import Head
from agentops.core.audit.models import AuditEntry, AuditFacet, AuditPayload

# The time as text: spelled as bodies spell it, and a forged time that Python cannot hold is read as well.
_AS_BODIES_SPELL_IT: Final = Func(
    F("at"),
    template="to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
    output_field=TextField(),
)


class Entry(NamedTuple):
    """One row of the trail; the time as text."""

    stream: str
    seq: int
    at: str
    action: str
    actor: str
    prev: bytes
    body: str
    hash: bytes
    mac: bytes


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Everything read inside is as of one moment."""
    # Inside somebody's transaction (a test's) its view is taken as it is.
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 0")
        yield


def with_heads(entries: Iterator[Entry], heads: Iterator[Head]) -> Iterator[tuple[str, Head | None, Iterable[Entry]]]:
    """Each stream once, with its head and its entries, of which either may be missing."""
    head = next(heads, None)
    for stream, group in groupby(entries, key=lambda entry: entry.stream):
        while head is not None and head.stream < stream:
            yield head.stream, head, ()
            head = next(heads, None)
        if head is not None and head.stream == stream:
            yield stream, head, group
            head = next(heads, None)
        else:
            yield stream, None, group
    while head is not None:
        yield head.stream, head, ()
        head = next(heads, None)


class SideBySide:
    """Rows that belong to entries, taken in step with them."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self._rows = rows
        self._next = next(rows, None)
        self._skipped: list[tuple[Any, ...]] = []

    def take(self, stream: str, seq: int) -> list[tuple[Any, ...]]:
        """The rows of this entry; rows of entries that were never asked for are put aside."""
        taken: list[tuple[Any, ...]] = []
        while self._next is not None and self._next[:2] <= (stream, seq):
            (taken if self._next[:2] == (stream, seq) else self._skipped).append(self._next)
            self._next = next(self._rows, None)
        return taken

    def rest(self) -> Iterator[tuple[Any, ...]]:
        """What belonged to no entry."""
        yield from self._skipped
        while self._next is not None:
            yield self._next
            self._next = next(self._rows, None)


def entries(streams: Collection[str] | None) -> Iterator[Entry]:
    rows = _ordered(AuditEntry, streams).annotate(said_at=_AS_BODIES_SPELL_IT)
    names = ("stream", "seq", "said_at", "action", "actor", "prev", "body", "hash", "mac")
    for stream, seq, at, action, actor, prev, body, made, mac in rows.values_list(*names).iterator(chunk_size=2000):
        yield Entry(stream, seq, at, action, actor, bytes(prev), body, bytes(made), bytes(mac))


def facets(streams: Collection[str] | None) -> Iterator[tuple[Any, ...]]:
    yield from (_ordered(AuditFacet, streams).values_list("stream", "seq", "kind", "value").iterator(chunk_size=2000))


def payloads(streams: Collection[str] | None) -> Iterator[tuple[Any, ...]]:
    names = ("stream", "seq", "name", "ciphertext", "key_id", "key__wrapped_key")
    yield from _ordered(AuditPayload, streams).values_list(*names).iterator(chunk_size=500)


def _ordered(model: Any, streams: Collection[str] | None) -> Any:
    rows = model.objects.order_by("stream", "seq")
    return rows if streams is None else rows.filter(stream__in=list(streams))


def wanted_heads(heads: Iterator[Head], streams: Collection[str] | None) -> Iterator[Head]:
    return heads if streams is None else (head for head in heads if head.stream in streams)
