"""The doorway to the books: what posting a bill is, whoever keeps the ledger. The setting ACCOUNTING names who."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from .doorway import Accounting, Bill, Posted, PostingRefused

__all__ = ["Accounting", "Bill", "Posted", "PostingRefused", "connect"]


def connect() -> Accounting:
    """The ledger that this house posts to; raises `ImportError` if the setting names nothing."""
    return _made(settings.ACCOUNTING)


@lru_cache(maxsize=4)
def _made(path: str) -> Accounting:
    made: Accounting = import_string(path)()
    return made
