"""What a kill switch can stop: everything, an agent or a tool that exists.

This floor knows no agents; the floor above says who they are (`name_agents`, from its `apps.py`).
"""

from collections.abc import Callable, Iterable

from tools_registry.models import Tool
from tools_registry.registry import registry

_agents: Callable[[], Iterable[str]] = tuple


def name_agents(names: Callable[[], Iterable[str]]) -> None:
    """Fill the doorway: `names` is asked whenever a scope is looked at."""
    global _agents
    _agents = names


def existing() -> list[str]:
    """Every scope that can be stopped now. A tool that only another version of the code declares is among them: its
    workers may still call it."""
    tools = {*registry.tools, *Tool.objects.values_list("name", flat=True)}
    return ["all", *(f"agent:{name}" for name in sorted(_agents())), *(f"tool:{name}" for name in sorted(tools))]
