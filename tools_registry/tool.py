"""A tool is a typed promise: a function with pydantic input and output, and what the house must know."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypedDict, Unpack

from tools_registry.call import ToolCall
from tools_registry.kinds import Effect, Fallback, Impact
from tools_registry.promise import ToolDefinitionError, check_promise, models_of
from tools_registry.registry import registry
from tools_registry.spec import Basis, MoneyLike, Rate, Retry, ToolInput, ToolOutput, ToolSpec

__all__ = [
    "Rate",
    "Retry",
    "ToolCall",
    "ToolDefinitionError",
    "ToolInput",
    "ToolOutput",
    "ToolSpec",
    "tool",
]


class Declared(TypedDict, total=False):
    """What a tool may declare beside its impact and effect; the defaults are `ToolSpec`'s."""

    reference: Callable[[Any], str] | None  # what may happen only once; required of every effect
    retry: Retry
    timeout: timedelta  # of one attempt
    settle: timedelta
    rate: Rate | None
    max_age: timedelta  # how long its answer counts as fresh
    fallback: Fallback
    examples: Sequence[Mapping[str, Any]]
    revision: int  # raised when the behaviour changes and the schema does not
    connector: str | None  # "name/version" of whom it talks to; makes it remote unless it is transactional
    basis: Basis | None  # the world it rests on: `basis(args, *, lock: bool)`
    ask: Callable[[Any, ToolCall], Any] | None  # "did you do K?"
    counterparty: Callable[[Any], str | None] | None
    amount: Callable[[Any], MoneyLike | None] | None
    order: Callable[[Any], str | None] | None
    pure: bool  # computes only: no waiting on anybody


def tool(
    *, impact: Impact, effect: Effect, register: bool = True, **declared: Unpack[Declared]
) -> Callable[[Callable[..., Any]], ToolSpec]:
    """Declare a tool; raises `ToolDefinitionError` at import when its promise has a hole."""

    def declare(function: Callable[..., Any]) -> ToolSpec:
        input_model, output_model = models_of(function)
        spec = ToolSpec(
            name=function.__name__,
            function=function,
            description=" ".join((function.__doc__ or "").split()),
            input_model=input_model,
            output_model=output_model,
            impact=impact,
            effect=effect,
            **declared,
        )
        check_promise(spec)
        if register:
            registry.add(spec)
        return spec

    return declare
