"""What a planner is told: our rules, the tools, the goal, and typed values. Words of strangers never stand here.

A goal is an order only where a person or a program that may start runs wrote it. Where a message of somebody else
began the run, its agent's own task takes the goal's place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from runs.agents.goals import Goal
from runs.gateway.messages import AnyPart, Data, Message, Request, Role, Words
from runs.gateway.quoting import quoted
from runs.memory.structure import Memory
from runs.memory.typed import typed
from runs.planner.shape import Draft, draft_for, names_of
from tools_registry.results import Problem
from tools_registry.tool import ToolSpec

PROMPT = "planner/1"
MOST_TOKENS = 8_000
FROM_OUTSIDE = ("message", "mail")
RULES = """You plan work that other programs carry out. Answer with one whole plan, as JSON.

- Use only the tools below, by name. Each step says what it should come to (`expect`), and by rules what its answer
  must hold (`must`) wherever a rule can say it.
- Arguments fit the tool's schema. Pass on what an earlier step found, or what the run was given, by
  {"$ref": "step.path"} and {"$ref": "input.path"}; never invent a value, and never copy one that a reference can give.
- `<text of … characters: path>` stands for a text that you do not see. It can be passed on by its path.
- A plan is whole: it does not continue an earlier one. Steps of an earlier plan that are needed again are repeated
  under the same name with the same arguments; what was done is not done twice.
- A step that changes something cannot use what another such step of the same `together` label comes to.
- `optional` is for what the goal can do without; `when` for what is needed only if an earlier step found so.
- `conclude` as the last step says what came of it, where whoever asked wants to read it.
- Where something only a person knows is missing, use `clarify` as the last step: you plan again with the answer.
  Where the goal cannot or must not be reached with these tools, use `escalate`.
- Something that failed is not tried again in the same way more than once: find another way, leave it out if it is
  optional, or escalate."""


def is_ours(goal: Goal) -> bool:
    """Whether whoever wrote the goal may say what is to be done."""
    return not any(goal.input.get(name) for name in FROM_OUTSIDE)


def first_request(
    *, task: str, goal: Goal, memory: Memory, tools: Sequence[ToolSpec], stages: Sequence[Mapping[str, Any]]
) -> Request:
    """The question, whole and the same whenever it is built from the same rows."""
    parts: list[AnyPart] = [Words(text="Plan this.")]
    if is_ours(goal):
        parts.append(Data(text=goal.text or task, field="goal", trusted=True))
    parts.append(quoted("planner.input", given(goal.input), trusted=True))
    if not memory.is_empty:
        parts.append(Words(text="An earlier plan did not get there. What is known, decided and open:"))
        parts.append(quoted("planner.memory", memory.as_json(), trusted=True))
    described = orjson.dumps({"tools": [described_tool(tool) for tool in tools], "order": list(stages)}).decode()
    return Request(
        role=Role.PLANNER,
        prompt=PROMPT,
        system=(Words(text=RULES), Words(text=f"Your task: {task}"), Words(text=described)),
        messages=(Message(who="user", parts=tuple(parts)),),
        output=draft_for(names_of(tools)).model_json_schema(),
        most_tokens=MOST_TOKENS,
        keep="5m",
    )


def repair_request(before: Request, draft: Draft | None, problems: Sequence[Problem]) -> Request:
    """The same question, the answer to it as far as it could be read, and each thing that does not fit."""
    told = orjson.dumps([{"field": one.field, "code": one.code, "message": one.message} for one in problems]).decode()
    said = draft.model_dump_json() if draft is not None else "(no plan could be read)"
    again = (
        Message(who="model", parts=(Words(text=said),)),
        Message(who="user", parts=(Words(text=f"This does not fit. Answer with the whole plan, mended: {told}"),)),
    )
    return before.model_copy(update={"messages": (*before.messages, *again)})


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the run was given, its keys and typed values."""
    return {name: typed({}, value, f"input.{name}") for name, value in values.items() if name.isidentifier()}


def described_tool(tool: ToolSpec) -> dict[str, Any]:
    """A tool as a planner sees it: what it does, takes and answers."""
    return {
        "name": tool.name,
        "does": tool.description,
        "changes": tool.impact.value,
        "takes": tool.schema["input"],
        "answers": tool.schema["output"],
    }
