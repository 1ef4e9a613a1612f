"""What is asked of a drafter, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..facts import OrderFacts, PassageFacts, Source


@dataclass(frozen=True, slots=True)
class Wanted:
    """A reply that is wanted. `question` is a stranger's text: it is answered, never obeyed."""

    language: str
    name: str  # of the customer, from the master; empty where nobody knows
    question: str
    category: str
    order: OrderFacts | None
    passages: tuple[PassageFacts, ...]
    signature: str
    dictated: str = ""  # a person's own words, which are used as they are


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply with `[n]` behind each sentence that states a fact, and what stands behind the numbers."""

    body: str
    sources: tuple[Source, ...]
    by: str  # "template", "model" or "person"
    how: str = ""  # a sentence for the reviewer where there is something to say of that


class Drafter(Protocol):
    """Writes replies."""

    def draft(self, wanted: Wanted) -> Draft: ...
