"""Keeping what no step holds, once, under the lease."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from agentops.core.hashing import digest
from agentops.core.ids import uuid7
from runs import sql
from runs.models import NoteKind

_NOTE = """
INSERT INTO runs_note (id, run_id, revision, kind, name, code, words, body, trusted, at)
SELECT %s, r.id, r.revision, %s, %s, %s, %s, %s::jsonb, %s, now()
FROM runs_run r WHERE r.id = %s AND r.epoch = %s AND r.status = 'running'
ON CONFLICT (run_id, name) DO NOTHING
"""


def note(
    run_id: UUID,
    epoch: int,
    kind: NoteKind,
    code: str,
    *,
    words: str = "",
    body: Mapping[str, Any] | None = None,
    trusted: bool = False,
    key: Any = None,
) -> None:
    """Remember something about a run in hand; the same `key` (or the same content) again changes nothing."""
    told = dict(body or {})
    name = digest([kind.value, code, key if key is not None else [words, told]])
    sql.query(_NOTE, (uuid7(), kind.value, name, code[:60], words, sql.dumps(told), trusted, run_id, epoch))
