"""The reader of the invariants finds what is wrong: each kind is made wrong in a copy, by the database's owner."""

import json
import shutil
import sqlite3
from typing import Any

import psycopg
import pytest

from bench.fault_agent.workload import CANARY, thing, things
from bench.oracles.trail import Walk
from bench.oracles.world import INVARIANTS, World
from tests.faults.telling import nothing_is_violated, recover

_WRONGS = {
    "I1": "UPDATE runs_run SET status = 'queued', ended_at = NULL, due_at = now() - interval '1 hour' "
    "WHERE number = {a}",
    "I3": "UPDATE runs_approval SET signers = ARRAY[gen_random_uuid()]",
    "I5": "UPDATE runs_action SET args = args::jsonb || '{{\"amount\": \"1.00\"}}' WHERE tool = 'fault_once'",
    "I6": "INSERT INTO runs_step (run_id, revision, seq, name, tool, stage, status, output, note, epoch, at) "
    "SELECT run_id, revision, seq + 30, name, tool, stage, status, output, note, 0, at "
    "FROM runs_step WHERE seq = 0 AND revision = 1",
    "I9": "INSERT INTO fault_ended(run, status) SELECT run, status FROM fault_ended LIMIT 1",
    "I10": "UPDATE runs_run SET crashes = 4 WHERE number = {b}",
    "I11": "UPDATE reviews_review SET status = 'open', closed_at = NULL WHERE id = ("
    "SELECT id FROM reviews_review WHERE kind = 'stuck' LIMIT 1)",
}


def test_every_invariant_can_be_violated_and_is_told(house, tmp_path):
    house.submit(
        [*things("broken", 1), thing("broken-gated", "once", 4), thing("broken-stuck", "once", trouble="lose")]
    )
    recover(house)
    nothing_is_violated(house)
    house.kill_all()
    url, ledger, answered = house.copy("broken"), tmp_path / "ledger", tmp_path / "answered"
    shutil.copy(house.answered, answered)
    with sqlite3.connect(house.ledger) as books, sqlite3.connect(ledger) as copy:
        books.backup(copy)
        copy.execute("INSERT INTO booked(at, receiver, key, reference, args_hash, args) "
            "SELECT at, receiver, 'another', reference, args_hash, args FROM booked LIMIT 1")  # fmt: skip
    with answered.open("a") as promises:
        promises.write(json.dumps({"kind": "decision", "id": "00000000-0000-0000-0000-000000000000"}) + "\n")
    with psycopg.connect(url, autocommit=True) as owner:
        (a,), (b,), *_ = owner.execute("SELECT number FROM runs_run ORDER BY number").fetchall()
        for table in ("runs_run", "runs_approval", "runs_action", "reviews_review"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for wrong in _WRONGS.values():
            owner.execute(wrong.format(a=a, b=b))
    told_all = tmp_path / "chatty.log"
    told_all.write_text(f"a worker said {CANARY}\n")
    report = house.check(url, ledger, answered, [told_all])
    silent = {name for name in INVARIANTS if not report["invariants"][name]} - {"I4"}
    assert silent == set(), "these were violated, and nobody noticed"


def test_a_secret_in_the_trail_or_in_the_queue_is_told_and_what_was_not_looked_at_too(house, tmp_path):
    house.submit(things("secret", 1, ("read", "transactional")))
    recover(house)
    assert nothing_is_violated(house)["seen"]["secrets and names looked for"] > 3
    house.kill_all()
    url = house.copy("leaky")
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        leak = f'{{"leak":"{CANARY}",'
        owner.execute(
            "UPDATE audit_entry SET body = %s || substr(body, 2) WHERE seq = 1 AND stream IN "
            "(SELECT stream FROM audit_entry WHERE starts_with(stream, 'run:') LIMIT 1)",
            (leak,),
        )
    house.servers.client().set("leak", f"x{CANARY}x")
    try:
        report = house.check(url)
    finally:
        house.servers.client().delete("leak")
    told = " ".join(report["found"]["I12"])
    assert "an audit entry" in told
    assert "Redis holds" in told
    assert CANARY not in told
    assert any("p95" in what for what in report["not_checked"]["I10"])


# --- the walk along a trail, which no owner of a database can forge without the key ------------------------


class Told(World):
    """A world without a database."""

    def __post_init__(self) -> None:
        self.promised, self.booked_before = [], []


@pytest.fixture
def walk() -> Walk:
    return Walk(Told(url=""), "R-1")


def opened(number: int, *digests: str, signatures: int = 1) -> dict[str, Any]:
    actions = [[place, "tool", digest] for place, digest in enumerate(digests)]
    return {"data": {"number": number, "actions": actions, "verdict": "review", "signatures": signatures}}


def signed(by: str) -> dict[str, Any]:
    return {"decision": "approve", "actor": {"id": by}, "data": {"decision": by}}


def intended(digest: str, key: str = "k", **more: Any) -> dict[str, Any]:
    return {"action_hash": digest, "effect_key": key, "data": {}, **more}


def test_an_effect_that_was_proposed_and_signed_is_no_violation(walk):
    walk.step("proposal.opened", opened(1, "d", signatures=2))
    walk.step("review.signed", signed("ada"))
    walk.step("review.decided", signed("bob"))
    walk.step("effect.intended", intended("d", epoch=2))
    walk.step("effect.confirmed", intended("d", epoch=3))
    assert walk.world.counts == {}


@pytest.mark.parametrize(
    ("invariant", "story"),
    [
        ("I3", [("proposal.opened", opened(1, "d", signatures=2)), ("review.signed", signed("ada")),
                ("review.decided", signed("ada")), ("effect.intended", intended("d"))]),
        ("I3", [("proposal.opened", opened(1, "d")), ("review.decided", signed("ada")),
                ("review.taken_back", {"decision": "take_back"}), ("effect.intended", intended("d"))]),
        ("I4", [("proposal.opened", opened(1, "d")), ("review.decided", signed("ada")),
                ("run.revised", {"data": {"revision": 2}}), ("effect.intended", intended("d"))]),
        ("I4", [("proposal.opened", opened(1, "d")), ("review.decided", {"decision": "reject"}),
                ("effect.intended", intended("d"))]),
        ("I4", [("proposal.opened", opened(1, "d", signatures=0)), ("effect.intended", intended("d")),
                ("run.revised", {"data": {"revision": 2}})]),
        ("I7", [("run.step", {"epoch": 2}), ("run.step", {"epoch": 1})]),
        ("I9", [("run.completed", {"data": {"status": "completed"}}), ("run.step", {"epoch": 9})]),
        ("I9", [("proposal.opened", opened(2, "d")), ("proposal.opened", opened(1, "e"))]),
        ("I9", [("run.revised", {"data": {"revision": 3}}), ("run.revised", {"data": {"revision": 2}})]),
    ],
)  # fmt: skip
def test_a_story_that_must_not_be_is_told(walk, invariant, story):
    for action, body in story:
        walk.step(action, body)
    assert walk.world.counts[invariant] >= 1
