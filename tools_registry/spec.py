"""What the house knows about a tool: its types, its kind, its limits and how to ask about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from tools_registry.call import ToolCall
from tools_registry.kinds import REMOTE_EFFECTS, Effect, Fallback, Impact
from tools_registry.results import InvalidArguments, Problem


class ToolInput(BaseModel):
    """The arguments of a tool; unknown fields are refused, values never change."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ToolOutput(BaseModel):
    """What a tool answers."""

    model_config = ConfigDict(frozen=True)


class MoneyLike(Protocol):
    """What `amount=` returns: an amount with its currency, such as `agentops.core.money.Money`."""

    @property
    def amount(self) -> Decimal: ...
    @property
    def currency(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a failed call is tried in all, and the first pause (doubled each time, full jitter)."""

    attempts: int = 1
    first_wait: timedelta = timedelta(seconds=1)
    longest_wait: timedelta = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `calls` per `per`, counted over all workers."""

    calls: int
    per: timedelta = timedelta(seconds=1)


Basis = Callable[..., dict[str, Any] | None]


@dataclass(frozen=True, eq=False)
class ToolSpec:
    """Everything the house knows about a tool. Calling it runs the function itself, outside the pipe."""

    name: str
    function: Callable[..., Any]
    description: str
    input_model: type[ToolInput]
    output_model: type[ToolOutput]
    impact: Impact
    effect: Effect
    reference: Callable[[Any], str] | None = None
    retry: Retry = Retry()
    timeout: timedelta = timedelta(seconds=30)
    settle: timedelta = timedelta(0)  # how long an askable receiver may take to show what it accepted
    rate: Rate | None = None
    max_age: timedelta = timedelta(hours=1)
    fallback: Fallback = Fallback.NONE
    examples: Sequence[Mapping[str, Any]] = ()
    revision: int = 1
    connector: str | None = None
    basis: Basis | None = None
    ask: Callable[[Any, ToolCall], Any] | None = None
    counterparty: Callable[[Any], str | None] | None = None
    amount: Callable[[Any], MoneyLike | None] | None = None
    order: Callable[[Any], str | None] | None = None
    pure: bool = False

    def __call__(self, args: ToolInput, *, call: ToolCall) -> Any:
        return self.function(args, call=call)

    def validate(self, args: Mapping[str, Any] | ToolInput) -> Any:
        """The arguments as the tool's input; raises `InvalidArguments` with one problem per field."""
        if isinstance(args, self.input_model):
            return args
        try:
            return self.parse(args)
        except ValidationError as error:
            raise InvalidArguments(self.name, problems_of(error)) from None

    @cached_property
    def parse(self) -> Callable[[Any], Any]:
        # The validator itself: skips the classmethod around it, which costs on the hot path.
        return self.input_model.__pydantic_validator__.validate_python

    @cached_property
    def dump(self) -> Callable[[Any], dict[str, Any]]:
        """A tool's output as plain JSON values."""
        to_python = self.output_model.__pydantic_serializer__.to_python
        return lambda output: to_python(output, mode="json")

    @cached_property
    def is_remote(self) -> bool:
        """Whether somebody outside answers: only then are there breakers and uncertain outcomes."""
        return (self.connector is not None and not self.is_transactional) or self.effect in REMOTE_EFFECTS

    @cached_property
    def is_plain(self) -> bool:
        """Whether the pipe has nothing to do around the function: the hot path."""
        unguarded = self.rate is None and self.fallback is Fallback.NONE
        return unguarded and self.retry.attempts == 1 and not self.is_remote

    @cached_property
    def patience_seconds(self) -> float:
        """How long all attempts together may take, pauses included: what a caller sets the deadline to."""
        pauses = self.retry.longest_wait.total_seconds() * (self.retry.attempts - 1)
        return self.timeout_seconds * self.retry.attempts + min(pauses, 60.0)

    @cached_property
    def is_transactional(self) -> bool:
        return self.effect is Effect.TRANSACTIONAL

    @cached_property
    def timeout_seconds(self) -> float:
        return self.timeout.total_seconds()

    @cached_property
    def schema(self) -> dict[str, Any]:
        """What a model is told and what `ToolVersion` stores."""
        return {
            "name": self.name,
            "description": self.description,
            "input": self.input_model.model_json_schema(),
            "output": self.output_model.model_json_schema(mode="serialization"),
        }

    @cached_property
    def version(self) -> str:
        """Hash of the schema, the behaviour revision and the connector's version."""
        from agentops.core.hashing import digest

        return digest(
            {
                "schema": self.schema,
                "impact": self.impact,
                "effect": self.effect,
                "revision": self.revision,
                "connector": self.connector,
            }
        )


MOST_PROBLEMS = 20  # of one call; whoever repairs these will hear of the rest


def problems_of(error: ValidationError) -> list[Problem]:
    """Each thing wrong with the arguments, as data: short, on one line, and what was found redacted.

    Any part of it may be text of strangers: a field's name is a key of what was found, a message may quote it.
    """
    errors = error.errors(include_url=False, include_context=False)[:MOST_PROBLEMS]
    return [_problem(item["loc"], item["type"], item["msg"], item["input"]) for item in errors]


def _problem(place: tuple[int | str, ...], code: str, message: str, found: Any) -> Problem:
    from agentops.core.redaction import redact, redact_text  # need Django's settings, which declaring a tool does not

    name = str(place[-1]) if place else "arguments"
    return Problem(
        field=clipped(redact_text(".".join(str(part) for part in place)), 80) or "arguments",
        code=code,
        message=clipped(redact_text(message), 200),
        found=repr(redact({name: found})[name])[:80],  # by its name it may be a secret
    )


def clipped(text: str, most: int) -> str:
    """A text cut short, with nothing in it that would not print: it cannot pass for lines of another's."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text[: most + 1])
    return shown if len(shown) <= most else shown[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"
