"""Today's code carried over a run's record, step by step, as the executor would carry it, up to where they part.

What came from outside is taken from the record: results of tools, answers of models and people, decisions, receipts.
What code decides is decided again: the plan, the arguments of each call, what a step asks, the verdict on each outcome,
the proposal with its checks, the gate under the policy of then, and the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from agentops.core.hashing import plain
from runs import budgets
from runs.agents import Agent, Planned, Ref, Replan, agents, resolve
from runs.agents.judging import Judgement
from runs.critic import judge
from runs.critic.looking_back import BEFORE_STEPS, Opinion, has_more_to_say, question
from runs.executor import batch_of, is_read, stage_problem
from runs.leased import LeasedRun, Spent, call_digest
from runs.planner.agent import ModelPlanned
from runs.planner.asking import AT_PLANNING, PLANNING, NoPlan, context_of
from runs.points import looking_only
from runs.replay.asking import RecordedCall, RecordEnds
from runs.replay.differences import Matters
from runs.replay.editions import Edition
from runs.replay.holding import Clock, Diverged, Holding, Played, told
from runs.replay.proposing import RecordedPolicy, acted, assessed, compared
from runs.replay.tape import Json, Tape, moment
from runs.skipping import NO, NOT_NEEDED
from tools_registry.calling import attempt
from tools_registry.registry import registry
from tools_registry.results import Empty, Failed, InvalidArguments, Refused, Result, Unknown, Value

ASKED = frozenset({Matters.PROMPT, Matters.MODEL})
NO_MORE_PLANS = "revisions_exhausted"
OF_STAGES = ("illegal_stage", "tool_not_allowed")
CRITIC = "critic"
# Why a run stops before a proposal although its agent's rules would have made one.
OF_THE_RUNTIME = frozenset({
    *OF_STAGES, CRITIC, NO_MORE_PLANS, "budget_exhausted", "loop", "invalid_arguments", "database_refused", "poison",
})  # fmt: skip
BEGINS = frozenset({"begin_child"})  # reads as far as effects go, and yet called again it would begin another


def play(tape: Tape, *, live_tools: bool = False, version: str | None = None) -> Played:
    """Carry today's code over the record. Raises `UnknownAgent`.

    `version`: hash of the stored version whose stages, tools, prompts and models are taken, as far as they are kept;
    otherwise those of the code that is here, with the models of the run's own. `live_tools`: tools that only
    read are called again, and what they say now is held against what they said.
    """
    with looking_only():  # whatever the code tries, nothing is written from here
        return _Player(tape, live_tools, version).play()


class _Player(Holding):
    def __init__(self, tape: Tape, live_tools: bool, version: str | None) -> None:
        self.tape, self.live_tools = tape, live_tools
        here = agents.get(tape.run["agent"])
        self.edition = Edition.of(version, here) if version else None
        self.agent: Agent = self.edition.agent() if self.edition else here
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
        if self.edition:
            used = {step["tool"] for step in self.tape.steps}
            asks_otherwise = any(one.matters in ASKED for one in self.played.differences)
            self.played.cannot_tell += self.edition.cannot_tell(used, asks_otherwise=asks_otherwise)
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
            clock=cast(Any, Clock(at)),
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
            self._tell(Matters.OUTCOME, "the end", "completed", f"goes on with {run.plan[run.position].name}")

    def _planned(self) -> tuple[Planned, ...]:
        run = self.run
        self._at(self._began(run.revision))
        if not run.agent.plans_by_asking:
            return tuple(run.agent.plan(run.goal()))
        self.where = PLANNING.name
        recorded = self.tape.asked(run.revision, AT_PLANNING)
        call = RecordedCall.at(run, PLANNING, AT_PLANNING, recorded, self._tell, edition=self.edition)
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
                self._held("is needed", not step["note"].startswith(NOT_NEEDED), needed)
            if not needed:
                run.remember(first.name, {}, run.clock.now())
                run.position += 1
                return True
        if problem := stage_problem(run, batch):
            self._ends_stuck(problem.code, run.position)
            return False
        self._no_longer_stops(*OF_STAGES)
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
        result = self._call(planned, args, seq, recorded) if again and planned.tool not in BEGINS else None
        if step is None:  # it came to no end, and people had the last word
            if self.tape.was_misasked(run.revision, seq):
                self._fits(planned, args)
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
        call = RecordedCall.at(self.run, planned, seq, recorded, self._tell, tool=spec.name, edition=self.edition)
        try:
            with looking_only():
                return attempt(spec, spec.function, spec.validate(args), call).result
        except InvalidArguments as error:
            return Refused("invalid_arguments", str(error), error.problems)

    def _hold_result(self, output: Json, result: Result) -> None:
        if isinstance(result, Refused | Failed | Unknown):
            self._tell(Matters.OUTCOME, "the tool, called again", "an answer", f"{result.code}: {result.message}")
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
        now = told(verdict)
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
            call = RecordedCall.at(run, planned, place, recorded, self._tell, edition=self.edition)
            request = question(planned, run)
            if recorded and call.may_ask_model(request):
                self._objected(call.ask_model(request, Opinion))

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
            self._tell(Matters.OUTCOME, "arguments", "fit their tool", str(error))
            return
        assessment = assessed(run, one["label"], numbered, actions)
        if assessment.stuck:
            self._tell(Matters.OUTCOME, "is proposed", "yes", f"no: {assessment.stuck.code}")
            return
        self.played.compared += 1
        for matters, what, was, now in compared(run, one, actions, assessment):
            # What a person edited is compared with the world of that moment, which has moved on since.
            self._tell(Matters.WORLD if one["edited"] else matters, what, was, now)

    def _not_proposed(self, numbered: Sequence[tuple[int, Planned]]) -> bool:
        """Nothing was proposed here: the run stopped before, and so must today's code, where rules said so."""
        run = self.run
        label = numbered[0][1].proposal or numbered[0][1].name
        stops = self.tape.stuck_at(run.revision, run.position)
        try:
            actions = acted(run, numbered, None)
        except InvalidArguments:
            return False
        if any(self.tape.was_misasked(run.revision, seq) for seq, _ in numbered):
            self._tell(Matters.OUTCOME, "arguments", "refused", "fit their tool")
        stuck = assessed(run, label, numbered, actions).stuck
        if stuck is not None:
            self._ends_stuck(stuck.code, run.position)
        # A stop that keeps a step is the verdict on that step, which was held already.
        elif left := {one["reason"] for one in stops if not one["data"].get("steps")} - OF_THE_RUNTIME:
            self._tell(Matters.OUTCOME, "is proposed", f"no: {min(left)}", label)
        elif self.tape.ended and not stops and self.tape.run["status"] == "completed":
            self._tell(Matters.OUTCOME, "is proposed", "no", label)
        return False

    def _done(self, seq: int, planned: Planned, step: Json) -> None:
        self.where = planned.name
        self._called(planned, seq, step)
        self._at(moment(step["at"]))
        self.run.remember(planned.name, step["output"] or {}, moment(step["at"]))
        self.run.position = seq + 1
