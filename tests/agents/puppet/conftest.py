"""Houses in which a puppet answers for the models."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from runs.gateway.providers import providers
from tests.providers.worker import may_tell

TOLD = "support scripted: ticket.* article.* order.* critic.*; invoices scripted: invoice.* image/png critic.*"
LIMITLESS = {
    "MODEL_TIERS": {"cheap": "scripted:puppet", "strong": "scripted:puppet"},
    "MODEL_REQUESTS_PER_MINUTE": 10**7,
    "MODEL_TOKENS_PER_MINUTE": 10**10,
    "MODEL_CEILING": (Decimal("0.01"), Decimal("0.01")),
    "MODEL_DAY_COST": {},
}


@pytest.fixture
def played(settings: Any) -> Iterator[Any]:
    """`played(puppet)`: from now on it answers for every model."""
    with may_tell(settings, TOLD, **LIMITLESS):
        yield lambda puppet: setattr(providers().get("scripted"), "play", puppet)
