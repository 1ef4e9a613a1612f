"""A desk is a named queue of reviews with its own people, times and rule of expiry."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from agentops.core.ids import uuid7
from reviews.hours import Hours
from reviews.lifecycle import ExpiryRule, ReviewKind


def every_day() -> list[int]:
    return list(range(7))


def house_zone() -> str:
    return str(settings.TIME_ZONE)


def _is_time_of_a_kind(kind: str) -> Q:
    name = f"due_hours_{kind}"
    return Q(**{name: None}) | Q(**{f"{name}__gte": 1, f"{name}__lte": F("expire_hours")})


class Desk(models.Model):
    """Where reviews wait. Permissions are granted per desk, to people or to groups."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    agents = ArrayField(models.CharField(max_length=60), default=list)  # whose reviews come here first
    undo_seconds = models.PositiveSmallIntegerField(default=0)  # an approval waits so long before it fires
    due_hours = models.PositiveSmallIntegerField(default=8)
    expire_hours = models.PositiveIntegerField(default=72)
    # What needs another time than approvals do; empty: `due_hours`.
    due_hours_stuck = models.PositiveSmallIntegerField(null=True)
    due_hours_clarification = models.PositiveSmallIntegerField(null=True)
    due_hours_sample = models.PositiveSmallIntegerField(null=True)
    approval_hours = models.PositiveSmallIntegerField(default=72)  # how long an approval may wait to be used
    expiry_rule = models.CharField(max_length=8, choices=ExpiryRule, default=ExpiryRule.DENY)
    escalates_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    # Whom lateness goes to, beside everybody at the desk: when half the time is gone, and when all of it is.
    risk_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    overdue_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    default_limit = models.DecimalField(max_digits=18, decimal_places=2, null=True)  # of who has none of their own
    # Its clock: hours to the due time and to expiry are counted while the desk is open.
    opens = models.TimeField(null=True)  # both null: around the clock
    closes = models.TimeField(null=True)
    weekdays = ArrayField(models.SmallIntegerField(), default=every_day)  # Monday is 0
    holidays = ArrayField(models.DateField(), default=list)
    zone = models.CharField(max_length=60, default=house_zone)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        permissions = (
            ("view", "See the reviews of the desk"),
            ("decide", "Decide reviews of the desk"),
            ("sign_second", "Give the second signature at the desk"),
        )
        constraints = (
            models.CheckConstraint(
                name="desk_escalates_to_another_desk_exactly_if_its_rule_says_so",
                condition=(Q(expiry_rule="deny") & Q(escalates_to=None))
                | (Q(expiry_rule="escalate") & Q(escalates_to__isnull=False) & ~Q(escalates_to=F("id"))),
            ),
            models.CheckConstraint(
                name="desk_is_due_before_it_expires",
                condition=Q(due_hours__gte=1) & Q(expire_hours__gte=F("due_hours")) & Q(approval_hours__gte=1),
            ),
            models.CheckConstraint(
                name="desk_is_due_before_it_expires_whatever_kind",
                condition=_is_time_of_a_kind("stuck")
                & _is_time_of_a_kind("clarification")
                & _is_time_of_a_kind("sample"),
            ),
            models.CheckConstraint(
                name="desk_default_limit_is_not_negative", condition=Q(default_limit=None) | Q(default_limit__gte=0)
            ),
            models.CheckConstraint(name="desk_undo_is_seconds_not_hours", condition=Q(undo_seconds__lte=600)),
            models.CheckConstraint(
                name="desk_opens_before_it_closes",
                condition=Q(opens=None, closes=None)
                | (Q(opens__isnull=False) & Q(closes__isnull=False) & Q(opens__lt=F("closes"))),
            ),
            models.CheckConstraint(
                name="desk_is_open_on_some_weekday",
                condition=Q(weekdays__contained_by=every_day()) & ~Q(weekdays=[]),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def hours(self) -> Hours:
        """When its clock runs."""
        return Hours(self.opens, self.closes, tuple(self.weekdays), frozenset(self.holidays), self.zone)

    def hours_for(self, kind: str) -> int:
        """Business hours within which a review of this kind is due."""
        return getattr(self, f"due_hours_{kind}", None) or self.due_hours

    def times(self, now: datetime, kind: str = ReviewKind.APPROVAL) -> dict[str, datetime]:
        """When a review of this kind that opens now is at risk (half its time is gone), due, and expired."""
        hours, due = self.hours, self.hours_for(kind)
        return {
            "risk_at": hours.later(now, due / 2),
            "due_at": hours.later(now, due),
            "expires_at": hours.later(now, self.expire_hours),
        }


class DeskUserPermission(UserObjectPermissionBase):
    """What one person may do at one desk."""

    content_object = models.ForeignKey(Desk, models.CASCADE)


class DeskGroupPermission(GroupObjectPermissionBase):
    """What everybody of a group may do at one desk."""

    content_object = models.ForeignKey(Desk, models.CASCADE)
