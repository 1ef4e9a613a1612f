"""Who takes a matter: the agent whose purpose shares most words with it, or whom a reader names, or whom a person says.

The reader sees a stranger's text and has no tools: it names one of a closed list, or nobody. Whoever is named has its
own grants, gate and people; being chosen gives an agent no right it does not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, create_model

from runs.agents import Agent, agents
from runs.awaiting import StepCall
from runs.gateway.messages import Request, Role, Words
from runs.gateway.quoting import asked, quoted
from runs.memory.cutting import words_of
from runs.memory.typed import OWN
from tools_registry.facts.origins import TYPED
from tools_registry.kinds import Effect, Impact
from tools_registry.sources import Is
from tools_registry.tool import ToolCall, ToolInput, ToolOutput, tool

NOBODY = "nobody"
ANSWER = "Answer this message."
PROCESS = "Process this document."
RULES = "You say who takes a matter. Name one of the list, by what it is for, or nobody where none fits plainly."


class Matter(ToolInput):
    """What came in: a goal in words, a message, a document (by its SHA-256), or several of them."""

    goal: str = ""
    message: dict[str, Any] | None = None
    document: str | None = None


class Chosen(ToolOutput):
    """Who takes it, by whom that was said, and the goal it is given."""

    agent: Annotated[str, Is(TYPED)] = Field(json_schema_extra=OWN)  # of our list, or what a person answered
    by: Literal["rules", "model", "person"]
    goal: Annotated[str, Is(TYPED)]  # of whoever may start runs, or ours; never what came in


@tool(impact=Impact.READ, effect=Effect.READ, examples=[{"goal": "Write the report about the quarter."}])
def choose_specialist(args: Matter, *, call: ToolCall) -> Chosen:
    """Say which agent takes a goal or a message."""
    step = cast(StepCall, call)
    who = purposes(step.agent, args)
    goal = ANSWER if args.message is not None else PROCESS if args.document else args.goal
    text = _text(args)
    if name := by_form(args, who) or by_words(text, who):
        return Chosen(agent=name, by="rules", goal=goal)
    if name := _by_reader(step, text, who):
        return Chosen(agent=name, by="model", goal=goal)
    labels = {agents.get(name).label: name for name in who}
    said = step.ask_people("Who takes this?", choices=sorted(labels), matter=text[:2000])
    return Chosen(agent=labels.get(str(said["answer"]), str(said["answer"])), by="person", goal=goal)


def purposes(router: str, matter: Matter) -> dict[str, str]:
    """The agents that can take this matter, by name, with what each is for."""
    team = [agents.get(name) for name in agents.get(router).team]
    return {agent.name: agent.about for agent in team if _can_take(agent, matter)}


def by_form(matter: Matter, who: Mapping[str, str]) -> str:
    """The one agent that takes documents, where a document is all there is; or nobody."""
    return next(iter(who)) if matter.document and matter.message is None and len(who) == 1 else ""


def by_words(text: str, who: Mapping[str, str]) -> str:
    """The one agent whose purpose shares at least two words more with the text than any other's; or nobody."""
    said = words_of(text)
    shared = sorted(((len(said & words_of(about)), name) for name, about in who.items()), reverse=True)
    runner_up = shared[1][0] if len(shared) > 1 else 0
    return shared[0][1] if shared and shared[0][0] >= runner_up + 2 else ""


def _can_take(agent: Agent, matter: Matter) -> bool:
    """Nobody is given a document who reads none, nor work without one who does nothing else."""
    if matter.document:
        return agent.takes_files or (matter.message is not None and agent.takes_messages)
    return agent.takes_messages or not agent.takes_files


def _text(matter: Matter) -> str:
    said = matter.message or {}
    return "\n".join(filter(None, (str(said.get("subject") or ""), str(said.get("text") or "")))) or matter.goal


def _by_reader(step: StepCall, text: str, who: Mapping[str, str]) -> str:
    names = (*sorted(who), NOBODY)
    shape: type[BaseModel] = create_model(
        "Taker", __config__=ConfigDict(extra="forbid"), agent=(cast(Any, Literal[names]), ...)
    )
    request = Request(
        role=Role.READER,
        prompt="router/1",
        system=(Words(text=RULES),),
        messages=(
            asked("Who takes this?", quoted("matter.who", dict(who), trusted=True), quoted("matter.text", text)),
        ),
        output=shape.model_json_schema(),
        most_tokens=100,
    )
    answer = step.ask_model(request, shape) if step.may_ask_model(request) else None
    named = answer.value.agent if answer is not None and answer.is_usable else NOBODY
    return "" if named == NOBODY else str(named)
