"""What an agent's code says of an outcome and of a proposal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tools_registry.facts import Check, Reason


@dataclass(frozen=True, slots=True)
class Continue:
    """The outcome is what the plan expected."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """The run cannot go on alone; a person sees this reason, what else is wrong, and the whole context."""

    reason: Reason
    more: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Replan:
    """The plan no longer fits; make the next revision."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Retry:
    """The outcome cannot be right yet; look again after a while. A few times, then a person looks."""

    reason: Reason


Judgement = Continue | Stuck | Replan | Retry


@dataclass(frozen=True, slots=True)
class Assessment:
    """What an agent's code knows about a proposal: the gate's input and the reviewer's page.

    `fields` are rows for the page: `{"name", "label", "value", "source", "state", "differs"?}`, `source` being
    `{"kind": "document|master|order|rule", "page"?, "box"?, "ref"?}`. `evidence` rows: `{"title", "kind",
    "ref", "at", "score", "excerpt"}`. `stuck` set: nothing sensible can be proposed.
    """

    sentence: str
    checks: tuple[Check, ...] = ()
    marks: tuple[Reason, ...] = ()
    confidence: Decimal | None = None
    counterparty: str | None = None
    fields: tuple[Mapping[str, Any], ...] = ()
    evidence: tuple[Mapping[str, Any], ...] = ()
    stuck: Reason | None = None
    reasoning: str = ""  # the agent's own words, shown as such and below what code found; they decide nothing
    facets: Mapping[str, str] = field(default_factory=dict)
