"""What waits: changes of account and loaded files for a person's word, payments for their release."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from agentops.core.models import User
from agentops.core.permissions import Role

from ..lifecycle import IS_OPEN_CHANGE, ChangeStatus, PaymentStatus
from ..models import AccountChange, Payment, VendorChange
from ..policy import business_day

OPEN_CHANGE = Exists(AccountChange.objects.filter(IS_OPEN_CHANGE, vendor=OuterRef("vendor_id")))


def changes_for(user: User) -> QuerySet[AccountChange]:
    """The changes in which the next step may be this person's."""
    mine = Q(pk__in=[])
    if user.holds(Role.VENDOR_MANAGER):
        mine |= Q(status=ChangeStatus.ASKED)
    if user.holds(Role.VENDOR_MANAGER, Role.CONTROLLER):
        mine |= Q(status=ChangeStatus.CALLED) & ~Q(asked_by=user) & ~Q(called_by=user)
    return AccountChange.objects.filter(mine)


def loads_for(user: User) -> QuerySet[VendorChange]:
    """The loaded files that this person may confirm."""
    waiting = VendorChange.objects.filter(status="waiting").order_by("created_at")
    return waiting if user.holds(Role.VENDOR_MANAGER) else waiting.none()


def count_for(user: User) -> int:
    """How many things about vendors wait for this person."""
    changes, loads = changes_for(user).values("pk"), loads_for(user).order_by().values("pk")
    return int(changes.order_by().union(loads, all=True).count())


def releasable() -> QuerySet[Payment]:
    """Scheduled payments of vendors without an open change."""
    return Payment.objects.filter(~OPEN_CHANGE, status=PaymentStatus.SCHEDULED)


def due_payments() -> QuerySet[Payment]:
    """Those of them whose day has come."""
    return releasable().filter(execute_on__lte=business_day(None))
