"""Up to what somebody may sign at a desk, and the wishes to raise it that wait for a second administrator."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q, TextChoices

from agentops.core.ids import uuid7
from reviews.models.desk import Desk


class PersonalLimit(models.Model):
    """Up to which amount, in the house's currency, a person may sign at a desk.

    No row: the least of the desk's `default_limit` and of this person's limits at other desks; no limit only where
    there is neither. A person set it (`set_by`) or a command; a raise by a person has a second one (trigger).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    desk = models.ForeignKey(Desk, models.CASCADE, related_name="personal_limits")
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(name="personal_limit_one_per_person_and_desk", fields=["user", "desk"]),
            models.CheckConstraint(name="personal_limit_is_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="personal_limit_is_not_confirmed_by_its_author",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("set_by")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} up to {self.amount}"


class ChangeStatus(TextChoices):
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    EXPIRED = "expired"


class LimitChange(models.Model):
    """Somebody asked to raise a limit: one person's, or without `user` the desk's `default_limit`. Answered once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="limit_changes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    before = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    after = models.DecimalField(max_digits=18, decimal_places=2, null=True)  # null: no limit of its own any more
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    why = models.TextField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    status = models.CharField(max_length=9, choices=ChangeStatus, default=ChangeStatus.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                name="limit_change_is_confirmed_by_a_second_administrator",
                condition=~Q(status="confirmed") | (Q(decided_by__isnull=False) & ~Q(decided_by=F("author"))),
            ),
            models.CheckConstraint(
                name="limit_change_is_dated_exactly_when_answered",
                condition=Q(status="waiting", decided_at=None) | (~Q(status="waiting") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(name="limit_change_says_why", condition=~Q(why="")),
            models.UniqueConstraint(
                name="limit_change_only_one_waits",
                fields=["desk", "user"],
                condition=Q(status="waiting"),
                nulls_distinct=False,
            ),
        )

    def __str__(self) -> str:
        return f"Limit at {self.desk_id} to {self.after}"
