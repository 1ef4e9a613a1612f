"""The doorway through which a run asks people. The setting `INBOX` names the class that fills it.

The runtime calls these inside its own transactions, after it has locked the run (lock order everywhere: run,
review, approval, domain, counters, audit heads). An empty doorway fails closed: a run that needs a person and
has nobody to ask cannot park, so it stays where it is, and a system check reports it at start-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, cast
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from tools_registry.facts import Reason

if TYPE_CHECKING:
    from runs.models import Proposal


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that needs a person.

    `kind`: `approval` (a proposal), `stuck` (the run cannot go on alone), `clarification` (the agent asks),
    `sample` (blind check of something done automatically). `context` is what the page shows beside the reasons:
    for `stuck` what was tried and which ways out make sense (`{"ways": ["retry", "reject", "happened",
    "did_not_happen"], "effect": key, ...}`), for `clarification` the question and its choices. `proposal` is the
    row of `proposal_id` where the caller has it in hand.
    """

    kind: str
    run_id: UUID
    agent: str
    desk: str
    title: str
    reasons: tuple[Reason, ...] = ()
    proposal_id: UUID | None = None
    await_id: UUID | None = None
    counterparty: str = ""
    context: dict[str, Any] = field(default_factory=dict)
    proposal: Proposal | None = field(default=None, repr=False, compare=False)

    @property
    def urgent(self) -> bool:
        return any(reason.urgent for reason in self.reasons)


class Inbox(Protocol):
    """Asking people, as the runtime sees it."""

    def ask(self, ask: Ask) -> UUID:
        """Open a review and return its id; inside the caller's transaction, the run already locked."""

    def withdraw(self, run_id: UUID, *, why: str, now: datetime) -> None:
        """Close what is open for this run: it was cancelled, or its proposal was superseded by the world."""

    def objection(self, proposal_id: UUID, signers: Sequence[UUID], now: datetime) -> str | None:
        """Why these signatures no longer count (a signer lost role, desk or limit, became author or
        requester), or None. Asked again inside the transaction that performs the effect."""


@lru_cache(maxsize=1)
def inbox() -> Inbox:
    """The class that fills the doorway; raises `ImproperlyConfigured` through the import if it is empty."""
    return cast(Inbox, import_string(settings.INBOX)())
