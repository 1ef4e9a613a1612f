"""Today's code carried over a run's record, step by step, as the executor would carry it, up to where they part.

What came from outside is taken from the record: results of tools, answers of models and people, decisions, receipts.
What code decides is decided again: the plan, the arguments of each call, what a step asks, the verdict on each outcome,
the proposal with its checks, the gate under the policy of then, and the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from agentops.core.hashing import plain
from runs import budgets
from runs.agents import Agent, Continue, Planned, Ref, Replan, Retry, Stuck, agents, resolve
from runs.agents.judging import Judgement
from runs.critic import judge
from runs.critic.looking_back import BEFORE_STEPS, Opinion, has_more_to_say, question
from runs.executor import batch_of, is_read, stage_problem
from runs.leased import LeasedRun, Spent, call_digest
from runs.planner.agent import ModelPlanned
from runs.planner.asking import AT_PLANNING, PLANNING, NoPlan, context_of
from runs.points import looking_only
from runs.replay.asking import RecordedCall, RecordEnds
from runs.replay.differences import Difference, Matters, unequal
from runs.replay.proposing import RecordedPolicy, acted, assessed, compared
from runs.replay.tape import Json, Tape, moment
from tools_registry.calling import attempt
from tools_registry.registry import registry
from tools_registry.results import Empty, Failed, InvalidArguments, Refused, Result, Unknown, Value

STOPS = frozenset({Matters.RECORD, Matters.OUTCOME})  # what follows is another run
NO_MORE_PLANS = "revisions_exhausted"
NO: tuple[Any, ...] = (None, False, "", 0, "0", [], {})


@dataclass(slots=True)
class Played:
    """What came of a replay: how many things were held against the record, and every difference until it stopped."""

    number: int
    compared: int = 0
    differences: list[Difference] = field(default_factory=list)


class Diverged(Exception):
    """The code goes another way than the record; nothing behind can be compared."""


def play(tape: Tape, *, live_tools: bool = False, version: str | None = None) -> Played:
    """Carry today's code over the record. Raises `UnknownAgent`.

    `version`: hash of the stored version whose models are asked; otherwise the run's own. `live_tools`: tools that only
    read are called again, and what they say now is held against what they said.
    """
    with looking_only():  # whatever the code tries, nothing is written from here
        return _Player(tape, live_tools, version).play()


class _Player:
    def __init__(self, tape: Tape, live_tools: bool, version: str | None) -> None:
        self.tape, self.live_tools = tape, live_tools
        self.agent: Agent = agents.get(tape.run["agent"])
        self.version = version or tape.version["hash"]
        self.played = Played(tape.run["number"])
        self.run = self._begin(1)
        self.where = ""

    def play(self) -> Played:
        try:
            for problem in self.tape.problems[:1]:
                self.where = ""
                self._tell(Matters.RECORD, "the record", "what its trail vouches for", problem)
            for revision in range(1, self.tape.run["revision"] + 1):
                self.run, self.where = self._begin(revision), ""
                self._revision()
            self._budget()
        except (Diverged, RecordEnds):
            pass
        return self.played

    # --- a revision ---------------------------------------------------------------------------------------

    def _begin(self, revision: int) -> LeasedRun:
        tape, at = self.tape, moment(self.tape.run["created_at"])
        run = LeasedRun(
            id=UUID(tape.run["id"]),
            number=tape.run["number"],
            agent=self.agent,
            version=self.version,
            requester_id=UUID(tape.run["requester"]),
            plan_hash=None,
            revision=revision,
            position=0,
            stage=self.agent.stages.first,
            epoch=0,
            audit_seq=0,
            audit_head=b"",
            crashes=0,
            cancel_requested=False,
            spent=Spent(),
            budget=budgets.numbers(budgets.of(self.agent)),
            goal_text=tape.goal,
            input=tape.given,
            salt=b"",
            clock=cast(Any, _Clock(at)),
            holder="replay",
            fresh=False,
            requester_active=True,
            parent_id=UUID(tape.run["parent"]) if tape.run["parent"] else None,
            policy=self._policy(revision),
            today=tape.today(at),
        )
        run.results["input"] = tape.given
        run.refused, run.known = tape.refused(revision), tape.known(revision)
        run.proposals = sum(one["revision"] < revision for one in tape.proposals)
        return run

    def _policy(self, revision: int) -> RecordedPolicy:
        """What was granted: as the next proposal was judged, or as it is now."""
        later = [one["policy"] for one in self.tape.proposals if one["revision"] >= revision]
        name = later[0] if later else ""
        return RecordedPolicy(name, granted=self.tape.grants_of(name))

    def _revision(self) -> None:
        run, tape = self.run, self.tape
        run.plan = self._planned()
        is_last = run.revision == tape.run["revision"]
        self._hold_plan(tape.plans.get(str(run.revision)))
        while run.position < len(run.plan):
            self._look_back()
            batch = batch_of(run.plan[run.position :])
            if not self._batch(batch):
                break
        else:
            if is_last:
                self._held("the end", tape.run["status"], "completed")
            return
        if is_last and tape.run["status"] == "completed":
            self._differs(Matters.OUTCOME, "the end", "completed", f"goes on with {run.plan[run.position].name}")

    def _planned(self) -> tuple[Planned, ...]:
        run = self.run
        self._at(self._began(run.revision))
        if not run.agent.plans_by_asking:
            return tuple(run.agent.plan(run.goal()))
        self.where = PLANNING.name
        recorded = self.tape.asked(run.revision, AT_PLANNING)
        call = RecordedCall.at(run, PLANNING, AT_PLANNING, recorded, self._tell)
        try:
            return cast(ModelPlanned, run.agent).make_plan(replace(context_of(run), call=call)).steps
        except NoPlan as none:
            self._ends_stuck(none.reason.code, 0)
            raise RecordEnds from none

    def _hold_plan(self, was: list[Json] | None) -> None:
        """Is it the plan of then? An agent that looks before it plans sees another world, and follows that of then."""
        run, now = self.run, [step.as_json() for step in self.run.plan]
        if was is None:
            return
        if not run.agent.plans_by_looking:
            self._held("the plan", was, now)
        elif plain(was) != plain(now):
            self._tell(Matters.WORLD, "the plan", [step["name"] for step in was], [step["name"] for step in now])
            run.plan = tuple(Planned.from_json(step) for step in was)

    def _began(self, revision: int) -> datetime:
        """When this revision was begun."""
        for event in self.tape.events:
            if event["revision"] == revision:
                return moment(event["at"])
        return moment(self.tape.run["created_at"])

    def _batch(self, batch: Sequence[Planned]) -> bool:
        """Hold one batch against the record; False where the record of this revision ends."""
        run, first = self.run, batch[0]
        self.where = first.name
        if first.when:
            needed = resolve(Ref(first.when), run.results) not in NO
            step = self.tape.step(run.revision, run.position)
            if step is not None:
                self._held("is needed", step["status"] != "skipped" or step["note"].startswith("skipped"), needed)
            if not needed:
                run.remember(first.name, {}, run.clock.now())
                run.position += 1
                return True
        if problem := stage_problem(run, batch):
            self._ends_stuck(problem.code, run.position)
            return False
        run.stage = batch[-1].stage
        return self._reads(batch) if is_read(first) else self._acts(batch)

    # --- reads --------------------------------------------------------------------------------------------

    def _reads(self, batch: Sequence[Planned]) -> bool:
        for planned in batch:
            self.where = planned.name
            if not self._read(planned, self.run.position):
                return False
            self.run.position += 1
        return True

    def _read(self, planned: Planned, seq: int) -> bool:
        run, step = self.run, self.tape.step(self.run.revision, seq)
        self._called(planned, seq, step)
        args = resolve(planned.args, run.results)
        self._hold_args(seq, args)
        recorded = self.tape.asked(run.revision, seq)
        again = recorded or (self.live_tools and step is not None and step["status"] in ("done", "empty"))
        result = self._call(planned, args, seq, recorded) if again else None
        if step is None:  # it came to no end, and people had the last word
            return False
        self._at(moment(step["at"]))
        output = step["output"] or {}
        if self.live_tools and result is not None and step["status"] in ("done", "empty"):
            self._hold_result(output, result)
        run.remember(planned.name, output, moment(step["at"]))
        if step["status"] in ("done", "empty", "by_hand"):
            run.known[call_digest(planned.tool, args)] = output, moment(step["at"])
            was: Result = Empty(output, step["note"] or None) if step["status"] == "empty" else Value(dict(output))
            return self._judged(planned, was, seq)
        return True

    def _called(self, planned: Planned, seq: int, step: Json | None) -> None:
        """Is it the step that was carried out then?"""
        if step is not None:
            self._held(
                "the step", [step["name"], step["tool"], step["stage"]], [planned.name, planned.tool, planned.stage]
            )

    def _hold_args(self, seq: int, args: Json) -> None:
        was = self.tape.args_of(self.run.revision, seq)
        if was is not None:
            self._held("asks with", was, args)

    def _call(self, planned: Planned, args: Json, seq: int, recorded: Sequence[Json]) -> Result | None:
        """Run the tool, its questions answered from the record."""
        spec = registry.get(planned.tool)
        call = RecordedCall.at(self.run, planned, seq, recorded, self._tell, tool=spec.name)
        try:
            with looking_only():
                return attempt(spec, spec.function, spec.validate(args), call).result
        except InvalidArguments as error:
            return Refused("invalid_arguments", str(error), error.problems)

    def _hold_result(self, output: Json, result: Result) -> None:
        if isinstance(result, Refused | Failed | Unknown):
            self._differs(Matters.OUTCOME, "the tool, called again", "an answer", f"{result.code}: {result.message}")
        else:
            self._held("says", output, result.output)

    # --- verdicts -----------------------------------------------------------------------------------------

    def _judged(self, planned: Planned, result: Result, seq: int) -> bool:
        """The verdict on an outcome, held against how the run went on; False where it did not."""
        run = self.run
        verdict: Judgement = judge(run, planned, result)
        event = self.tape.told_of(run.revision, seq)
        if event is None:
            return True
        is_last = event["data"]["steps"][-1][0] == seq
        went = self.tape.went_on(event) if is_last else "goes on"
        now = _told(verdict)
        if isinstance(verdict, Replan) and went == f"stops: {NO_MORE_PLANS}":
            now = went  # it would have, if the budget had allowed it
        self._held("the verdict", went, now)
        return not went.startswith("plans again")

    def _look_back(self) -> None:
        """What a critic was asked about the steps before, where one was."""
        run = self.run
        for seq in range(run.position):
            planned, place = run.plan[seq], BEFORE_STEPS - seq
            recorded = self.tape.asked(run.revision, place)
            if seq != run.position - 1 and not recorded:
                continue
            if not has_more_to_say(run, planned):
                continue
            self.where = planned.name
            call = RecordedCall.at(run, planned, place, recorded, self._tell)
            request = question(planned, run)
            if recorded and call.may_ask_model(request):
                call.ask_model(request, Opinion)

    def _ends_stuck(self, code: str, position: int) -> None:
        """The code stops here for a person; did the run?"""
        codes = [event["reason"] for event in self.tape.stuck_at(self.run.revision, position)]
        if code not in codes:
            self._differs(Matters.OUTCOME, "stops", codes[0] if codes else "goes on", code)
        self.played.compared += 1

    # --- proposals ----------------------------------------------------------------------------------------

    def _acts(self, batch: Sequence[Planned]) -> bool:
        run, tape = self.run, self.tape
        numbered = [(run.position + place, planned) for place, planned in enumerate(batch)]
        while numbered and (step := tape.step(run.revision, numbered[0][0])) and step["status"] == "carried":
            self._done(*numbered.pop(0), step)
        if not numbered:
            return True
        stored = tape.proposed(run.revision, run.position)
        for one in stored:
            self._propose(one, numbered)
        if not stored:
            return self._not_proposed(numbered)
        for seq, planned in numbered:
            step = tape.step(run.revision, seq)
            if step is None:
                return False
            self._done(seq, planned, step)
            if not self._judged(planned, Value(dict(step["output"] or {})), seq):
                return False
        return True

    def _propose(self, one: Json, numbered: Sequence[tuple[int, Planned]]) -> None:
        run = self.run
        self.where = f"proposal {one['number']}"
        self._at(moment(one["created_at"]))
        run.policy = RecordedPolicy(one["policy"], granted=self.tape.grants_of(one["policy"]))
        run.proposals = one["number"] - 1
        try:
            actions = acted(run, numbered, one["actions"] if one["edited"] else None)
        except InvalidArguments as error:
            self._differs(Matters.OUTCOME, "arguments", "fit their tool", str(error))
            return
        assessment = assessed(run, one["label"], numbered, actions)
        if assessment.stuck:
            self._differs(Matters.OUTCOME, "is proposed", "yes", f"no: {assessment.stuck.code}")
            return
        self.played.compared += 1
        for matters, what, was, now in compared(run, one, actions, assessment):
            # What a person edited is compared with the world of that moment, which has moved on since.
            self._tell(Matters.WORLD if one["edited"] else matters, what, was, now)

    def _not_proposed(self, numbered: Sequence[tuple[int, Planned]]) -> bool:
        """Nothing was proposed here: the run stopped before, and so must today's code, where rules said so."""
        run = self.run
        label = numbered[0][1].proposal or numbered[0][1].name
        codes = [event["reason"] for event in self.tape.stuck_at(run.revision, run.position)]
        try:
            actions = acted(run, numbered, None)
        except InvalidArguments:
            return False
        stuck = assessed(run, label, numbered, actions).stuck
        if stuck is not None:
            self._ends_stuck(stuck.code, run.position)
        elif self.tape.ended and not codes and self.tape.run["status"] == "completed":
            self._differs(Matters.OUTCOME, "is proposed", "no", label)
        return False

    def _done(self, seq: int, planned: Planned, step: Json) -> None:
        self.where = planned.name
        self._called(planned, seq, step)
        self._at(moment(step["at"]))
        self.run.remember(planned.name, step["output"] or {}, moment(step["at"]))
        self.run.position = seq + 1

    # --- telling ------------------------------------------------------------------------------------------

    def _budget(self) -> None:
        """What the run used, held against what it may use today."""
        names = ("steps", "tool calls", "tokens", "millionths of money", "milliseconds of work")
        self.where = "budget"
        for name, used, most in zip(names, self.tape.run["spent"], self.run.budget, strict=False):
            if used > most:
                self._differs(Matters.OUTCOME, name, used, f"at most {most}")

    def _at(self, at: datetime) -> None:
        self.run.clock = cast(Any, _Clock(at))
        self.run.today = self.tape.today(at)
        self.run.instructions = self.tape.instructions(self.run.revision, at)

    def _held(self, what: str, was: Any, now: Any) -> None:
        self.played.compared += 1
        for place, then, other in unequal(plain(was), plain(now)):
            self._differs(Matters.OUTCOME, f"{what} {place}".rstrip(), then, other)

    def _differs(self, matters: Matters, what: str, was: Any, now: Any) -> None:
        self._tell(matters, what, was, now)

    def _tell(self, matters: Matters, what: str, was: Any, now: Any) -> None:
        self.played.differences.append(Difference(matters, self.run.revision, self.where, what, was, now))
        if matters in STOPS:
            raise Diverged


class _Clock(SimpleNamespace):
    """Business time as it was recorded."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at=at)

    def now(self) -> datetime:
        return cast(datetime, self.at)


def _told(verdict: Judgement) -> str:
    match verdict:
        case Continue():
            return "goes on"
        case Stuck(reason=reason):
            return f"stops: {reason.code}"
        case Replan(reason=reason):
            return f"plans again: {reason.code}"
        case Retry(reason=reason):
            return f"tries again: {reason.code}"
