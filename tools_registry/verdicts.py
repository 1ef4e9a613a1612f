"""The gate's three answers."""

from dataclasses import dataclass, field
from typing import ClassVar

from tools_registry.facts import Json, LimitUse, Reason
from tools_registry.kinds import Verdict


@dataclass(frozen=True, slots=True)
class Allow:
    """It may be done alone, once `limits` are reserved in the effect's or intent's transaction."""

    limits: tuple[LimitUse, ...] = ()
    verdict: ClassVar[Verdict] = Verdict.ALLOW
    reasons: ClassVar[tuple[Reason, ...]] = ()
    signatures: ClassVar[int] = 0
    blocked: ClassVar[bool] = False

    @property
    def urgent(self) -> bool:
        return False

    def as_json(self) -> Json:
        return {"verdict": self.verdict.value, "reasons": [], "signatures": 0, "blocked": False}


@dataclass(frozen=True, slots=True)
class Review:
    """It needs people: one signature or two; `blocked` means that none helps while a blocking check stands.

    `limits` is what it would have used: cumulative limits count automatic actions only, so an approved
    action reserves none of it.
    """

    reasons: tuple[Reason, ...]
    signatures: int = 1
    limits: tuple[LimitUse, ...] = field(default=())
    blocked: bool = False
    verdict: ClassVar[Verdict] = Verdict.REVIEW

    @property
    def urgent(self) -> bool:
        """True when somebody should be told at once."""
        return any(reason.urgent for reason in self.reasons)

    def as_json(self) -> Json:
        return {
            "verdict": self.verdict.value,
            "reasons": [reason.as_json() for reason in self.reasons],
            "signatures": self.signatures,
            "blocked": self.blocked,
        }


@dataclass(frozen=True, slots=True)
class Deny:
    """It may not be done, whoever signs."""

    reasons: tuple[Reason, ...]
    limits: ClassVar[tuple[LimitUse, ...]] = ()
    verdict: ClassVar[Verdict] = Verdict.DENY
    signatures: ClassVar[int] = 0
    blocked: ClassVar[bool] = True

    @property
    def urgent(self) -> bool:
        return any(reason.urgent for reason in self.reasons)

    def as_json(self) -> Json:
        return {
            "verdict": self.verdict.value,
            "reasons": [reason.as_json() for reason in self.reasons],
            "signatures": 0,
            "blocked": True,
        }
