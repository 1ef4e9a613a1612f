"""The built-in double-entry ledger: periods, entries, lines. Entries never change and always balance (triggers)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from agentops.core.ids import uuid7

from ..lifecycle import PeriodStatus
from . import columns


class Period(models.Model):
    """One month of the books; nothing is posted into a closed one (trigger)."""

    month = models.CharField(primary_key=True, max_length=7)  # 2026-11
    status = models.CharField(max_length=6, choices=PeriodStatus, default=PeriodStatus.OPEN)

    class Meta:
        constraints = [
            models.CheckConstraint(name="period_is_a_month", condition=Q(month__regex=r"^\d{4}-(0[1-9]|1[0-2])$")),
            models.CheckConstraint(name="period_status_is_known", condition=Q(status__in=PeriodStatus.values)),
        ]

    def __str__(self) -> str:
        return f"{self.month} ({self.status})"


class JournalEntry(models.Model):
    """One posting; `key` says what it posts, and nothing is posted twice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=300, unique=True)  # invoice:<vendor>:<number>
    period = models.ForeignKey(Period, models.PROTECT, related_name="entries")
    posted_on = models.DateField()
    memo = models.CharField(max_length=300)
    run_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(name="journal_entry_says_what_it_posts", condition=~Q(key=""))]

    def __str__(self) -> str:
        return self.memo


class JournalLine(models.Model):
    """One side of an entry: debit or credit, above zero, in one currency."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="lines")
    account = models.CharField(max_length=20)
    debit = columns.amount(default=Decimal(0))
    credit = columns.amount(default=Decimal(0))
    currency = columns.currency()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="journal_line_is_debit_or_credit_above_zero",
                condition=Q(debit__gt=0, credit=0) | Q(debit=0, credit__gt=0),
            ),
            models.CheckConstraint(
                name="journal_line_currency_is_three_capital_letters", condition=columns.is_a_currency()
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.debit or -self.credit} {self.currency}"
