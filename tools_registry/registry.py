"""Every tool that the installed agents declare, by name."""

from tools_registry.promise import ToolDefinitionError
from tools_registry.spec import ToolSpec


class UnknownTool(LookupError):
    """Nobody declares a tool of this name."""


class Registry:
    """Filled by `@tool` when the module that declares it is imported."""

    def __init__(self) -> None:
        self.tools: dict[str, ToolSpec] = {}

    def add(self, spec: ToolSpec) -> None:
        """Take in a tool; raises `ToolDefinitionError` when another function has the name."""
        known = self.tools.get(spec.name)
        if known is not None and not _same_function(known, spec):
            raise ToolDefinitionError(f"Two tools are called {spec.name}")
        self.tools[spec.name] = spec

    def get(self, name: str) -> ToolSpec:
        """The tool of this name; raises `UnknownTool`."""
        try:
            return self.tools[name]
        except KeyError:
            raise UnknownTool(f"There is no tool called {name}") from None

    def __contains__(self, name: str) -> bool:
        return name in self.tools


registry = Registry()


def _same_function(one: ToolSpec, other: ToolSpec) -> bool:
    # A module that is imported twice (a reload) declares the same tool, not a second one.
    return (one.function.__module__, one.function.__qualname__) == (
        other.function.__module__,
        other.function.__qualname__,
    )
