"""Where each argument of an action comes from: followed through the plan to the tools that answered, and joined.

A literal of a plan in code is ours, one of a plan that a model made is a model's; what stands in a run's input came
from outside; what a person typed over an argument is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentops.core.hashing import plain
from runs.agents import Planned, Ref, resolve
from runs.leased import LeasedRun
from runs.models import Action
from tools_registry.facts.origins import READ, SAID, TYPED, WRITTEN, Origin, joined
from tools_registry.registry import registry
from tools_registry.results import InvalidArguments
from tools_registry.sources import origin_at, sinks_of
from tools_registry.tool import ToolSpec


def origins_of(run: LeasedRun, action: Action, spec: ToolSpec) -> dict[str, Origin]:
    """By argument; one that the plan does not name has the default that its tool declares."""
    planned = run.plan[action.seq]
    tools = {step.name: registry.get(step.tool) for step in run.plan}
    literal = SAID if run.agent.plans_by_asking else WRITTEN
    edited = _edited(run, action, spec, planned)
    return {
        name: TYPED if name in edited else origin_of(planned.args.get(name), tools, literal) for name in action.args
    }


def origin_of(value: Any, tools: Mapping[str, ToolSpec], literal: Origin) -> Origin:
    """Of a planned argument with everything in it; `tools` by the name of the step that called them."""
    if isinstance(value, Ref):
        step, *path = value.path.split(".")
        return origin_at(tools[step], tuple(path)) if step in tools else READ
    if isinstance(value, Mapping):
        return joined(origin_of(one, tools, literal) for one in value.values())
    if isinstance(value, list | tuple):
        return joined(origin_of(one, tools, literal) for one in value)
    return literal


def _edited(run: LeasedRun, action: Action, spec: ToolSpec, planned: Planned) -> set[str]:
    """The arguments that are not what the plan makes them."""
    raw = resolve(planned.args, run.results)
    # Almost always each is as it stood in a result; only what was spelt anew needs the tool's own reading of it.
    unlike = {name for name, value in action.args.items() if name in raw and raw[name] != value}
    unlike |= {name for name, value in action.args.items() if name not in raw and (value or name in sinks_of(spec))}
    if not unlike:
        return unlike
    try:
        as_planned = plain(spec.validate(raw).model_dump(mode="json"))
    except InvalidArguments:
        return set(action.args)
    return {name for name, value in plain(action.args).items() if as_planned.get(name) != value}
