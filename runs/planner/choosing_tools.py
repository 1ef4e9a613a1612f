"""Which tools a planner is told of: what its agent has and policy grants, and of many those that fit the goal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from runs.agents.plugin import Agent
from runs.memory.cutting import words_of
from runs.policy import ALWAYS
from tools_registry.facts import Grant
from tools_registry.kinds import Mode
from tools_registry.registry import registry
from tools_registry.tool import ToolSpec

MOST_TOOLS = 12


def tools_for(agent: Agent, grants: Mapping[str, Grant]) -> tuple[ToolSpec, ...]:
    """Everything a plan of this agent may name now; a tool that policy never granted is not there."""
    named = (*agent.tools, *sorted(ALWAYS))
    return tuple(
        registry.get(name)
        for name in named
        if agent.stages.has(name) or name in ALWAYS
        if (name in ALWAYS and name not in grants) or (name in grants and grants[name].mode is not Mode.DENY)
    )


def relevant(tools: Sequence[ToolSpec], goal: str, most: int = MOST_TOOLS) -> tuple[ToolSpec, ...]:
    """Those whose name and description share most words with the goal, a word counting as it is rare among them; asking
    a person is always among them."""
    if len(tools) <= most:
        return tuple(tools)
    wanted = words_of(goal)
    said = {tool.name: words_of(f"{tool.name.replace('_', ' ')} {tool.description}") for tool in tools}
    often = Counter(word for words in said.values() for word in words)
    fits = {name: sum(1 / often[word] for word in words & wanted) for name, words in said.items()}
    others = sorted((tool.name for tool in tools if tool.name not in ALWAYS), key=lambda name: (-fits[name], name))
    kept = {*ALWAYS, *others[: most - len(ALWAYS)]}
    return tuple(tool for tool in tools if tool.name in kept)
