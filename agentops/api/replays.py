"""Idempotency keys: the same key with the same request gets the same answer, whatever happened in between.

The key's row is committed before the work begins and filled once the answer is known. Whoever is killed in
between leaves a row at work; after `PATIENCE` a repeat takes it over and does the work again, which under the
same request key finds the same run. Nothing is started twice, and no answer is given that did not happen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from agentops.api.models import Replay
from agentops.core.clock import database_time
from agentops.core.models import User

PATIENCE = timedelta(seconds=60)  # longer than one file can take at the door; the work says so file by file
RETRY = 2  # seconds


class KeyUsed(Exception):
    """The key was used for another request."""


class AtWork(Exception):
    """The first request under this key is still being worked on."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer as it is kept and given again."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


def begin(owner: User, key: str, request: str) -> Stored | UUID:
    """The stored answer, or the name of a row that the caller now works on. Raises `KeyUsed`, `AtWork`."""
    now = database_time()
    mine = Replay(owner=owner, key=key, request=request, alive_at=now, created_at=now)
    Replay.objects.bulk_create([mine], ignore_conflicts=True)
    row = Replay.objects.filter(owner=owner, key=key).first()
    if row is None:  # given up or forgotten in this very moment
        raise AtWork
    if row.pk == mine.pk:
        return row.pk
    if row.request != request:
        raise KeyUsed
    if row.status is not None:
        return Stored(row.status, row.body, row.headers)
    stale = Replay.objects.filter(pk=row.pk, status=None, alive_at=row.alive_at, alive_at__lt=now - PATIENCE)
    if stale.update(alive_at=now):
        return row.pk
    raise AtWork


def still_at_work(row: UUID | None) -> None:
    """Whoever works on many files says after each that it lives."""
    if row is not None:
        Replay.objects.filter(pk=row, status=None).update(alive_at=database_time())


def finish(row: UUID, answer: Stored) -> None:
    """Keep the answer; if somebody who took the row over was quicker, theirs stays."""
    Replay.objects.filter(pk=row, status=None).update(status=answer.status, body=answer.body, headers=answer.headers)


def give_up(row: UUID) -> None:
    """Nothing happened: the key is free for another try."""
    Replay.objects.filter(pk=row, status=None).delete()


def forget_old() -> int:
    """Delete what is kept long enough; returns how many."""
    deleted, _ = Replay.objects.filter(created_at__lt=database_time() - settings.API_REPLAY).delete()
    return deleted
