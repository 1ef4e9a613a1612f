"""Where streams end: the verifier compares the chain with every head that is kept outside of it."""

from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from typing import NamedTuple

from agentops.core.audit.models import AuditStream


class Head(NamedTuple):
    """The last place of a stream and the hash of the entry there; place 0 for a stream without entries."""

    stream: str
    seq: int
    hash: bytes


_Row = tuple[str, int, bytes | memoryview]
HeadSource = Callable[[], Iterable[_Row]]
_sources: dict[str, tuple[HeadSource, bool]] = {}


def register_heads(name: str, source: HeadSource, *, ordered: bool = False) -> None:
    """Say where further streams end, such as in the rows of runs; `source` reads in the current transaction.

    `ordered` promises that it yields by stream, ascending by bytes (`ORDER BY id` for `run:<uuid>`): then
    a million heads need no memory. Otherwise they are sorted here.
    """
    _sources[name] = (source, ordered)


def all_heads() -> Iterator[Head]:
    """Every head there is, ascending by stream."""
    sorted_sources = [
        source() if ordered else sorted(source(), key=lambda row: row[0]) for source, ordered in _sources.values()
    ]
    return merge(*[map(_head, source) for source in sorted_sources], key=lambda head: head.stream)


def _in_order(source: HeadSource, ordered: bool) -> Iterable[Head]:
    found = map(_head, source())
    return found if ordered else sorted(found, key=_by_stream)


def _by_stream(head: Head) -> str:
    return head.stream


def _own_heads() -> Iterator[_Row]:
    rows = AuditStream.objects.order_by("stream").values_list("stream", "head_seq", "head_hash")
    yield from rows.iterator(chunk_size=2000)


def _head(row: _Row) -> Head:
    return Head(row[0], row[1], bytes(row[2]))


register_heads("streams", _own_heads, ordered=True)
