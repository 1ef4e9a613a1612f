"""A model played by a script: what the examples' planners, writer and reader answer where there is no key."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from runs.agents import Goal, Planned, agents
from runs.gateway.messages import Data, Request, Role
from runs.memory.cutting import words_of
from runs.planner import ModelPlanned

NOBODY = UUID(int=0)


def answer(request: Request, model: str) -> Any:
    """What a good model would say; a value becomes its JSON."""
    if request.role is Role.PLANNER:
        return _plan(request)
    if request.prompt.startswith("router/"):
        return {"agent": _taker(request)}
    return "\n".join(f"{one['text']} [{one['number']}]" for one in _quoted(request)["report.findings"])


def _plan(request: Request) -> dict[str, Any]:
    """The plan that the agent would make by rules, as a model writes it."""
    task = request.system[1].text.removeprefix("Your task: ")
    agent = next(one for one in agents if isinstance(one, ModelPlanned) and one.task == task)
    told = _quoted(request)
    revision = 1 + len([one for one in told.get("planner.memory", {}).get("decisions", ()) if one["code"] == "planned"])
    goal = Goal(NOBODY, task, told["planner.input"], NOBODY, date.min, datetime.min, revision=revision)
    return {"steps": [_step(one) for one in agent.plan_by_rules(goal)], "why": "The usual way."}


def _step(planned: Planned) -> dict[str, Any]:
    body = planned.as_json()
    return {
        "name": planned.name,
        "tool": planned.tool,
        "args": orjson.dumps(body["args"]).decode(),
        "expect": planned.expect,
        "must": [{**one, "value": orjson.dumps(one["value"]).decode()} for one in body.get("must", ())],
        "optional": planned.optional,
        "when": planned.when,
        "together": planned.together or "",
    }


def _taker(request: Request) -> str:
    told = _quoted(request)
    said = words_of(told["matter.text"])
    shared = {name: len(said & words_of(about)) for name, about in told["matter.who"].items()}
    best = max(shared, key=lambda name: shared[name], default="nobody")
    return best if shared.get(best) else "nobody"


def _quoted(request: Request) -> dict[str, Any]:
    """Every value of the question by its field."""
    found: dict[str, Any] = {}
    for part in request.parts():
        if isinstance(part, Data) and part.text.startswith("{"):
            found |= orjson.loads(part.text)
    return found
