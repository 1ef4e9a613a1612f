"""Why a statement of the runtime changed nothing."""

from __future__ import annotations


class LeaseLost(Exception):
    """Another worker may hold this run now; whatever this one was about to write is void."""


class ChainMoved(Exception):
    """A person's event came between; the chain ends at `seq` with `head` now. Seal again and repeat."""

    def __init__(self, seq: int, head: bytes) -> None:
        self.seq, self.head = seq, head
        super().__init__(f"the chain is at {seq}")


class ReferenceTaken(Exception):
    """Another run holds an effect with this tool and business reference; the transaction must be rolled back."""
