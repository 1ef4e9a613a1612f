"""What every tool must declare; a hole is found when the tool's module is imported."""

import typing
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tools_registry.kinds import Effect, Fallback, Impact
from tools_registry.results import Empty
from tools_registry.sources import unseen_sinks
from tools_registry.spec import ToolInput, ToolOutput, ToolSpec


class ToolDefinitionError(TypeError):
    """A tool that does not keep the promise every tool makes; found when its module is imported."""


def models_of(function: Callable[..., Any]) -> tuple[type[ToolInput], type[ToolOutput]]:
    """The input and output models a tool function is annotated with; raises `ToolDefinitionError`."""
    hints = typing.get_type_hints(function)
    answer = hints.pop("return", None)
    hints.pop("call", None)
    inputs = [kind for kind in hints.values() if isinstance(kind, type) and issubclass(kind, ToolInput)]
    answers = [answer] if isinstance(answer, type) else typing.get_args(answer)
    outputs = [kind for kind in answers if isinstance(kind, type) and issubclass(kind, ToolOutput)]
    if len(inputs) != 1 or len(outputs) != 1 or any(kind not in (*outputs, Empty) for kind in answers):
        raise ToolDefinitionError(
            f"{function.__name__} must take one ToolInput and `call`, and return one ToolOutput (or Empty)"
        )
    return inputs[0], outputs[0]


def check_promise(spec: ToolSpec) -> None:
    """Raise `ToolDefinitionError` for a tool whose declaration contradicts itself."""
    for broken, sentence in (
        (not spec.description, "has no docstring: it is what a model reads to know when to use it"),
        (
            (spec.impact is Impact.READ) != (spec.effect is Effect.READ),
            "must have effect `read` exactly when its impact is `read`",
        ),
        (
            spec.effect is not Effect.READ and spec.reference is None,
            "has an effect but no business reference",
        ),
        (spec.impact is Impact.MONEY and spec.amount is None, "moves money but does not say how much"),
        (spec.effect is Effect.ASKABLE and spec.ask is None, "is askable but has no `ask`"),
        (spec.retry.attempts < 1, "must be tried at least once"),
        (spec.timeout <= timedelta(0), "has no time to run in"),
        (
            spec.effect is not Effect.READ and spec.fallback in (Fallback.STALE_CACHE, Fallback.SKIP),
            "has an effect: it cannot be skipped or answered from a cache",
        ),
        (spec.pure and spec.is_remote, "is remote and so not pure"),
        (
            bool(hidden := unseen_sinks(spec)),
            f"says `From` on {', '.join(hidden)}, where it is not held: write `Annotated[..., From(...)]` around the"
            " whole type of an argument",
        ),
    ):
        if broken:
            raise ToolDefinitionError(f"Tool {spec.name} {sentence}")
