"""Where a value comes from, as far as it can be trusted; what is made of several is trusted as its least part.

Provenance is of the flow, not of the text: an account number that stands on a document is a document's, also where it
equals the master's. Only code that looks something up in our records says that it is the master's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self


class Source(StrEnum):
    """In falling order of trust: written in code or policy, kept in our records, said by a person of the house, read
    from what strangers sent, said by a model."""

    POLICY = "policy"
    MASTER = "master"
    USER = "user"
    DOCUMENT = "document"
    MODEL = "model"


RANK = {source: rank for rank, source in enumerate(reversed(Source))}


@dataclass(frozen=True, slots=True)
class Origin:
    """Of one value; `verified`: code found it in our records, or wrote it itself."""

    source: Source
    verified: bool = False

    def as_json(self) -> list[Any]:
        return [self.source.value, self.verified]

    @classmethod
    def from_json(cls, data: list[Any]) -> Self:
        return cls(Source(data[0]), bool(data[1]))


WRITTEN = Origin(Source.POLICY, verified=True)
LOOKED_UP = Origin(Source.MASTER, verified=True)
TYPED = Origin(Source.USER)
READ = Origin(Source.DOCUMENT)
SAID = Origin(Source.MODEL)


def joined(origins: Iterable[Origin]) -> Origin:
    """What a value made of these is: the least trusted source, verified if all are. Of nothing: written by code."""
    parts = list(origins)
    least = min((part.source for part in parts), key=RANK.__getitem__, default=Source.POLICY)
    return Origin(least, all(part.verified for part in parts))
