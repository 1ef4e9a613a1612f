"""A run in the hands of a worker: its row as claimed, what earlier steps found, and what this lease has spent."""

from __future__ import annotations

import hashlib
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from agentops.core.audit.trail import Actor, Event, Sealed, seal
from agentops.core.clock import AnchoredClock, db_now, today
from agentops.core.hashing import canonical_json, digest, plain
from runs import policy, sql
from runs.agents import Agent, Goal, Instruction, Planned, RefusedCall, agents, whole_args
from runs.models import Plan, Run
from runs.points import single
from runs.policy import PolicyView

TIMELESS = timedelta(days=3650)  # a tool whose results are good this long reads what never changes
LOOP = 3  # the same call with the same arguments this often in one revision is a loop
WORKER = Actor.system("worker")


@dataclass(slots=True)
class Spent:
    """Counts towards the run's budget; `cost` in millionths of the house's currency, `ms` of work."""

    steps: int = 0
    calls: int = 0
    tokens: int = 0
    cost: int = 0
    ms: int = 0

    def values(self) -> tuple[int, int, int, int, int]:
        return self.steps, self.calls, self.tokens, self.cost, self.ms


@dataclass(slots=True)
class LeasedRun:
    """What a claim returned, and what became of it since. Owned by one thread at a time."""

    id: UUID
    number: int
    agent: Agent
    version: str
    requester_id: UUID
    plan_hash: str | None
    revision: int
    position: int
    stage: str
    epoch: int
    audit_seq: int
    audit_head: bytes
    crashes: int
    cancel_requested: bool
    spent: Spent
    budget: tuple[int, int, int, int, int, int]
    goal_text: str
    input: dict[str, Any]
    salt: bytes
    clock: AnchoredClock
    holder: str
    fresh: bool
    requester_active: bool
    parent_id: UUID | None
    policy: PolicyView
    today: date
    results: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    seen_at: dict[str, datetime] = field(default_factory=dict)  # when each result was read
    call_counts: Counter[str] = field(default_factory=Counter)
    answers: dict[int, dict[str, Any]] = field(default_factory=dict)  # by seq: request digest -> answer or None
    instructions: tuple[Instruction, ...] = ()
    refused: tuple[RefusedCall, ...] = ()  # calls with arguments that did not fit, of every revision
    proposals: int = 0
    live: dict[str, Any] | None = None  # the proposal being decided or performed
    plan: tuple[Planned, ...] = ()
    tried: Counter[int] = field(default_factory=Counter)  # attempts per seq of this revision
    known: dict[str, tuple[Mapping[str, Any], datetime]] = field(default_factory=dict)  # results by call digest
    began: float = field(default_factory=time.monotonic)
    patience: float = field(default_factory=lambda: time.monotonic() + 120)  # its lease is renewed until then
    lost: bool = False
    announced: bool = False  # the first event under this epoch says who claimed it

    @classmethod
    def from_row(cls, row: Sequence[Any], holder: str, view: PolicyView) -> LeasedRun:
        """From `sql.claim`; reads the rest in one more round trip unless nothing was done yet."""
        run = cls(
            id=row[0],
            number=row[1],
            agent=agents.get(row[2]),
            version=row[3],
            requester_id=row[4],
            plan_hash=row[5],
            revision=row[6],
            position=row[7],
            stage=row[8],
            epoch=row[9],
            audit_seq=row[10],
            audit_head=bytes(row[22]),
            crashes=row[12],
            cancel_requested=row[13],
            spent=Spent(*row[14]),
            budget=tuple(row[15]),
            goal_text=row[16],
            input=sql.loads(row[17]),
            salt=bytes(row[18]),
            clock=AnchoredClock(datetime.fromtimestamp(row[19], UTC)),
            holder=holder,
            fresh=row[10] == 1,  # nothing but its start is on its chain
            requester_active=bool(row[20]),
            parent_id=row[21],
            policy=view,
            today=today(),
        )
        run.results["input"] = run.input
        return run

    @classmethod
    def observe(cls, row: Run) -> LeasedRun:
        """A run seen from outside a lease, by a transaction that has locked its row; never checkpoint it."""
        given = row.given
        run = cls(
            id=row.id,
            number=row.number,
            agent=agents.get(row.agent),
            version=row.version_id,
            requester_id=row.requester_id,
            plan_hash=row.plan_id,
            revision=row.revision,
            position=row.position,
            stage=row.stage,
            epoch=row.epoch,
            audit_seq=row.audit_seq,
            audit_head=bytes(row.audit_head),
            crashes=row.crashes,
            cancel_requested=row.cancel_requested,
            spent=Spent(row.spent_steps, row.spent_calls, row.spent_tokens, row.spent_cost, row.spent_ms),
            budget=(
                *(row.budget_steps, row.budget_calls, row.budget_tokens, row.budget_cost, row.budget_ms),
                row.budget_revisions,
            ),
            goal_text=given.goal,
            input=given.input,
            salt=bytes(given.salt),
            clock=AnchoredClock(db_now()),
            holder="",
            fresh=False,
            requester_active=row.requester.is_active,
            parent_id=row.parent_id,
            policy=policy.current(),
            today=today(),
        )
        run.results["input"] = run.input
        run.recall()
        if run.plan_hash:
            run.plan = recall_plan(run.plan_hash)
        return run

    def recall(self) -> None:
        """Read what earlier leases recorded: outputs, calls, answers, the live proposal, the plan."""
        self.instructions = keyed_in(self.input)
        if self.fresh:
            return
        refused: list[RefusedCall] = []
        told: list[tuple[int, int, Instruction]] = []
        inputs, rows = {}, sql.load(self.id)
        found: dict[int, dict[str, Any]] = defaultdict(lambda: {"input": self.input})  # results by revision
        for kind, _, body in rows:
            if kind == "step":
                found[body["revision"]][body["name"]] = body["output"] or {}
        for kind, seq, body in rows:
            if kind == "call":
                args = whole_args(body["input"], body["input_from"] or {}, found[body["revision"]])
                inputs[body["revision"], seq] = name = call_digest(body["tool"], args)
                if body["revision"] == self.revision:
                    self.tried[seq] += 1
                    if body["attempt"] == 1:
                        self.call_counts[name] += 1
            elif kind == "step":
                at, output = datetime.fromisoformat(body["at"]), body["output"] or {}
                if body["status"] == "refused":
                    refused.append(RefusedCall.from_step(body))
                elif body["revision"] == self.revision:
                    self.remember(body["name"], output, at)
                if body["status"] in ("done", "empty") and (body["revision"], seq) in inputs:
                    self.known[inputs[body["revision"], seq]] = output, at
            elif kind == "await":
                if body["kind"] == "review" and body["request"].get("instruction"):
                    told.append((body["revision"], seq, Instruction(**_uuid(body["request"]["instruction"]))))
                elif body["revision"] == self.revision and body["kind"] != "hold":  # a hold asks nothing
                    self.answers.setdefault(seq, {})[body["digest"]] = body["answer"]
            elif kind == "proposal":
                self.proposals = max(self.proposals, seq)
                if body["state"] in ("open", "allowed", "approved"):
                    self.live = body
        self.instructions += tuple(one for *_, one in sorted(told, key=lambda one: one[:2]))  # the last word is last
        self.refused = tuple(sorted(refused, key=lambda call: call.revision))

    def read_again(self) -> None:
        """Take the row's word for where the run stands, after a transaction was rolled back. Raises `LeaseLost`."""
        rows = sql.query(_STANDS, (self.id, self.epoch))
        if not rows:
            raise sql.LeaseLost(str(self.id))
        plan, revision, self.position, self.stage, self.audit_seq, head, spent = rows[0]
        if plan or revision != self.revision:
            self.plan_hash, self.plan = plan, recall_plan(plan) if plan else ()
        self.revision, self.spent, self.announced = revision, Spent(*spent), False
        self.audit_head = bytes(head)

    def begin_again(self) -> None:
        """Forget what belonged to the revision before: its plan, its counts, its answers, and its proposal."""
        self.plan, self.live = (), None
        self.tried.clear()
        self.call_counts.clear()
        self.answers.clear()

    def by_hand(self, step: str, asked: str) -> Mapping[str, Any] | None:
        """What a person says this step comes to when it is asked exactly this; the last word of all."""
        done = [one.output for one in self.instructions if one.step == step and one.asked == asked]
        return done[-1] if done else None

    def goal(self) -> Goal:
        return Goal(
            run_id=self.id,
            text=self.goal_text,
            input=self.input,
            requester_id=self.requester_id,
            today=self.today,
            now=self.clock.now(),
            instructions=self.instructions,
            refused=self.refused,
            revision=self.revision,
        )

    def remember(self, name: str, output: Mapping[str, Any], at: datetime) -> None:
        self.results[name] = output
        self.seen_at[name] = at

    def commitment(self, value: Any) -> str:
        """Digest of a row of this run for the audit event."""
        return digest_of_row(self.salt, value)

    def event(self, action: str, *, step: str | None = None, data: dict[str, Any] | None = None, **more: Any) -> Sealed:
        """Seal an event of this run's chain under this lease."""
        data = data or {}
        if not self.announced:
            data = {**data, "claimed_by": self.holder}
        event = Event(action=action, actor=WORKER, run=str(self.id), step=step, epoch=self.epoch, data=data, **more)
        return seal(f"run:{self.id}", event, self.clock.now(), seq=self.audit_seq + 1)

    def worked_ms(self) -> int:
        """Milliseconds of work since the last checkpoint of this lease."""
        now = time.monotonic()
        ms, self.began = int((now - self.began) * 1000), now
        return ms


_STANDS = """
SELECT r.plan_id, r.revision, r.position, r.stage, r.audit_seq, r.audit_head,
    ARRAY[r.spent_steps, r.spent_calls, r.spent_tokens, r.spent_cost, r.spent_ms]
FROM runs_run r WHERE r.id = %s AND r.epoch = %s AND r.status = 'running'
"""


def keyed_in(given: Mapping[str, Any]) -> tuple[Instruction, ...]:
    """What a person typed from the document before the run began, as the first thing its planner is told."""
    if not given.get("keyed"):
        return ()
    return (Instruction("keyed_in", "", given["keyed"], UUID(given["keyed_by"])),)


def digest_of_row(salt: bytes, value: Any) -> str:
    """Digest of a row as events hold it, salted so that an erased value cannot be guessed."""
    return hashlib.sha256(salt + canonical_json(plain(value))).hexdigest()


def call_digest(tool: str, args: Any) -> str:
    """What makes two calls the same call."""
    return digest([tool, plain(args)])


_known_plans: dict[str, tuple[Planned, ...]] = {}


def remember_plan(plan: Sequence[Planned]) -> tuple[str, tuple[Planned, ...]]:
    """Store a plan under the hash of its content; once per process for a code plan shared by all runs."""
    body = [step.as_json() for step in plan]
    name = digest(body)
    if name not in _known_plans:
        with single("plan.keep"):
            Plan.objects.bulk_create([Plan(hash=name, steps=body)], ignore_conflicts=True)
        if not connection.in_atomic_block:  # else it may yet be rolled back
            _keep(name, tuple(plan))
    return name, tuple(plan)


def recall_plan(name: str) -> tuple[Planned, ...]:
    if name not in _known_plans:
        steps = Plan.objects.values_list("steps", flat=True).get(hash=name)
        plan = tuple(Planned.from_json(step) for step in steps)
        _keep(name, plan)
        return plan
    return _known_plans[name]


def _keep(name: str, plan: tuple[Planned, ...]) -> None:
    if len(_known_plans) > 500:  # plans of a model differ from run to run
        _known_plans.clear()
    _known_plans[name] = plan


def _uuid(instruction: dict[str, Any]) -> dict[str, Any]:
    return {**instruction, "by": UUID(instruction["by"]) if instruction.get("by") else None}
