"""How often we may be called: one address whatever it brings, one source once it has signed."""

from __future__ import annotations

from django.conf import settings

from agentops.webhooks.errors import TooOften
from agentops.webhooks.models import Source
from tools_registry import limits


def check_rate(address: str) -> None:
    """Raises `TooOften`. Asked before anything is read, so nobody keeps the door busy with what is not signed."""
    _take(limits.Limit("address", f"hook:{address}", settings.HOOK_RATE_ADDRESS))


def count_call(source: Source) -> None:
    """Raises `TooOften`. Asked after the signature: who only knows a source's address uses up none of what it may."""
    _take(limits.Limit("source", f"source:{source.pk}", settings.HOOK_RATE_SOURCE))


def _take(limit: limits.Limit) -> None:
    counted = limits.take((limit,))
    if not counted.passed:
        raise TooOften(counted)
