"""What every bank promises; tests/agents/invoices/bank holds each implementation to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from tools_registry.kinds import Effect


class BankRefused(Exception):
    """The bank says no; `code` is a reason code, the message is for a person."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Instruction:
    """One payment as the bank wants it."""

    creditor: str
    account: str
    amount: Decimal
    currency: str
    execute_on: date
    remittance: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The bank's answer; the same key always gets the same reference."""

    reference: str


class Bank(Protocol):
    """A bank. `effect` tells how a release is performed, `version` names the connector."""

    effect: Effect
    version: str

    def release(self, instruction: Instruction, *, key: str) -> Receipt:
        """Pay once per `key`: asked again for the same, it answers the same and pays nothing more. Raises
        `BankRefused` (`key_used` for something else under the same key)."""

    def find(self, key: str) -> Receipt | None:
        """What was released under `key`, or None."""

    def file_of(self, key: str) -> tuple[str, bytes] | None:
        """Name and contents of the file that a person takes to the bank's portal; None before the release, and
        where the bank is reached without people."""
