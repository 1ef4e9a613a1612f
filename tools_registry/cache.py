"""Answers kept for the day the source does not answer; only tools that fall back on them pay for it."""

from collections import OrderedDict
from datetime import UTC, datetime
from functools import cache
from threading import Lock
from typing import Any, Protocol

from tools_registry.results import Failed, Value
from tools_registry.tool import ToolSpec

MOST_KEPT = 500


class Answers(Protocol):
    """Where earlier answers are found."""

    def keep(self, spec: ToolSpec, args: Any, value: Value) -> None:
        """Remember an answer."""

    def stale(self, spec: ToolSpec, args: Any, failure: Failed) -> Value | None:
        """The last answer to the same question, marked stale, or None."""


class MemoryAnswers:
    """The last answers of this process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Value, datetime]] = OrderedDict()
        self._lock = Lock()

    @classmethod
    @cache
    def shared(cls) -> "MemoryAnswers":
        """The one for all calls of this process."""
        return cls()

    def keep(self, spec: ToolSpec, args: Any, value: Value) -> None:
        """Remember an answer; the oldest are forgotten."""
        with self._lock:
            self._kept[_key(spec, args)] = (value, datetime.now(UTC))
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def stale(self, spec: ToolSpec, args: Any, failure: Failed) -> Value | None:
        """The last answer to the same question, marked stale, or None."""
        found = self._kept.get(_key(spec, args))
        if found is None:
            return None
        value, seen_at = found
        note = f"From {seen_at:%Y-%m-%d %H:%M} UTC, because the source could not be asked: {failure.message}"
        return Value(value.output, note, stale=True, as_of=seen_at)


def _key(spec: ToolSpec, args: Any) -> str:
    return f"{spec.version}:{args.model_dump_json()}"
