"""What earlier workers recorded for a run, in one round trip."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from runs.sql.statements import loads, query

_LOAD = """
SELECT 'step', s.seq, json_build_object('revision', s.revision, 'name', s.name, 'tool', s.tool,
    'status', s.status, 'output', s.output, 'at', s.at) FROM runs_step s WHERE s.run_id = %(run)s
UNION ALL
SELECT 'call', c.seq, json_build_object('tool', c.tool, 'input', c.input, 'input_from', c.input_from,
    'attempt', c.attempt, 'revision', c.revision) FROM runs_toolcall c WHERE c.run_id = %(run)s
UNION ALL
SELECT 'await', a.seq, json_build_object('revision', a.revision, 'digest', a.request_digest, 'kind', a.kind,
    'answer', a.answer, 'request', a.request) FROM runs_await a WHERE a.run_id = %(run)s
UNION ALL
SELECT 'proposal', p.number, json_build_object('id', p.id, 'state', p.state, 'position', p.position,
    'revision', p.revision, 'label', p.label) FROM runs_proposal p WHERE p.run_id = %(run)s
ORDER BY 1, 2
"""


def load(run_id: UUID) -> list[tuple[str, int, dict[str, Any]]]:
    """Everything an earlier worker recorded for this run, in one round trip."""
    return [(kind, seq, loads(body)) for kind, seq, body in query(_LOAD.replace("%(run)s", "%s"), (run_id,) * 4)]
