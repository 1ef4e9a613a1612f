"""What a tool call came to, and the exceptions by which a tool says so.

`Empty` means "I looked, there is none"; `Failed` means "I could not look". `Unknown` means that an effect
may or may not have happened. Nothing downstream may mistake one for another.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from tools_registry.kinds import Fallback

Output = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Value:
    """The tool's answer; `stale` marks one taken from the cache because the source could not be reached."""

    output: Output
    note: str | None = None
    stale: bool = False
    as_of: datetime | None = None
    kind: ClassVar[str] = "value"


@dataclass(frozen=True, slots=True)
class Empty:
    """The tool looked and found nothing."""

    output: Output = field(default_factory=dict)
    note: str | None = None
    kind: ClassVar[str] = "empty"


@dataclass(frozen=True, slots=True)
class Refused:
    """A definite no, from the pipe or from the receiver; the same call will be refused again.

    `details` holds one `Problem` per field when the arguments were invalid.
    """

    code: str
    message: str
    details: "tuple[Problem, ...]" = ()
    kind: ClassVar[str] = "refused"


@dataclass(frozen=True, slots=True)
class Failed:
    """It could not be done, and certainly was not; `retry_after` is in seconds.

    `fallback` tells the runtime what the tool wants now: SKIP (go on without it) or ASK_PERSON.
    """

    code: str
    message: str
    retry_after: float | None = None
    fallback: Fallback = Fallback.NONE
    kind: ClassVar[str] = "failed"


@dataclass(frozen=True, slots=True)
class Unknown:
    """An effect that may have happened: ask, reconcile, or let a person say; never simply send again."""

    code: str
    message: str
    kind: ClassVar[str] = "unknown"


Result = Value | Empty | Refused | Failed | Unknown


@dataclass(frozen=True, slots=True)
class Problem:
    """One invalid argument, typed so that a planner can repair it."""

    field: str
    code: str
    message: str
    found: str = ""

    def as_json(self) -> dict[str, str]:
        return {"field": self.field, "code": self.code, "message": self.message, "found": self.found}


class InvalidArguments(ValueError):
    """Arguments that do not fit the tool's input; `problems` names each."""

    def __init__(self, tool: str, problems: Sequence[Problem]) -> None:
        self.tool, self.problems = tool, tuple(problems)
        told = "; ".join(f"{problem.field}: {problem.message}" for problem in self.problems)
        super().__init__(f"{tool} was called with invalid arguments: {told}")


class ToolRefused(Exception):
    """A tool or its receiver says a definite no."""

    def __init__(self, code: str, message: str = "") -> None:
        self.code, self.message = code, message or code
        super().__init__(self.message)


class ToolFailed(Exception):
    """A tool could not do it.

    `certain=False` says that an effect may have happened all the same (sent, but no usable answer).
    `retry=False` says that trying again at once cannot help.
    """

    def __init__(
        self,
        code: str,
        message: str = "",
        retry_after: float | None = None,
        *,
        certain: bool = True,
        retry: bool = True,
    ) -> None:
        self.code, self.message, self.retry_after = code, message or code, retry_after
        self.certain, self.retry = certain, retry
        super().__init__(self.message)
