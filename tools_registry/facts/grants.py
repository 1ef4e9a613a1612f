"""What an agent was granted, the house's ceiling above it, and the world in which the gate judges."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Self

from tools_registry.facts.plain import Json, number_of, text_of
from tools_registry.kinds import Mode

# The numbers of a grant, each "None = not set"; one list so that policy, gate and pages cannot drift.
GRANT_AMOUNTS = (
    "item_limit",
    "day_limit_counterparty",
    "day_limit_order",
    "day_limit_agent",
    "min_confidence",
    "second_signature_over",
)


@dataclass(frozen=True, slots=True)
class Grant:
    """What one agent may do with one tool; amounts are in the base currency."""

    agent: str
    tool: str
    mode: Mode
    item_limit: Decimal | None = None
    day_limit_counterparty: Decimal | None = None
    day_limit_order: Decimal | None = None
    day_limit_agent: Decimal | None = None
    min_confidence: Decimal | None = None
    second_signature_over: Decimal | None = None
    sampling_rate: Decimal = Decimal(0)

    def as_json(self) -> Json:
        return {
            "agent": self.agent,
            "tool": self.tool,
            "mode": self.mode.value,
            **{name: text_of(getattr(self, name)) for name in GRANT_AMOUNTS},
            "sampling_rate": str(self.sampling_rate),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            agent=data["agent"],
            tool=data["tool"],
            mode=Mode(data["mode"]),
            **{name: number_of(data.get(name)) for name in GRANT_AMOUNTS},
            sampling_rate=Decimal(data.get("sampling_rate", "0")),
        )


@dataclass(frozen=True, slots=True)
class HouseCeiling:
    """The house's own limits (settings): no grant raises them."""

    item_limit: Decimal
    second_signature_over: Decimal
    max_evidence_age: timedelta = timedelta(hours=1)

    def as_json(self) -> Json:
        return {
            "item_limit": str(self.item_limit),
            "second_signature_over": str(self.second_signature_over),
            "max_evidence_age": str(int(self.max_evidence_age.total_seconds())),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            item_limit=Decimal(data["item_limit"]),
            second_signature_over=Decimal(data["second_signature_over"]),
            max_evidence_age=timedelta(seconds=int(data["max_evidence_age"])),
        )


@dataclass(frozen=True, slots=True)
class GateContext:
    """The world around a proposal. `used` is keyed by `LimitUse.key`; `today` is the business day.

    `stopped` holds the thrown switches and `features_off` the features turned off, both as
    "all", "agent:<name>" or "tool:<name>".
    """

    now: datetime
    house: HouseCeiling
    base_currency: str = "EUR"
    stopped: frozenset[str] = frozenset()
    used: Mapping[str, Decimal] = dataclasses.field(default_factory=dict)
    requester_may: bool = False
    agent: str = ""
    today: date | None = None
    features_off: frozenset[str] = frozenset()
    canary: bool = False
    spent: Decimal = Decimal(0)
    spend_limit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LimitUse:
    """An amount to reserve on a cumulative limit; `scope` says agent, tool and whom it counts for."""

    limit: str
    scope: str
    day: date
    amount: Decimal
    cap: Decimal

    @property
    def key(self) -> str:
        """The key under which `GateContext.used` holds what is already used today."""
        return f"{self.limit}:{self.scope}"

    def as_json(self) -> Json:
        return {
            "limit": self.limit,
            "scope": self.scope,
            "day": self.day.isoformat(),
            "amount": str(self.amount),
            "cap": str(self.cap),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            limit=data["limit"],
            scope=data["scope"],
            day=date.fromisoformat(data["day"]),
            amount=Decimal(data["amount"]),
            cap=Decimal(data["cap"]),
        )
