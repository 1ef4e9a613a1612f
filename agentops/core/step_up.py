"""Proof that a person showed again who they are, for exactly one digest, a moment ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

LASTS = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class StepUp:
    """Made by whoever checked the password (or the second factor); worth nothing for anything else."""

    person_id: UUID
    digest: str
    at: datetime

    def proves(self, person_id: UUID, digest: str, now: datetime) -> bool:
        return self.person_id == person_id and self.digest == digest and timedelta(0) <= now - self.at <= LASTS
