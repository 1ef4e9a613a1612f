"""A tool call that answers from the record: what the step asks now is held against what it asked then."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from agentops.core.hashing import digest, plain
from runs.agents import Planned
from runs.awaiting import StepCall
from runs.gateway.choosing import NoModels, choose
from runs.gateway.messages import Answer, Outcome, Request
from runs.leased import LeasedRun
from runs.replay.differences import Matters, unequal
from runs.replay.editions import OURS, Edition
from runs.replay.tape import Json

Tell = Callable[[Matters, str, Any, Any], None]


class RecordEnds(BaseException):
    """The question was never answered, or was not asked then. Not an `Exception`, so that no tool swallows it."""


@dataclass(slots=True)
class RecordedCall(StepCall):
    """Asks the record. `tell` is told each difference."""

    recorded: Sequence[Json] = ()
    tell: Tell = field(default=lambda *told: None)
    edition: Edition | None = None  # whose prompts are asked with; None: those of the code that is here

    @classmethod
    def at(
        cls,
        run: LeasedRun,
        planned: Planned,
        seq: int,
        recorded: Sequence[Json],
        tell: Tell,
        *,
        tool: str = "",
        edition: Edition | None = None,
    ) -> Self:
        return cls(
            key=f"{run.id}:{run.revision}:{seq}",
            run_id=run.id,
            step=planned.name,
            agent=run.agent.name,
            requester_id=run.requester_id,
            deadline=time.monotonic() + 600,
            today=run.today,
            now=run.clock.now(),
            tool=tool,
            planned=planned,
            version=run.version,
            seq=seq,
            recorded=recorded,
            tell=tell,
            edition=edition,
        )

    def begin_child(self, agent: str, goal: str, given: dict[str, Any]) -> str:
        """Nothing is begun: the part that was begun then."""
        raise RecordEnds

    def keep_fact(self, code: str, body: dict[str, Any]) -> None:
        """It was kept then."""

    def _ask(self, kind: str, request: dict[str, Any]) -> dict[str, Any]:
        place, self.asked = self.asked, self.asked + 1
        if place >= len(self.recorded):
            self.tell(Matters.OUTCOME, f"question {place + 1}", "nothing is asked", _named(kind, request))
            raise RecordEnds
        one = self.recorded[place]
        if one["kind"] != kind:
            self.tell(Matters.OUTCOME, f"question {place + 1}", f"asks a {one['kind']}", f"asks a {kind}")
            raise RecordEnds
        if kind == "model":
            request = self.edition.asking(request) if self.edition else request
            self._compare_models(one, request)
        if one["digest"] != digest([kind, place, plain(request)]):
            self._compare(one, kind, request, f"question {place + 1}")
        if one["answer"] is None:
            raise RecordEnds
        return {**one["answer"], "said": one.get("said")}

    def _said(self, kept: dict[str, Any]) -> Answer:
        if kept["said"] is not None:
            return Answer.model_validate({**kept["said"], "call": kept.get("call", "")})
        outcome = kept.get("outcome", Outcome.UNAVAILABLE.value)
        why = kept.get("why", "") if kept.get("at") is None else "What the model said was erased."
        return Answer(outcome=Outcome(outcome if kept.get("at") is None else "unavailable"), why=why)

    def _compare(self, one: Json, kind: str, request: Json, place: str) -> None:
        """Where the questions part: in our own words, or only in what they are about."""
        was = one.get("asked") if kind == "model" else one["request"]
        if was is None:
            self.tell(Matters.PROMPT, place, "another question (its words were erased)", _named(kind, request))
            return
        if kind != "model":
            # A question to people or a counterparty names the world as it is: the words are the step's own.
            for what, then, now in unequal(was, plain(request)):
                self.tell(Matters.WORLD if what not in ("question", "agent") else Matters.OUTCOME, what, then, now)
            return
        ours = {name: was.get(name) for name in OURS}, {name: request.get(name) for name in OURS}
        differs = [*unequal(*ours), *unequal(_words(was), _words(request), ("words",))]
        for what, then, now in differs:
            self.tell(Matters.PROMPT, f"{place}, {what}", then, now)
        if not differs:
            for what, then, now in unequal(was["messages"], request["messages"], ("messages",)):
                self.tell(Matters.WORLD, f"{place}, {what}", then, now)

    def _compare_models(self, one: Json, request: Json) -> None:
        """Would another model answer? Where there was none, there is nothing to compare."""
        if "model" not in one:
            return
        try:
            choice = choose(self.version, Request.model_validate(request))
            now = f"{choice.provider}:{choice.model}"
        except NoModels:
            now = "none"
        if now != one["model"]:
            self.tell(Matters.MODEL, "model", one["model"], now)


def _named(kind: str, request: Json) -> str:
    return f"a {kind} is asked ({request.get('prompt') or request.get('question') or request.get('agent') or kind})"


def _words(request: Json) -> list[list[str]]:
    """Our own words in the messages, turn by turn."""
    return [
        [part["text"] for part in message["parts"] if part["kind"] == "words" and message["who"] == "user"]
        for message in request["messages"]
    ]
