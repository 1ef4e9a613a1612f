"""What a run knows, as structure: facts, decisions, open questions. Each prompt is built anew from the rows.

`typed` says what of a result a planner may read, `cutting` what of a long one is shown, `windows` how a long
conversation is told briefly, `noting` keeps what no step holds. The whole of everything stays in its row.
"""

from runs.memory.cutting import Cut, cut, tokens_of
from runs.memory.noting import note
from runs.memory.recalling import memory_of
from runs.memory.structure import Fact, Memory
from runs.memory.typed import OWN, typed

__all__ = ["OWN", "Cut", "Fact", "Memory", "cut", "memory_of", "note", "tokens_of", "typed"]
