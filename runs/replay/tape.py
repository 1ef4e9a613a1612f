"""A run's record as plain values: what was asked for, what each step came to, what was answered, decided and done.

Read from the rows, or from a file that `regress --write` made of them; a player does not know which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from agentops.core.hashing import digest
from runs.agents import Instruction, RefusedCall, whole_args
from runs.leased import call_digest, keyed_in
from runs.models import StepStatus
from tools_registry.facts import Grant

Json = dict[str, Any]
NO_QUESTION = frozenset({"hold", "timer"})


@dataclass(frozen=True)
class Tape:
    """Everything recorded about one run. Lists are in the order in which it happened."""

    run: Json
    goal: str
    given: Json
    steps: list[Json]
    calls: list[Json]
    asks: list[Json]
    proposals: list[Json]
    events: list[Json]
    grants: dict[str, list[Json]]  # by policy
    plans: dict[str, list[Json]]  # by revision, as text
    version: Json  # of the agent, whole
    problems: list[str] = field(default_factory=list)  # where the rows are not what the trail vouches for
    day: str = ""  # the business day, where it was fixed

    def as_json(self) -> Json:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def from_json(cls, told: Json) -> Tape:
        """Raises `TypeError` for another form."""
        return cls(**told)

    def step(self, revision: int, seq: int) -> Json | None:
        """How a step ended, if it did."""
        return self._steps.get((revision, seq))

    def was_misasked(self, revision: int, seq: int) -> bool:
        """Did the arguments of this step not fit its tool?"""
        return any(
            (step["revision"], step["seq"], step["status"]) == (revision, seq, StepStatus.REFUSED)
            for step in self.steps
        )

    def asked(self, revision: int, seq: int) -> list[Json]:
        """What a step asked of models, people, other agents and counterparties, in its order."""
        return self._asks.get((revision, seq), [])

    def args_of(self, revision: int, seq: int) -> Json | None:
        """The arguments of the step's call; None where nothing was called."""
        rows = [call for call in self.calls if (call["revision"], call["seq"]) == (revision, seq)]
        return whole_args(rows[-1]["input"], rows[-1]["input_from"] or {}, self.results(revision)) if rows else None

    def results(self, revision: int) -> dict[str, Mapping[str, Any]]:
        """Outputs by step, as they stand at the end of a revision."""
        found: dict[str, Mapping[str, Any]] = {"input": self.given}
        for step in self.steps:
            if step["revision"] == revision:
                found[step["name"]] = step["output"] or {}
        return found

    def proposed(self, revision: int, position: int) -> list[Json]:
        """What was proposed at this place, by number: edits make the next."""
        return [one for one in self.proposals if (one["revision"], one["position"]) == (revision, position)]

    def instructions(self, revision: int, at: datetime) -> tuple[Instruction, ...]:
        """What people had told the run by then: whatever began this revision or an earlier one, and what came since."""
        told = list(keyed_in(self.given))
        rows = [ask for ask in self.asks if ask["kind"] == "review" and ask["request"].get("instruction")]
        for row in sorted(rows, key=lambda ask: (ask["revision"], ask["seq"])):
            begins = row["digest"] == digest(["instruction", row["revision"]])
            here = row["revision"] == revision and (begins or moment(row["at"]) <= at)
            if row["revision"] < revision or here:
                told.append(_instruction(row["request"]["instruction"]))
        return tuple(told)

    def refused(self, before: int) -> tuple[RefusedCall, ...]:
        """The calls of earlier revisions whose arguments did not fit."""
        rows = [step for step in self.steps if step["status"] == StepStatus.REFUSED and step["revision"] < before]
        return tuple(RefusedCall.from_step(row) for row in rows)

    def known(self, before: int) -> dict[str, tuple[Mapping[str, Any], datetime]]:
        """What earlier revisions read, by the digest of the call."""
        found = {}
        for step in self.steps:
            args = self.args_of(step["revision"], step["seq"])
            if step["revision"] < before and step["status"] in ("done", "empty") and args is not None:
                found[call_digest(step["tool"], args)] = step["output"] or {}, moment(step["at"])
        return found

    def told_of(self, revision: int, seq: int) -> Json | None:
        """The event of the checkpoint in which a step ended."""
        return self._told.get((revision, seq))

    def went_on(self, event: Json) -> str:
        """How the run went on after a checkpoint: on, to a person, or to another plan, with the reason."""
        if event["action"] == "run.stuck":
            return f"stops: {event['reason']}"
        if event["action"] == "run.revised":
            return f"plans again: {event['reason']}"
        after = self.events[event["place"] + 1 :]
        # Behind an effect the other plan is an event of its own; one that people asked for gives no reason.
        if event["action"] == "effect.confirmed" and after and after[0]["action"] in ("run.revised", "run.stuck"):
            return self.went_on(after[0]) if after[0]["reason"] else "goes on"
        return "goes on"

    def stuck_at(self, revision: int, position: int) -> list[Json]:
        """The events that parked the run at this place."""
        return [
            event
            for event in self.events
            if event["revision"] == revision
            and event["action"] == "run.stuck"
            and event["data"].get("position") == position
        ]

    def grants_of(self, policy: str) -> dict[str, Grant]:
        return {grant.tool: grant for grant in map(Grant.from_json, self.grants.get(policy, []))}

    def today(self, at: datetime) -> date:
        return date.fromisoformat(self.day) if self.day else timezone.localdate(at)

    @property
    def ended(self) -> bool:
        return self.run["status"] in ("completed", "rejected", "failed", "cancelled")

    @cached_property
    def _steps(self) -> dict[tuple[int, int], Json]:
        return {(step["revision"], step["seq"]): step for step in self.steps if step["status"] != StepStatus.REFUSED}

    @cached_property
    def _asks(self) -> dict[tuple[int, int], list[Json]]:
        found: dict[tuple[int, int], list[Json]] = {}
        for ask in self.asks:
            if ask["kind"] not in NO_QUESTION and not ask["request"].get("instruction"):
                found.setdefault((ask["revision"], ask["seq"]), []).append(ask)
        return found

    @cached_property
    def _told(self) -> dict[tuple[int, int], Json]:
        # The event that begins a revision tells of the last step of the one before.
        return {(event["steps_of"], step[0]): event for event in self.events for step in event["data"].get("steps", ())}


def moment(text: Any) -> datetime:
    return text if isinstance(text, datetime) else datetime.fromisoformat(text)


def _instruction(body: Json) -> Instruction:
    return Instruction(**{**body, "by": UUID(body["by"]) if body.get("by") else None})


def fixed_day() -> str:
    """The business day where a setting holds it still."""
    day: date | None = getattr(settings, "TODAY", None)
    return day.isoformat() if day else ""
