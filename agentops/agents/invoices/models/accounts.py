"""How a vendor's bank account changes: asked for, called back on a number on file, confirmed by a second person."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from agentops.core.ids import uuid7

from ..lifecycle import CHANGE_MOVES, IS_OPEN_CHANGE, OPEN_CHANGES, ChangeStatus, Ending, Said
from .vendors import Vendor


def _person(**options: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", **options)


class VendorPhone(models.Model):
    """A number to call a vendor back on; one added later counts only after some days, and never for its own change."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="phones")
    number = models.CharField(max_length=40)
    name = models.CharField(max_length=200, default="", blank=True)
    source = models.CharField(max_length=200)
    added_by = _person(null=True)
    added_at = models.DateTimeField()
    usable_from = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="vendor_phone_is_listed_once", fields=["vendor", "number"]),
            models.CheckConstraint(
                name="vendor_phone_is_a_number", condition=Q(number__regex=r"^\+?[0-9][0-9 ()/.-]+$")
            ),
        ]

    def __str__(self) -> str:
        return self.number


class AccountChange(models.Model):
    """One account that a vendor may get. Whom, which and who asked never change (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="account_changes")
    account = models.CharField(max_length=64)
    primary = models.BooleanField(default=True)  # payments go there once it is in force
    drops = models.CharField(max_length=64, default="", blank=True)  # the account that is then no longer on file
    status = models.CharField(max_length=10, choices=ChangeStatus, default=ChangeStatus.ASKED)
    why = models.TextField()
    run_id = models.UUIDField(null=True)  # the run whose document names the account
    asked_by = _person()
    asked_at = models.DateTimeField()
    called_by = _person(null=True)
    called_at = models.DateTimeField(null=True)
    confirmed_by = _person(null=True)
    confirmed_at = models.DateTimeField(null=True)
    cool_until = models.DateTimeField(null=True)
    closed_by = _person(null=True)  # null where the time was up
    closed_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=20, choices=Ending, default="", blank=True)
    words = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="account_change_only_one_open_per_account",
                fields=["vendor", "account"],
                condition=IS_OPEN_CHANGE,
            ),
            models.UniqueConstraint(
                name="account_change_only_one_open_to_be_paid",
                fields=["vendor"],
                condition=IS_OPEN_CHANGE & Q(primary=True),
            ),
            models.CheckConstraint(
                name="account_change_is_capitals_and_digits", condition=Q(account__regex=r"^[A-Z0-9]+$")
            ),
            models.CheckConstraint(name="account_change_drops_another", condition=~Q(drops=F("account"))),
            models.CheckConstraint(name="account_change_status_is_known", condition=Q(status__in=ChangeStatus.values)),
            models.CheckConstraint(
                name="account_change_is_called_back_before_it_is_confirmed",
                condition=~Q(status__in=["called", "cooling", "in_force"])
                | Q(called_by__isnull=False, called_at__isnull=False),
            ),
            models.CheckConstraint(
                name="account_change_is_confirmed_before_it_cools",
                condition=~Q(status__in=["cooling", "in_force"])
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, cool_until__gt=F("confirmed_at")),
            ),
            models.CheckConstraint(
                name="account_change_second_person_neither_asked_nor_called",
                condition=Q(confirmed_by=None) | (~Q(confirmed_by=F("asked_by")) & ~Q(confirmed_by=F("called_by"))),
            ),
            models.CheckConstraint(
                name="account_change_refused_says_why",
                condition=~Q(status="refused") | (~Q(ending="") & Q(closed_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="account_change_closed_at_is_set_exactly_when_closed",
                condition=(IS_OPEN_CHANGE & Q(closed_at=None)) | (~IS_OPEN_CHANGE & Q(closed_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(name="account_change_cooling", fields=["cool_until"], condition=Q(status="cooling"))]

    def __str__(self) -> str:
        return f"account of {self.vendor_id}: {self.status}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_CHANGES

    def move_to(self, status: ChangeStatus) -> None:
        """Change status along the table, unsaved; raises `IllegalTransition`."""
        CHANGE_MOVES.check(self.status, status)
        self.status = status


class CallBack(models.Model):
    """One call to a number on file about one change, and what was said. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    change = models.ForeignKey(AccountChange, models.PROTECT, related_name="calls")
    phone = models.ForeignKey(VendorPhone, models.PROTECT, related_name="+")
    called_by = _person()
    called_at = models.DateTimeField()
    spoke_to = models.CharField(max_length=200, default="", blank=True)
    said = models.CharField(max_length=4, choices=Said)
    words = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="call_back_answer_is_known", condition=Q(said__in=Said.values)),
            models.CheckConstraint(
                name="call_back_names_who_spoke", condition=Q(said="none") | (~Q(spoke_to="") & ~Q(words=""))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.called_at:%Y-%m-%d}: {self.said}"
