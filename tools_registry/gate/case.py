"""A proposal on the gate's table, with the reasons found against it so far."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, Context, Decimal
from itertools import chain

from tools_registry.facts import ActionFacts, GateContext, Grant, LimitUse, ProposalFacts, Reason
from tools_registry.kinds import HARD_IMPACTS, Impact

# Known by their code alone: somebody is told at once, and they are sorted first.
URGENT = frozenset({"personal_data", "regulatory", "cost"})

# Sums are rounded up and wide, whatever the calling thread's context says: never laxer than exact.
SUMS = Context(prec=60, rounding=ROUND_CEILING)
ZERO = Decimal(0)


class Weighed:
    """One action with its grant and what it weighs in the base currency."""

    __slots__ = ("action", "converted", "grant", "hard", "worth")

    def __init__(self, action: ActionFacts, grant: Grant | None, base_currency: str) -> None:
        self.action, self.grant = action, grant
        self.hard = action.impact in HARD_IMPACTS
        amount, converted = action.amount, action.converted
        if amount is not None and action.currency == base_currency:
            converted = _larger(amount, converted)
        self.converted = converted  # None: nothing to weigh, or no rate
        self.worth = None if amount is None else _larger(amount, converted)


class Case:
    """What the rules look at, and what they say."""

    __slots__ = (
        "blocking",
        "context",
        "denials",
        "grants",
        "items",
        "parkings",
        "proposal",
        "signatures",
        "uses",
    )

    def __init__(self, proposal: ProposalFacts, grants: Mapping[str, Grant], context: GateContext) -> None:
        self.proposal, self.grants, self.context = proposal, grants, context
        self.items = [Weighed(action, grants.get(action.tool), context.base_currency) for action in proposal.actions]
        self.denials: list[Reason] = []
        self.blocking: list[Reason] = []
        self.parkings: list[Reason] = []
        self.signatures = 1
        self.uses: tuple[LimitUse, ...] | None = None

    def deny(self, code: str, sentence: str, field: str | None = None, **numbers: str) -> None:
        self.denials.append(Reason(code, sentence, field, numbers, code in URGENT))

    def park(self, code: str, sentence: str, field: str | None = None, **numbers: str) -> None:
        self.parkings.append(Reason(code, sentence, field, numbers, code in URGENT))

    def block(self, code: str, sentence: str, field: str | None = None, **numbers: str) -> None:
        self.blocking.append(Reason(code, sentence, field, numbers, code in URGENT))

    def need_two(self) -> None:
        self.signatures = 2

    def heaviest(self, item: Weighed) -> Decimal | None:
        """What `item` is compared with: a payment counts together with the proposal's other payments."""
        if item.worth is None or item.action.impact is not Impact.MONEY:
            return item.worth
        total = ZERO
        for other in self.items:
            if other.action.impact is Impact.MONEY and other.worth is not None:
                total = SUMS.add(total, other.worth)
        return total

    def reasons(self) -> tuple[Reason, ...]:
        """Denials, then what is urgent, then what blocks, then the rest; each once."""
        found = list(chain(self.denials, self.blocking, self.parkings))
        if len(found) == 1:
            return (found[0],)
        denials = len(self.denials)
        ranked = sorted(enumerate(found), key=lambda pair: pair[0] >= denials and not pair[1].urgent)
        once: dict[tuple[str, str | None, str], Reason] = {}
        for _, reason in ranked:
            once.setdefault((reason.code, reason.field, reason.sentence), reason)
        return tuple(once.values())


def _larger(amount: Decimal, converted: Decimal | None) -> Decimal:
    """Over a limit by face value or by converted value, whichever is larger; a credit weighs as a debit."""
    # copy_abs, not abs(): abs() rounds to the calling thread's precision.
    if converted is None:
        return amount.copy_abs()
    return max(amount.copy_abs(), converted.copy_abs())
