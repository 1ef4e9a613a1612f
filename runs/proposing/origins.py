"""Where each argument of an action comes from: followed through the plan to the tools that answered, and joined.

A literal of a plan in code is ours, one of a plan that a model made is a model's; what stands in a run's input came
from outside; what a person typed over an argument is theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agentops.core.hashing import plain
from runs.agents import Planned, Ref, resolve
from runs.leased import LeasedRun
from runs.models import Action
from tools_registry.facts.origins import READ, SAID, TYPED, WRITTEN, Origin, Source, joined
from tools_registry.registry import registry
from tools_registry.results import InvalidArguments
from tools_registry.sources import origin_at, sinks_of
from tools_registry.tool import ToolSpec


def origins_of(run: LeasedRun, action: Action, spec: ToolSpec) -> dict[str, Origin]:
    """By argument; one that the plan does not name has the default that its tool declares."""
    planned = run.plan[action.seq]
    tools, literal = _tools_of(run), _literal(run)
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


def misplaced(args: Mapping[str, Any], spec: ToolSpec, tools: Mapping[str, ToolSpec], literal: Origin) -> Iterator[str]:
    """Planned arguments with a part from where the tool did not open them. For reads, before which no gate stands."""
    for name, allowed in sinks_of(spec).items():
        if name in args and not _is_open(args[name], allowed, tools, literal):
            yield name


def _is_open(value: Any, allowed: frozenset[Source], tools: Mapping[str, ToolSpec], literal: Origin) -> bool:
    """Each part is asked, not what they are joined: a stranger's words beside a planner's own would pass for these.

    That a model may say it means the planner itself: what a reader answered may be what it was told to by its text.
    """
    if isinstance(value, Ref):
        return origin_of(value, tools, literal).source in allowed - {Source.MODEL}
    if isinstance(value, Mapping | list | tuple):
        parts = value.values() if isinstance(value, Mapping) else value
        return all(_is_open(one, allowed, tools, literal) for one in parts)
    return literal.source in allowed


def misplaced_in(run: LeasedRun, planned: Planned, spec: ToolSpec) -> tuple[str, ...]:
    """The same for a step of the plan in force."""
    return tuple(misplaced(planned.args, spec, _tools_of(run), _literal(run))) if sinks_of(spec) else ()


def _tools_of(run: LeasedRun) -> dict[str, ToolSpec]:
    return {step.name: registry.get(step.tool) for step in run.plan}


def _literal(run: LeasedRun) -> Origin:
    return SAID if run.agent.plans_by_asking else WRITTEN


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
