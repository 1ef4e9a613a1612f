"""Whether what somebody says was done was done: each claim is held to the row of its effect, and to nothing else.

A model that reports "the account is open" names the tool and the business reference; the effect says whether it was
`confirmed`, is still in the air, was refused, or never was. Effects of child runs count as the run's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from runs import sql
from runs.lifecycle import EffectStatus
from runs.models import Action, Effect
from tools_registry.facts import Check
from tools_registry.kinds import Severity

NEVER = "never"


@dataclass(frozen=True, slots=True)
class Deed:
    """What is claimed to be done: by which tool, to what."""

    tool: str
    reference: str


@dataclass(frozen=True, slots=True)
class Verified:
    """A claimed deed with what its effect says: `confirmed`, `sent`, `intended`, `unknown`, `refused` or `never`."""

    deed: Deed
    found: str
    effect: str = ""

    @property
    def is_true(self) -> bool:
        return self.found == EffectStatus.CONFIRMED


_FAMILY = """
WITH RECURSIVE family AS (
    SELECT %s::uuid AS id UNION SELECT c.run_id FROM runs_childrun c JOIN family f ON c.parent_id = f.id)
SELECT id FROM family
"""


def verify(run_id: UUID, deeds: Iterable[Deed]) -> list[Verified]:
    """Each claim beside its effect, of this run or of its children."""
    claimed = list(deeds)
    family = [row[0] for row in sql.query(_FAMILY, (run_id,))]
    there: dict[tuple[str, str], Effect] = {}
    wanted = Effect.objects.filter(run_id__in=family, reference__in=[deed.reference for deed in claimed])
    for effect in wanted.order_by("intended_at"):
        key = (effect.tool, effect.reference)
        if key not in there or there[key].status == EffectStatus.REFUSED:  # one that was not refused is the deed
            there[key] = effect
    return [_beside(deed, there.get((deed.tool, deed.reference))) for deed in claimed]


def of_steps(run_id: UUID, names: Sequence[str]) -> list[Deed]:
    """The deeds that steps of a run stand for, in their order; a name that was never proposed stands for nothing."""
    rows = Action.objects.filter(proposal__run_id=run_id, name__in=names).order_by("proposal__number")
    there = {action.name: Deed(action.tool, action.reference) for action in rows}
    return [there.get(name, Deed(name, "")) for name in names]


def check_of(verified: Sequence[Verified], field: str) -> Check:
    """One line for a proposal: how many of the claimed deeds were done."""
    untrue = [one for one in verified if not one.is_true]
    done = len(verified) - len(untrue)
    first = f" {untrue[0].deed.tool} for {untrue[0].deed.reference}: {untrue[0].found}." if untrue else ""
    sentence = f"{len(untrue)} of {len(verified)} claimed actions were not done.{first}" if untrue else ""
    expected, found = f"{len(verified)} of {len(verified)}", f"{done} of {len(verified)}"
    return Check(
        "claimed actions were done", field, expected, found, not untrue, Severity.WARNS, "untrue_claim", sentence
    )


def lowered(confidence: Decimal, verified: Sequence[Verified]) -> Decimal:
    """A confidence, lowered by what is claimed and was not done. Never raised."""
    if not verified:
        return confidence
    done = Decimal(sum(one.is_true for one in verified)) / Decimal(len(verified))
    return (confidence * done).quantize(Decimal("0.01"))


def _beside(deed: Deed, effect: Effect | None) -> Verified:
    return Verified(deed, effect.status, effect.key) if effect is not None else Verified(deed, NEVER)
