"""How sure a proposal is, beside how sure it would have to be: numbers of a small meter."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from functools import lru_cache

from reviews.models import Review
from tools_registry import queries
from tools_registry.models import PolicyVersion


@dataclass(frozen=True)
class Sureness:
    """Confidence and the strictest threshold of the policy it was judged by, both as hundredths."""

    found: Decimal
    threshold: Decimal | None

    @property
    def is_low(self) -> bool:
        return self.threshold is not None and self.found < self.threshold

    @property
    def text(self) -> str:
        """Rounded down, so that what is below the threshold never reads as the threshold."""
        return str(self.found.quantize(Decimal("0.01"), ROUND_DOWN))

    @property
    def percent(self) -> int:
        return int(self.found * 100)

    @property
    def mark(self) -> int:
        """How far the bar of the review page goes, of 300."""
        return int(self.found * 300)

    @property
    def gate_mark(self) -> int:
        return int((self.threshold or 0) * 300)

    @property
    def label_x(self) -> int:
        """Where the number below the bar ends, left of what is said about the threshold."""
        return max(28, min(self.mark, 190))

    @property
    def gate(self) -> int | None:
        return None if self.threshold is None else int(self.threshold * 100)

    @property
    def tone(self) -> str:
        return "warn" if self.is_low else "none"


def sureness(review: Review) -> Sureness | None:
    """None where nothing was calibrated, or where a blind check must not show it."""
    if review.confidence is None:
        return None
    return Sureness(review.confidence, threshold_of(review))


def threshold_of(review: Review) -> Decimal | None:
    """What the policy of the proposal asks of this agent to act alone."""
    if review.proposal is None:
        return None
    return _asked(review.proposal.policy, review.agent)


@lru_cache(maxsize=256)
def _asked(policy: str, agent: str) -> Decimal | None:
    """Remembered, because a policy never changes: a queue of fifty rows asks for it fifty times."""
    try:
        grants = queries.grants_for(policy, agent)
    except PolicyVersion.DoesNotExist:
        return None
    return max((grant.min_confidence for grant in grants.values() if grant.min_confidence is not None), default=None)
