"""What a replay holds against the record, and how it tells where they part."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from agentops.core.hashing import plain
from runs.agents import Continue, Planned, Replan, Retry, Stuck
from runs.agents.judging import Judgement
from runs.critic.looking_back import objects
from runs.gateway.answering import Checked
from runs.leased import LeasedRun
from runs.replay.differences import Difference, Matters, unequal
from runs.replay.tape import Json, Tape
from tools_registry.registry import registry
from tools_registry.results import InvalidArguments

STOPS = frozenset({Matters.RECORD, Matters.OUTCOME})  # what follows is another run


@dataclass(slots=True)
class Played:
    """What came of a replay: how many things were held against the record, and every difference until it stopped."""

    number: int
    compared: int = 0
    differences: list[Difference] = field(default_factory=list)
    cannot_tell: list[str] = field(default_factory=list)  # sentences on what of another version is not kept


class Diverged(Exception):
    """The code goes another way than the record; nothing behind can be compared."""


class Holding:
    """One replay as far as it has come: `where` names what is being held, for whoever reads a difference."""

    tape: Tape
    run: LeasedRun
    played: Played
    where: str = ""

    def _budget(self) -> None:
        """What the run used, held against what it may use today."""
        names = ("steps", "tool calls", "tokens", "millionths of money", "milliseconds of work")
        self.where = "budget"
        for name, used, most in zip(names, self.tape.run["spent"], self.run.budget, strict=False):
            if used > most:
                self._tell(Matters.OUTCOME, name, used, f"at most {most}")

    def _at(self, at: datetime) -> None:
        self.run.clock = cast(Any, Clock(at))
        self.run.today = self.tape.today(at)
        self.run.instructions = self.tape.instructions(self.run.revision, at)

    def _held(self, what: str, was: Any, now: Any) -> None:
        self.played.compared += 1
        for place, then, other in unequal(plain(was), plain(now)):
            self._tell(Matters.OUTCOME, f"{what} {place}".rstrip(), then, other)

    def _tell(self, matters: Matters, what: str, was: Any, now: Any) -> None:
        self.played.differences.append(Difference(matters, self.run.revision, self.where, what, was, now))
        if matters in STOPS:
            raise Diverged

    # --- what stops a run ---------------------------------------------------------------------------------

    def _ends_stuck(self, code: str, position: int) -> None:
        """The code stops here for a person; did the run?"""
        codes = [event["reason"] for event in self.tape.stuck_at(self.run.revision, position)]
        if code not in codes:
            self._tell(Matters.OUTCOME, "stops", codes[0] if codes else "goes on", code)
        self.played.compared += 1

    def _no_longer_stops(self, *codes: str) -> None:
        """The run stopped here by a rule that would let it go on today."""
        stopped = [event["reason"] for event in self.tape.stuck_at(self.run.revision, self.run.position)]
        for code in codes:
            if code in stopped:
                self._tell(Matters.OUTCOME, "stops", code, "goes on")

    def _fits(self, planned: Planned, args: Json) -> None:
        """The arguments were refused then; today's form may take them."""
        self.played.compared += 1
        try:
            registry.get(planned.tool).validate(args)
        except InvalidArguments:
            return
        self._tell(Matters.OUTCOME, "arguments", "refused", "fit their tool")

    def _objected(self, answer: Checked) -> None:
        """Does today's code make of the critic's opinion what was made of it?"""
        run, opinion = self.run, answer.value if answer.is_usable else None
        here = self.tape.stuck_at(run.revision, run.position)
        here += [one for one in self.tape.events if one["action"] == "run.revised" and one["revision"] == run.revision]
        was = any(event["reason"] == "critic" for event in here)
        self._held("the critic objects", was, opinion is not None and objects(opinion))


class Clock(SimpleNamespace):
    """Business time as it was recorded."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at=at)

    def now(self) -> datetime:
        return cast(datetime, self.at)


def told(verdict: Judgement) -> str:
    match verdict:
        case Continue():
            return "goes on"
        case Stuck(reason=reason):
            return f"stops: {reason.code}"
        case Replan(reason=reason):
            return f"plans again: {reason.code}"
        case Retry(reason=reason):
            return f"tries again: {reason.code}"
