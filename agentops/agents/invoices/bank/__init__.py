"""The doorway to the bank: what asking for a payment is, whoever carries it. The setting BANK names who."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from .doorway import Bank, BankRefused, Instruction, Receipt

__all__ = ["Bank", "BankRefused", "Instruction", "Receipt", "connect"]


def connect() -> Bank:
    """The bank that this house pays through; raises `ImportError` if the setting names nothing."""
    return _made(settings.BANK)


@lru_cache(maxsize=4)
def _made(path: str) -> Bank:
    made: Bank = import_string(path)()
    return made
