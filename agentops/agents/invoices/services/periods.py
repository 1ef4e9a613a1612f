"""Close a month of the books, or open it again."""

from __future__ import annotations

from django.db import transaction

from agentops.core.audit import trail
from agentops.core.audit.trail import Actor
from agentops.core.models import User

from ..lifecycle import PERIOD_MOVES, PeriodStatus
from ..models import Period


@transaction.atomic
def close_period(*, month: str, by: User) -> Period:
    """Nothing is posted into this month any more; raises `IllegalTransition` if it is closed."""
    return _move(month, PeriodStatus.CLOSED, by)


@transaction.atomic
def reopen_period(*, month: str, by: User) -> Period:
    """Post into this month again; raises `IllegalTransition` if it is open."""
    return _move(month, PeriodStatus.OPEN, by)


def _move(month: str, status: PeriodStatus, by: User) -> Period:
    Period.objects.bulk_create([Period(month=month)], ignore_conflicts=True)
    period = Period.objects.select_for_update().get(month=month)
    PERIOD_MOVES.check(period.status, status)
    period.status = status
    period.save(update_fields=["status"])
    event = trail.Event(action=f"period.{status}", actor=Actor.of(by), object=("period", month, None))
    trail.append("ledger", event)
    return period
