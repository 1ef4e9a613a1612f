"""Tools that every agent has: ask a person, leave it to one, say what came of it, have another agent do a part.

`clarify`, `escalate` and `conclude` need no grant; the others are granted like any tool, and only name agents of the
team.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, cast

from pydantic import Field

from runs.awaiting import StepCall
from runs.critic import concluding
from runs.memory.typed import OWN
from tools_registry.facts import Source
from tools_registry.kinds import Effect, Impact
from tools_registry.results import ToolRefused
from tools_registry.sources import From
from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool

LASTING = timedelta(days=3650)  # what was answered stays answered
# What a planner reads again as ours, and another planner as its orders: never passed on from what strangers sent.
OURS = From(Source.POLICY, Source.USER, Source.MODEL)


class Question(ToolInput):
    """What to ask, in your own words, so that a colleague understands; `choices` where the answer is one of a few."""

    question: Annotated[str, OURS] = Field(min_length=3, max_length=1000)
    choices: Annotated[list[str], OURS] = Field(default_factory=list, max_length=12)


class Answered(ToolOutput):
    """What a person answered."""

    answer: str = Field(json_schema_extra=OWN)
    by: str


class Escalated(ToolInput):
    """Why this needs a person, in your own words, and what was tried."""

    reason: Annotated[str, OURS] = Field(min_length=3, max_length=1000)


class HandedOver(ToolOutput):
    """A person has it now."""

    reason: str = Field(json_schema_extra=OWN)


class Nothing(ToolInput):
    """It needs none."""


class Concluded(ToolOutput):
    """What came of the goal. `loose` are sentences that no fact carries, `untrue` steps that it calls done and that
    were not; both lower the confidence."""

    text: str
    by: str = Field(json_schema_extra=OWN)
    confidence: str
    loose: list[str]
    untrue: list[str]


class Part(ToolInput):
    """A part of the goal for another agent: who, what for in your own words, and by reference what it is given."""

    agent: Annotated[str, OURS] = Field(max_length=60)
    goal: Annotated[str, OURS] = Field(min_length=3, max_length=2000)
    given: dict[str, Any] = Field(default_factory=dict)


class Begun(ToolOutput):
    """The part is under way."""

    run: str
    agent: str


class Which(ToolInput):
    """A part that was begun."""

    run: str = Field(max_length=40)


class PartDone(ToolOutput):
    """How the part ended; `results` by the names of its steps, `cost` in millionths of the house's currency.

    `shown` is what may be read of the results; the paths in it go on below this step.
    """

    run: str
    status: str = Field(json_schema_extra=OWN)
    code: str = Field(json_schema_extra=OWN)
    cost: int
    results: dict[str, Any]
    shown: dict[str, Any] = Field(default_factory=dict, json_schema_extra=OWN)


@tool(
    impact=Impact.READ,
    effect=Effect.READ,
    max_age=LASTING,
    examples=[{"question": "Which of the two addresses is right?", "choices": ["the first", "the second"]}],
)
def clarify(args: Question, *, call: ToolCall) -> Answered:
    """Ask a person who works here something that only they can know, and wait for the answer."""
    answer = cast(StepCall, call).ask_people(args.question, choices=args.choices, own=True)
    return Answered(answer=str(answer.get("answer", "")), by=str(answer.get("by", "")))


@tool(impact=Impact.READ, effect=Effect.READ, examples=[{"reason": "The goal contradicts itself."}])
def escalate(args: Escalated, *, call: ToolCall) -> HandedOver:
    """Stop, and leave the goal to a person: it cannot, or must not, be reached with these tools."""
    return HandedOver(reason=args.reason)


@tool(impact=Impact.READ, effect=Effect.READ, examples=[{}])
def conclude(args: Nothing, *, call: ToolCall) -> Concluded:
    """Say in a few sentences what came of the goal: the last step, each sentence held to what was found and done."""
    said = concluding.conclude(cast(StepCall, call))
    return Concluded(
        text="\n".join(claim.text for claim in said.claims),
        by=said.by,
        confidence=str(said.confidence),
        loose=[claim.text for claim in said.claims if not claim.is_supported],
        untrue=list(said.untrue),
    )


@tool(impact=Impact.READ, effect=Effect.READ, max_age=LASTING, examples=[{"agent": "writer", "goal": "Write it down."}])
def run_child(args: Part, *, call: ToolCall) -> PartDone:
    """Have another agent of the team do a part, and wait for what it comes to."""
    _check_team(args.agent, call)
    return _done(cast(StepCall, call).run_child(args.agent, args.goal, args.given))


@tool(impact=Impact.READ, effect=Effect.READ, max_age=LASTING, examples=[{"agent": "writer", "goal": "Write it down."}])
def begin_child(args: Part, *, call: ToolCall) -> Begun:
    """Have another agent of the team begin a part, and go on meanwhile; `gather_child` waits for it."""
    _check_team(args.agent, call)
    return Begun(run=cast(StepCall, call).begin_child(args.agent, args.goal, args.given), agent=args.agent)


@tool(
    impact=Impact.READ,
    effect=Effect.READ,
    max_age=LASTING,
    examples=[{"run": "00000000-0000-7000-8000-000000000000"}],
)
def gather_child(args: Which, *, call: ToolCall) -> PartDone:
    """Wait for a part that was begun, and take what it came to."""
    return _done(cast(StepCall, call).gather_child(args.run))


def _check_team(name: str, call: ToolCall) -> None:
    from runs.agents import agents

    if name not in agents.get(call.agent).team:
        raise ToolRefused("not_in_team", f"{name} is no agent that {call.agent} may have do a part.")


def _done(answer: dict[str, Any]) -> PartDone:
    if answer["status"] != "completed":
        raise ToolRefused("child_" + str(answer["status"]), f"The part ended {answer['status']} ({answer['code']}).")
    return PartDone(**answer)
