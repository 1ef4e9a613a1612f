"""Runs: none is lost (I1), what was answered is there (I8), everything is bounded (I10)."""

from bench.oracles.world import World

_FORGOTTEN = """
SELECT number, status, awaiting, now() - coalesce(due_at, created_at) FROM runs_run
WHERE (status = 'queued' AND due_at < now() - make_interval(secs => %s))
    OR (status = 'running' AND lease_until < now() - make_interval(secs => %s))
    OR (status = 'awaiting' AND awaiting = 'timer'
        AND coalesce(due_at, '-infinity') < now() - make_interval(secs => %s))
"""
_UNWATCHED = """
SELECT r.number, r.awaiting FROM runs_run r WHERE r.status = 'awaiting' AND (
    (r.awaiting = 'review' AND NOT EXISTS (SELECT 1 FROM reviews_review w WHERE w.run_id = r.id
        AND w.status IN ('open', 'signed_once') AND w.kind <> 'sample'))
    OR (r.awaiting = 'hold' AND r.due_at IS NULL AND NOT EXISTS (SELECT 1 FROM tools_registry_switch))
    OR (r.awaiting IN ('model', 'message') AND NOT EXISTS (
        SELECT 1 FROM runs_await a WHERE a.run_id = r.id AND a.answered_at IS NULL)))
"""
_UNBOUNDED = """
SELECT number, spent_steps, budget_steps, spent_calls, budget_calls, crashes, revision, budget_revisions FROM runs_run
WHERE spent_steps > budget_steps OR spent_calls > budget_calls OR spent_tokens > budget_tokens
    OR spent_cost > budget_cost OR crashes > 3 OR revision > least(budget_revisions, 10) + 1
"""
# Tries of one step on its own, and one more for each that a person granted.
_TRIED = """
SELECT c.run_id, c.revision, c.seq, count(*), (SELECT count(*) FROM reviews_decision d
    JOIN reviews_review w ON w.id = d.review_id WHERE w.run_id = c.run_id AND d.verdict IN ('retry', 'did_not_happen'))
FROM runs_toolcall c GROUP BY 1, 2, 3 HAVING count(*) > %s
"""
# Runs that nothing was done to: no lapse, no person, no retry. The seconds from asked for to done.
_OTHERS = """
SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM r.ended_at - r.created_at)), count(*)
FROM runs_run r WHERE r.status = 'completed' AND r.revision = 1
    AND NOT EXISTS (SELECT 1 FROM reviews_review w WHERE w.run_id = r.id AND w.kind <> 'sample')
    AND NOT EXISTS (SELECT 1 FROM runs_toolcall c WHERE c.run_id = r.id AND c.attempt > 1)
    AND NOT EXISTS (SELECT 1 FROM audit_entry e WHERE e.stream = 'run:' || r.id AND e.action = 'run.lease_lapsed')
"""
TRIES = 5
SLOWER = 2.0  # so many times the calm p95 may untouched runs take while others suffer


def lost(world: World) -> None:
    """I1."""
    for number, status, awaiting, late in world.rows(_FORGOTTEN, *[world.grace] * 3):
        world.wrong("I1", f"R-{number} is {awaiting or status} and was due {late} ago")
    for number, awaiting in world.rows(_UNWATCHED):
        world.wrong("I1", f"R-{number} waits for {awaiting}, which nobody knows of")
    known = dict(world.rows("SELECT id::text, request_key FROM runs_run"))
    world.seen["runs"] = len(known)
    for promise in world.promises("run"):
        if known.get(promise["id"]) != promise.get("key"):
            world.wrong("I1", f"run {promise['id']} was accepted and is not there")
    started = [promise["key"] for promise in world.promises("run")]
    keys = list(filter(None, known.values()))
    world.seen["accepted"] = len(set(started))
    if len(set(keys)) != len(keys):
        world.wrong("I1", "one request was started more than once")


def answered(world: World) -> None:
    """I8."""
    known = {str(row[0]) for row in world.rows("SELECT id FROM reviews_decision")}
    promises = world.promises("decision")
    world.seen["answered decisions"] = len(promises)
    for promise in promises:
        if promise["id"] not in known:
            world.wrong("I8", f"decision {promise['id']} was answered and is not there")


def unbounded(world: World) -> None:
    """I10."""
    for number, *numbers in world.rows(_UNBOUNDED):
        world.wrong("I10", f"R-{number} is beyond its bounds: {numbers}")
    for run, revision, seq, count, granted in world.rows(_TRIED, TRIES):
        if count > TRIES * (1 + granted):
            world.wrong(
                "I10", f"run {run}, revision {revision}, step {seq} was tried {count} times ({granted} granted)"
            )
    world.seen["most tries of a step"] = int(world.rows("SELECT coalesce(max(attempt), 0) FROM runs_toolcall")[0][0])
    _others(world)


def _others(world: World) -> None:
    """Whether runs that nothing happened to took at most twice as long as in a calm house."""
    ((p95, count),) = world.rows(_OTHERS)
    world.seen["untouched runs"] = count
    if p95 is not None:
        world.seen["ms p95 of untouched runs"] = round(float(p95) * 1000)
    if world.calm_p95 is None:
        world.unchecked("I10", "others' p95: name what it is without faults with --calm-p95 SECONDS")
    elif p95 is not None and float(p95) > SLOWER * world.calm_p95:
        world.wrong("I10", f"untouched runs took {float(p95):.2f} s at p95, more than {SLOWER} x {world.calm_p95} s")
