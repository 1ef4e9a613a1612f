"""What waits: it says why, somebody is there who may decide it, and there is something to be done (I11)."""

from bench.oracles.world import World

_OPEN = """
SELECT w.number, w.kind, w.codes, w.context -> 'ways', r.status, r.awaiting, w.context ->> 'effect',
    (SELECT e.status FROM runs_effect e WHERE e.key = w.context ->> 'effect'),
    EXISTS (SELECT 1 FROM reviews_deskuserpermission d JOIN auth_permission p ON p.id = d.permission_id
            JOIN core_user u ON u.id = d.user_id
            WHERE d.content_object_id = w.desk_id AND p.codename = 'decide' AND u.is_active AND u.kind = 'person')
    OR EXISTS (SELECT 1 FROM reviews_deskgrouppermission d JOIN auth_permission p ON p.id = d.permission_id
            WHERE d.content_object_id = w.desk_id AND p.codename = 'decide')
FROM reviews_review w JOIN runs_run r ON r.id = w.run_id WHERE w.status IN ('open', 'signed_once')
"""
_DROPPED = """
SELECT r.number, r.status, e.tool, e.status FROM runs_effect e JOIN runs_run r ON r.id = e.run_id
WHERE e.status IN ('intended', 'sent', 'unknown') AND r.ended_at IS NOT NULL
"""
_TWO = """
SELECT r.number, count(*) FROM reviews_review w JOIN runs_run r ON r.id = w.run_id
WHERE w.status IN ('open', 'signed_once') AND w.kind <> 'sample' GROUP BY 1 HAVING count(*) > 1
"""
_UNKNOWN = """
SELECT r.number, e.tool FROM runs_effect e JOIN runs_run r ON r.id = e.run_id WHERE e.status = 'unknown'
    AND NOT EXISTS (SELECT 1 FROM reviews_review w WHERE w.run_id = r.id AND w.status = 'open'
        AND w.context ->> 'effect' = e.key AND w.context -> 'ways' ? 'happened')
    AND r.status NOT IN ('queued', 'running') AND r.ended_at IS NULL
"""


def waiting(world: World) -> None:
    """I11."""
    count = 0
    for number, kind, codes, ways, status, awaiting, effect, state, somebody in world.rows(_OPEN):
        count += 1
        if not codes:
            world.wrong("I11", f"review {number} ({kind}) says no reason")
        if not somebody:
            world.wrong("I11", f"review {number} ({kind}) waits where nobody may decide")
        if kind == "stuck" and not ways:
            world.wrong("I11", f"review {number} (stuck) has no way out")
        if kind != "sample" and (status, awaiting) != ("awaiting", "review"):
            world.wrong("I11", f"review {number} ({kind}) is open, and its run is {awaiting or status}")
        if effect and state == "unknown" and "happened" not in (ways or []):
            world.wrong("I11", f"review {number}: nobody can say what became of its effect")
    world.seen["open reviews"] = count
    for number, status, tool, state in world.rows(_DROPPED):
        world.wrong("I11", f"R-{number} ended {status} while its {tool} is {state}")
    for number, several in world.rows(_TWO):
        world.wrong("I11", f"R-{number} has {several} open reviews")
    for number, tool in world.rows(_UNKNOWN):
        world.wrong("I11", f"R-{number}: {tool} is unknown, and no review asks what became of it")
