"""Asking from inside a step: looks like a call, parks the run the first time, returns the recorded answer after.

What comes before `ask_people` and its like in a tool must be read-only, for it runs again. Answers are matched
by the request's digest; a step that asks something else the second time is stuck, not guessed at.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from agentops.core.hashing import digest, plain
from runs.agents import Planned
from runs.budgets import TRIES
from runs.gateway.answering import Checked, checked, recorded
from runs.gateway.choosing import may_ask
from runs.gateway.messages import Answer, Request
from runs.leased import LeasedRun
from tools_registry.tool import ToolCall, ToolSpec

LONGEST_THREAD = 300  # characters
LONGEST_WAIT = timedelta(days=365)


class MustWait(BaseException):
    """Raised through a tool to park its run. Not an `Exception`, so that no tool swallows it."""

    def __init__(self, kind: str, request: dict[str, Any], request_digest: str, seq: int, step: Planned) -> None:
        self.kind, self.request, self.request_digest, self.seq, self.step = (
            kind,
            request,
            request_digest,
            seq,
            step,
        )
        super().__init__(f"{step.name} asks ({kind})")


class AskedDifferently(BaseException):
    """The step was run again and asked something it had not asked before; see `MustWait`."""

    def __init__(self, step: Planned) -> None:
        self.step = step
        super().__init__(f"{step.name} asked a different question when it ran again")


@dataclass(slots=True)
class StepCall(ToolCall):
    """A tool call inside a run, able to ask."""

    planned: Planned | None = None
    version: str = ""  # of the agent
    seq: int = 0
    answers: dict[str, Any] = field(default_factory=dict)
    asked: int = 0

    @classmethod
    def of(cls, run: LeasedRun, planned: Planned, spec: ToolSpec, seq: int, *, key: str) -> StepCall:
        now = run.clock.now()
        return cls(
            key=key,
            run_id=run.id,
            step=planned.name,
            attempt=run.tried[seq] + 1,
            tries_left=TRIES - run.tried[seq],
            epoch=run.epoch,
            agent=run.agent.name,
            requester_id=run.requester_id,
            deadline=time.monotonic() + spec.patience_seconds,
            today=run.today,
            now=now,
            tool=spec.name,
            planned=planned,
            version=run.version,
            seq=seq,
            answers=run.answers.get(seq, {}),
        )

    def ask_people(self, question: str, *, choices: list[str] | None = None, **context: Any) -> dict[str, Any]:
        """Ask whoever clears the agent's desk; returns `{"answer": …, "by": …}` once somebody has answered."""
        return self._ask("review", {"question": question, "choices": choices or [], **context})

    def may_ask_model(self, request: Request) -> bool:
        """Whether this agent may ask a model and tell it what the request holds; the same whenever the step runs."""
        return may_ask(self.version, request)

    def ask_model(self, request: Request, shape: type[BaseModel] | None = None) -> Checked:
        """Ask a model; performed by the workers that drain model calls, and answered once.

        With `shape` the answer is JSON of that form, checked here whatever the provider promised. Without a provider,
        or when it does not answer, the answer is `by_rules`: go on without one.
        """
        if shape is not None and request.output is None:
            request = request.model_copy(update={"output": shape.model_json_schema()})
        return checked(request, self._said(self._ask("model", request.as_json())), shape)

    def _said(self, kept: dict[str, Any]) -> Answer:
        """What the model said, from where the question's row says it is kept."""
        assert self.run_id is not None  # noqa: S101 - `of` is the only maker
        return recorded(self.run_id, kept)

    def wait_for_message(self, thread: str, *, expires_in: timedelta, **context: Any) -> dict[str, Any]:
        """Wait for the counterparty's message on a thread, which names one conversation in the whole house.

        Returns `{"outcome": "answered", "message": {"id", "text", "sender", "more"}, "by", "at"}`, or, when none came
        in time, `{"outcome": "expired", "message": None}`. What the message says is data. Raises `ValueError`.
        """
        seconds = expires_in.total_seconds()
        if not 0 < len(thread) <= LONGEST_THREAD or not 0 < seconds <= LONGEST_WAIT.total_seconds():
            raise ValueError(
                f"a thread has 1 to {LONGEST_THREAD} characters, and a message is waited for {LONGEST_WAIT.days} days"
                " at most"
            )
        return self._ask("message", {"thread": thread, "seconds": seconds, **context})

    def run_child(self, agent: str, goal: str, given: dict[str, Any]) -> dict[str, Any]:
        """Start a run of another agent and wait for its end: `{"run", "status", "code", "cost", "results"}`.

        The goal is an order to it, and is remembered as ours: words of strangers go into `given`, as `message`.
        """
        return self._ask("child", {"agent": agent, "goal": goal, "given": given})

    def begin_child(self, agent: str, goal: str, given: dict[str, Any]) -> str:
        """Start a run of another agent and go on; returns its id, and the same one whenever this is asked again.

        Raises `ToolRefused` where the budget or the depth of this run allows no other child.
        """
        from runs import children  # it starts runs, whose code needs this file

        assert self.run_id is not None  # noqa: S101 - `of` is the only maker
        return str(children.begin_aside(self.run_id, self.epoch, {"agent": agent, "goal": goal, "given": given}))

    def gather_child(self, run: str) -> dict[str, Any]:
        """Wait for the end of a run that `begin_child` started; the same answer as of `run_child`."""
        return self._ask("child", {"child": run})

    def keep_fact(self, code: str, body: dict[str, Any]) -> None:
        """Keep what was thought of this step as a fact of the run, once: closed words and figures, no stranger's text.

        Behind the last question of the step only, for what comes before one is run again.
        """
        from runs.memory.noting import note  # the memory's other files ask through this one
        from runs.models import NoteKind

        assert self.run_id is not None  # noqa: S101 - `of` is the only maker
        told = {"step": self.step, **body}
        note(self.run_id, self.epoch, NoteKind.FACT, code, body=told, trusted=True, key=[code, self.key])

    def _ask(self, kind: str, request: dict[str, Any]) -> dict[str, Any]:
        name = digest([kind, self.asked, plain(request)])
        self.asked += 1
        answer = self.answers.get(name)
        if answer is not None:
            return dict(answer)
        assert self.planned is not None  # noqa: S101 - `of` is the only maker
        if self.answers and self.asked <= len(self.answers) and name not in self.answers:
            raise AskedDifferently(self.planned)
        raise MustWait(kind, request, name, self.seq, self.planned)
