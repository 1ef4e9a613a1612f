"""The verdict on an outcome by rules: those of the plan, then those of the agent. Right after the step."""

from __future__ import annotations

from runs.agents.judging import Continue, Judgement, Replan, Stuck
from runs.agents.planning import Planned
from runs.critic.rules import kept, told
from runs.leased import LeasedRun
from tools_registry.facts import Reason
from tools_registry.results import Result


def judge(run: LeasedRun, planned: Planned, result: Result) -> Judgement:
    """Go on, try again, plan again, or a person."""
    judgement = judge_by_plan(run, planned)
    return run.agent.judge(planned, result, run.results) if isinstance(judgement, Continue) else judgement


def judge_by_plan(run: LeasedRun, planned: Planned) -> Judgement:
    """What the plan itself says of the outcome; also of one that an earlier plan had, and that is carried over."""
    output = run.results.get(planned.name) or {}
    if planned.tool == "escalate":
        return Stuck(Reason("escalated", f"The plan hands this over: {output.get('reason', '')}"))
    broken = next((must for must in planned.must if not kept(must, output)), None)
    if broken is not None and not planned.optional:
        # The rule is the planner's own words; what was found is left to the page, which quotes it.
        sentence = f"{planned.name} did not come to what was expected: {told(broken)}."
        reason = Reason("not_as_expected", sentence, numbers={"step": planned.name, "expected": told(broken)})
        return Replan(reason) if run.agent.plans_by_asking else Stuck(reason)
    if planned.tool == "clarify" and run.agent.plans_by_asking and run.plan and run.plan[-1] == planned:
        return Replan(Reason("clarified", "A person answered.", numbers={"step": planned.name}))
    return Continue()
