"""What a proposal is to the gate: its actions, and what the agent's code found out about them."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from tools_registry.facts.origins import Origin, Source
from tools_registry.facts.plain import Json, number_of, text_of
from tools_registry.kinds import Effect, Impact, Severity


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something needs a person or was denied: machine code, sentence, and the numbers behind it."""

    code: str
    sentence: str
    field: str | None = None
    numbers: dict[str, str] = dataclasses.field(default_factory=dict)
    urgent: bool = False

    def as_json(self) -> Json:
        return {
            "code": self.code,
            "sentence": self.sentence,
            "field": self.field,
            "numbers": dict(self.numbers),
            "urgent": self.urgent,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            code=data["code"],
            sentence=data["sentence"],
            field=data.get("field"),
            numbers=dict(data.get("numbers") or {}),
            urgent=bool(data.get("urgent", False)),
        )


@dataclass(frozen=True, slots=True)
class Check:
    """A comparison an agent's code made; `code` is the reason code if it failed."""

    name: str
    field: str
    expected: str
    found: str
    passed: bool
    severity: Severity
    code: str
    sentence: str = ""

    def as_json(self) -> Json:
        return {
            "name": self.name,
            "field": self.field,
            "expected": self.expected,
            "found": self.found,
            "passed": self.passed,
            "severity": self.severity.value,
            "code": self.code,
            "sentence": self.sentence,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(**{**data, "severity": Severity(data["severity"])})


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """One action as the gate sees it: the tool, the resolved arguments, and what they amount to.

    `converted` is the amount in the base currency; None beside a foreign amount means there is no rate.
    `evidence_at` is when the oldest evidence the action rests on was read; None when it rests on none. `origins` say
    where each argument comes from, `sinks` where those may come from that may not come from everywhere.
    """

    tool: str
    tool_version: str
    impact: Impact
    effect: Effect
    args: dict[str, Any]
    reference: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    converted: Decimal | None = None
    counterparty: str | None = None
    order: str | None = None
    evidence_at: datetime | None = None
    origins: Mapping[str, Origin] = dataclasses.field(default_factory=dict)
    sinks: Mapping[str, frozenset[Source]] = dataclasses.field(default_factory=dict)

    def as_json(self) -> Json:
        return {
            "tool": self.tool,
            "tool_version": self.tool_version,
            "impact": self.impact.value,
            "effect": self.effect.value,
            "args": self.args,
            "reference": self.reference,
            "amount": text_of(self.amount),
            "currency": self.currency,
            "converted": text_of(self.converted),
            "counterparty": self.counterparty,
            "order": self.order,
            "evidence_at": None if self.evidence_at is None else self.evidence_at.isoformat(),
            "origins": {name: origin.as_json() for name, origin in self.origins.items()},
            "sinks": {name: sorted(allowed) for name, allowed in self.sinks.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        seen = data.get("evidence_at")
        return cls(
            **{
                **data,
                "impact": Impact(data["impact"]),
                "effect": Effect(data["effect"]),
                "amount": number_of(data.get("amount")),
                "converted": number_of(data.get("converted")),
                "evidence_at": None if seen is None else datetime.fromisoformat(seen),
                "origins": {name: Origin.from_json(one) for name, one in (data.get("origins") or {}).items()},
                "sinks": {name: frozenset(map(Source, one)) for name, one in (data.get("sinks") or {}).items()},
            }
        )


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """What is decided at once; every mark (a reason the agent's code brings) parks it."""

    actions: tuple[ActionFacts, ...]
    checks: tuple[Check, ...] = ()
    confidence: Decimal | None = None
    marks: tuple[Reason, ...] = ()

    def as_json(self) -> Json:
        return {
            "actions": [action.as_json() for action in self.actions],
            "checks": [check.as_json() for check in self.checks],
            "confidence": text_of(self.confidence),
            "marks": [mark.as_json() for mark in self.marks],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            actions=tuple(ActionFacts.from_json(item) for item in data["actions"]),
            checks=tuple(Check.from_json(item) for item in data.get("checks", ())),
            confidence=number_of(data.get("confidence")),
            marks=tuple(Reason.from_json(item) for item in data.get("marks", ())),
        )
