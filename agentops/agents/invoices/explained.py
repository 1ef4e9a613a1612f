"""The plain summary as a reviewer reads it: what its facts carry, and how much of what a model said they do not."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from runs.agents import Results


@dataclass(frozen=True, slots=True)
class Told:
    """What the step `explain` came to; empty where nobody explained anything."""

    summary: str = ""
    kept: int = 0
    left_out: int = 0

    @classmethod
    def of(cls, results: Results) -> Told:
        found = results.get("explain") or {}
        return cls(str(found.get("summary") or ""), int(found.get("kept") or 0), int(found.get("left_out") or 0))

    def told(self) -> str:
        """The summary, with what was left out said as such."""
        if not self.left_out:
            return self.summary
        of = self.kept + self.left_out
        marked = f"{self.left_out} of the model's {of} sentences were left out: no fact carries them."
        return f"{self.summary} ({marked})" if self.summary else marked

    def lowered(self, confidence: Decimal | None) -> Decimal | None:
        """A confidence, lowered by the share of the summary that no fact carries. Never raised."""
        if not self.left_out or confidence is None:
            return confidence
        share = Decimal(self.kept) / Decimal(self.kept + self.left_out)
        return (confidence * share).quantize(Decimal("0.01"))
