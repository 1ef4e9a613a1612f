"""What every ledger promises; tests/agents/invoices/accounting holds each implementation to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from tools_registry.kinds import Effect


class PostingRefused(Exception):
    """The ledger says no; `code` is a reason code, the message is for a person."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Bill:
    """A supplier invoice as the books want it; the totals must add up."""

    vendor: str
    number: str
    issue_date: date
    posted_on: date
    currency: str
    net: Decimal
    tax: Decimal
    gross: Decimal
    memo: str
    order: str | None = None
    document: str = ""
    run_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """What the books say of a posted bill."""

    entry: str
    posted_on: date
    key: str


class Accounting(Protocol):
    """A ledger. `effect` tells the runtime how posting is performed, `version` names the connector."""

    effect: Effect
    version: str

    def post(self, bill: Bill, *, key: str) -> Posted:
        """Post once per `key`: the same bill again returns what is there. Raises `PostingRefused` (`period_closed`,
        `unbalanced`, `nothing_to_post`, `key_used` for another bill under the same key)."""

    def find(self, key: str) -> Posted | None:
        """What was posted under `key`, or None."""

    def is_open(self, day: date) -> bool:
        """May a bill be posted on this day?"""
