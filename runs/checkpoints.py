"""The step boundary in words: what a batch of steps found, and where the run goes from here."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from agentops.core.hashing import sha256_hex
from runs import children, sql
from runs.agents import Planned
from runs.leased import LeasedRun
from runs.models import StepStatus
from tools_registry.calling import Attempt
from tools_registry.tool import ToolSpec

Row = dict[str, Any]
TAG = 8  # hexadecimal digits
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Boundary:
    """Rows that one checkpoint writes. Filled by the executor, written by `write`."""

    steps: list[Row] = field(default_factory=list)
    calls: list[Row] = field(default_factory=list)
    inputs: list[Mapping[str, Any]] = field(default_factory=list)  # of the calls, whole
    spent_calls: int = 0
    effect: tuple[Any, ...] | None = None
    performed: UUID | None = None  # the proposal whose last action this is

    def add_step(
        self,
        run: LeasedRun,
        planned: Planned,
        seq: int,
        status: StepStatus,
        output: Mapping[str, Any] | None,
        *,
        at: datetime,
        note: str = "",
    ) -> None:
        self.steps.append(
            {
                "revision": run.revision,
                "seq": seq,
                "name": planned.name,
                "tool": planned.tool,
                "stage": planned.stage,
                "status": status.value,
                "output": output,
                "note": note,
                "at": at,
            }
        )

    def add_calls(
        self,
        run: LeasedRun,
        spec: ToolSpec,
        seq: int,
        args: Mapping[str, Any],
        attempts: Sequence[Attempt],
        *,
        output: Mapping[str, Any] | None = None,
        effect_key: str = "",
        paths: Mapping[str, str] | None = None,
    ) -> None:
        """One row per attempt; `output` only where no step of this checkpoint holds it, and without the arguments
        that are whole earlier results (`paths`)."""
        kept = {name: value for name, value in args.items() if name not in paths} if paths else args
        for attempt in attempts:
            run.tried[seq] += 1
            self.calls.append(
                {
                    "revision": run.revision,
                    "seq": seq,
                    "attempt": run.tried[seq],
                    "tool": spec.name,
                    "tool_version": spec.version,
                    "effect_key": effect_key,
                    "input": kept,
                    "input_from": paths or None,
                    "output": output,
                    "result": attempt.result_kind,
                    "error": attempt.error or "",
                    "started_at": attempt.started_at,
                    "duration_ms": attempt.duration_ms,
                    "cpu_ms": attempt.cpu_ms,
                    "cost": 0,
                }
            )
            self.inputs.append(args)
        self.spent_calls += len(attempts)

    def digests(self, run: LeasedRun) -> dict[str, Any]:
        """What the event holds of these rows: names, statuses and salted digests, no contents.

        `rows` is one digest over the digests of all rows, steps before calls: it proves them. Beside each row stand
        the first digits of its own digest: they say which row it is that was changed.
        """
        told: dict[str, Any] = {}
        steps = [run.commitment([row["tool"], row["output"]]) for row in self.steps]
        calls = [run.commitment(whole) for whole in self.inputs]
        if steps:
            told["steps"] = [
                [row["seq"], row["name"], row["status"], whole[:TAG]]
                for row, whole in zip(self.steps, steps, strict=True)
            ]
        if calls:
            told["calls"] = [
                [row["seq"], row["attempt"], row["tool"], row["result"], whole[:TAG]]
                for row, whole in zip(self.calls, calls, strict=True)
            ]
        if steps or calls:
            told["rows"] = digest_of_rows(steps + calls)
        return told


def digest_of_rows(digests: list[str]) -> str:
    """One digest over those of several rows."""
    return sha256_hex("".join(digests).encode())


def write(
    run: LeasedRun,
    boundary: Boundary,
    *,
    action: str,
    position: int | None = None,
    stage: str | None = None,
    status: str = "running",
    awaiting: str | None = None,
    due_at: datetime | None = None,
    ended: bool = False,
    end_code: str = "",
    data: dict[str, Any] | None = None,
    **event: Any,
) -> None:
    """Write one checkpoint: rows, event, spend and the run's new position. Raises `LeaseLost`, `ReferenceTaken`."""
    if position is None:
        position = run.position
    stage = stage or (boundary.steps[-1]["stage"] if boundary.steps else run.stage)
    if ended and end_code == "completed":
        stage = run.agent.stages.last
    ms = run.worked_ms()
    # Retries inside the pipe may pass what was reserved; the rows tell, and the next batch is not begun.
    calls = min(boundary.spent_calls, run.budget[1] - run.spent.calls)
    told = {**boundary.digests(run), **(data or {})}
    if status != "running":
        told["status"] = status
    if awaiting:
        told["awaiting"] = awaiting
    told["position"] = position
    if not run.position and run.plan_hash:
        told["plan"] = run.plan_hash  # what this revision follows, for whoever replays it
    for _ in range(3):
        sealed = run.event(action, step=boundary.steps[-1]["name"] if boundary.steps else None, data=told, **event)
        try:
            run.audit_head = sql.checkpoint(
                run_id=run.id,
                epoch=run.epoch,
                seq=run.audit_seq,
                head=run.audit_head,
                plan=run.plan_hash,
                revision=run.revision,
                position=position,
                stage=stage,
                status=status,
                awaiting=awaiting,
                due_at=due_at,
                ended=ended,
                end_code=end_code,
                spent=(len(boundary.steps), calls, 0, 0, ms),
                event=sealed,
                steps=boundary.steps,
                calls=boundary.calls,
                effect=boundary.effect,
                performed=boundary.performed,
            )
            break
        except sql.ChainMoved as moved:
            run.audit_seq, run.audit_head = moved.seq, moved.head
    else:
        raise sql.LeaseLost(f"{run.id}: its chain does not stand still")
    run.audit_seq += 1
    run.announced = True
    run.position, run.stage = position, stage
    run.spent.steps += len(boundary.steps)
    run.spent.calls += calls
    run.spent.ms += ms
    if ended and run.parent_id:
        children.tell_parent(run.parent_id, run.id, status=status, code=end_code, results=run.results)
    if log.isEnabledFor(logging.INFO):
        log.info(action, extra=_facts(run, boundary, ms, status, awaiting))


def _facts(run: LeasedRun, boundary: Boundary, ms: int, status: str, awaiting: str | None) -> Row:
    """One log line per checkpoint, with what an operator searches by."""
    last = boundary.steps[-1] if boundary.steps else boundary.calls[-1] if boundary.calls else {}
    return {
        "agent": run.agent.name,
        "run": f"R-{run.number}",
        "step": last.get("name"),
        "tool": last.get("tool"),
        "duration_ms": ms,
        "tokens": run.spent.tokens,
        "cost": run.spent.cost / 1_000_000,
        "outcome": awaiting or status,
        "epoch": run.epoch,
    }
