"""Rows that entries vouch for: a room says how its own are held against what the trail says of them."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple


class Vouched(NamedTuple):
    """One row that an entry names; `sentence` says what does not fit, empty where it is as the entry says."""

    stream: str
    seq: int
    sentence: str = ""


RowSource = Callable[[Collection[str] | None], Iterable[Vouched]]
_sources: dict[str, RowSource] = {}


def register_rows(name: str, source: RowSource) -> None:
    """Add rows to be checked, of all streams or of these; `source` reads in the current transaction."""
    _sources[name] = source


def all_rows(streams: Collection[str] | None) -> Iterator[Vouched]:
    """Every row that an entry names."""
    for source in _sources.values():
        yield from source(streams)
