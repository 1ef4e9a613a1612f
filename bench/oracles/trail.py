"""The trail, walked run by run and held against the rows: I4, I6, I7, I9, and again I3."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from bench.oracles.world import World

_ENTRIES = "SELECT stream, seq, action, body FROM audit_entry WHERE stream LIKE 'run:%' ORDER BY stream, seq"
_RUNS = """
SELECT r.id::text, r.number, r.status, r.epoch, r.audit_seq, r.revision,
    (SELECT count(*) FROM runs_step s WHERE s.run_id = r.id),
    (SELECT count(*) FROM runs_toolcall c WHERE c.run_id = r.id),
    (SELECT count(*) FROM runs_proposal p WHERE p.run_id = r.id),
    (SELECT count(*) FROM reviews_decision d JOIN reviews_review w ON w.id = d.review_id WHERE w.run_id = r.id),
    (SELECT coalesce(jsonb_object_agg(e.key, e.status), '{}') FROM runs_effect e WHERE e.run_id = r.id)
FROM runs_run r
"""
ENDS = {f"run.{status}": status for status in ("completed", "rejected", "failed", "cancelled")}
MOVES = ("run.", "effect.", "proposal.")


@dataclass
class Walk:
    """What the entries of one run have told so far."""

    world: World
    name: str
    live: set[str] = field(default_factory=set)  # digests of the actions on the table
    signatures: int = 0
    signers: set[str] = field(default_factory=set)
    effects: dict[str, str] = field(default_factory=dict)
    counted: Counter[str] = field(default_factory=Counter)
    numbers: list[int] = field(default_factory=list)
    epoch: int = 0
    revision: int = 1
    ended: str = ""

    def step(self, action: str, body: dict[str, Any]) -> None:
        """One entry."""
        data = body.get("data", {})
        if self.ended and action.startswith(MOVES):
            self.wrong("I9", f"{action} after it was {self.ended}")
        if (epoch := body.get("epoch")) is not None:
            if epoch < self.epoch:
                self.wrong("I7", f"{action} under epoch {epoch} after epoch {self.epoch}")
            self.epoch = max(self.epoch, epoch)
        for what in ("steps", "calls"):
            self.counted[what] += len(data.get(what, ()))
        if "decision" in data:
            self.counted["decisions"] += 1
        self.proposal(action, data)
        if action.startswith("review."):
            self.review(action, body)
        for key in data.get("withdrawn", ()):
            self.effects[key] = "refused"
        if key := body.get("effect_key"):
            self.effect(action, body, key)
        if action == "run.revised":
            self.close("revised")
            if data["revision"] <= self.revision:
                self.wrong("I9", f"revision {data['revision']} after {self.revision}")
            self.revision = data["revision"]
        if action in ENDS or data.get("status") in ENDS.values():
            self.ended = ENDS.get(action) or data["status"]
            self.close(self.ended)

    def proposal(self, action: str, data: dict[str, Any]) -> None:
        if "actions" not in data:
            return
        number = data["number"]
        if not self.numbers or number > self.numbers[-1]:
            self.numbers.append(number)
        elif number < self.numbers[-1] or action.startswith("proposal."):
            self.wrong("I9", f"proposal {number} after proposal {self.numbers[-1]}")
        self.live = set() if action == "proposal.denied" else {digest for _, _, digest in data["actions"]}
        if action.startswith("proposal."):
            self.signatures, self.signers = data["signatures"] if data["verdict"] == "review" else 0, set()
        elif action != "effect.confirmed":
            self.signatures, self.signers = 0, set()

    def review(self, action: str, body: dict[str, Any]) -> None:
        verdict = body.get("decision")
        if verdict in ("approve", "edit"):
            self.signers.add(body["actor"]["id"])
        elif verdict in ("reject", "send_back"):
            self.live = set()
        elif verdict == "take_back":
            self.signers = set()

    def effect(self, action: str, body: dict[str, Any], key: str) -> None:
        if action == "effect.intended" or (action == "effect.confirmed" and key not in self.effects):
            if body["action_hash"] not in self.live:
                self.wrong("I4", f"{action} of something that is not on the table")
            if len(self.signers) < self.signatures:
                self.wrong("I3", f"{action} with {len(self.signers)} of {self.signatures} signatures in the trail")
        if action in ("effect.intended", "effect.confirmed"):
            self.effects[key] = action.removeprefix("effect.")
        elif action == "effect.settled_by_person":
            self.effects[key] = "confirmed" if body["decision"] == "happened" else "refused"
        elif action == "effect.withdrawn":
            self.effects[key] = "refused"
        elif action == "run.stuck" and body.get("reason_code") == "effect_unknown":
            self.effects[key] = "unknown"
        elif action == "run.stuck" and self.effects.get(key) == "intended":
            self.effects[key] = "stuck"

    def close(self, how: str) -> None:
        self.live = set()
        if any(state in ("intended", "unknown") for state in self.effects.values()):
            self.wrong("I4", f"it was {how} with an effect in the air")

    def end(self, row: tuple[Any, ...], last: int) -> None:
        """The entries are over: hold them against the rows."""
        _, _, status, epoch, head, revision, steps, calls, proposals, decisions, effects = row
        if head != last:
            self.wrong("I6", f"its head is {head}, its last entry {last}")
        if self.epoch > epoch or self.revision != revision:
            self.wrong(
                "I9", f"its row says epoch {epoch}, revision {revision}; the trail {self.epoch}, {self.revision}"
            )
        if (status in ENDS.values()) != bool(self.ended) or (self.ended and self.ended != status):
            self.wrong("I6", f"its row says {status}, its trail {self.ended or 'nothing of an end'}")
        rows = {"steps": steps, "calls": calls, "decisions": decisions, "proposals": proposals}
        self.counted["proposals"] = len(self.numbers)
        for what, count in rows.items():
            if self.counted[what] != count:
                self.wrong("I6", f"{count} {what} in rows, {self.counted[what]} in its trail")
        for key, state in effects.items():
            told = self.effects.get(key.strip())
            if told is None or (state in ("confirmed", "unknown") and told != state):
                self.wrong("I6", f"an effect is {state}, and its trail says {told}")

    def wrong(self, invariant: str, sentence: str) -> None:
        self.world.wrong(invariant, f"{self.name}: {sentence}")


def walk(world: World) -> None:
    """Every run's stream, once, in order."""
    runs = {row[0]: row for row in world.stream(_RUNS)}
    for stream, entries in groupby(world.stream(_ENTRIES), key=lambda entry: entry[0]):
        row = runs.pop(stream.removeprefix("run:"), None)
        if row is None:
            world.wrong("I6", f"{stream} has entries and no run")
            continue
        told, last = Walk(world, f"R-{row[1]}"), 0
        for _, seq, action, body in entries:
            told.step(action, json.loads(body))
            last = seq
        told.end(row, last)
    for row in runs.values():
        world.wrong("I6", f"R-{row[1]} has no entries")


def verified(world: World) -> None:
    """I6: the chains themselves, by the product's own verifier."""
    from agentops.core.audit.verify import verify

    report = verify()
    world.seen["audit entries"] = report.entries
    for problem in report.problems:
        world.wrong("I6", f"audit: {problem}")


_OLD_EPOCH = """
SELECT run_id, revision, seq FROM (SELECT run_id, revision, seq, epoch,
    max(epoch) OVER (
        PARTITION BY run_id ORDER BY revision, seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM runs_step) s WHERE epoch < before
"""


def steps_in_order(world: World) -> None:
    """I7 again, from the rows."""
    for run, revision, seq in world.rows(_OLD_EPOCH):
        world.wrong("I7", f"step {seq} of run {run}, revision {revision}, was written under an old epoch")


def nothing_twice(world: World) -> None:
    """I9: what may be there once only."""
    for place in world.unique:
        table, column = place.split(".")
        for name, count in world.rows(f"SELECT {column}, count(*) FROM {table} GROUP BY 1 HAVING count(*) > 1"):
            world.wrong("I9", f"{place} holds {name} {count} times")
