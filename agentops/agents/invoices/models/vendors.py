"""Vendors and the accounts they are paid on. No document ever changes these."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from agentops.core.ids import uuid7

from ..facts import AccountFacts, VendorFacts
from . import columns


class Vendor(models.Model):
    """Somebody we buy from; `key` is the number people know (V-10023)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    aliases = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    folded_names = ArrayField(models.CharField(max_length=300), default=list, editable=False)
    vat_id = models.CharField(max_length=40, default="", blank=True)
    vat_key = models.CharField(max_length=40, default="", db_index=True, editable=False)
    currency = columns.currency()
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="vendor_has_a_key_and_a_name", condition=~Q(key="") & ~Q(name="")),
            models.CheckConstraint(name="vendor_currency_is_three_capital_letters", condition=columns.is_a_currency()),
        ]
        indexes = [GinIndex(name="vendor_folded_names", fields=["folded_names"])]

    def __str__(self) -> str:
        return f"{self.name} ({self.key})"

    def as_facts(self) -> VendorFacts:
        """This vendor as the rules see it; inactive accounts are not on file."""
        return VendorFacts(
            key=self.key,
            name=self.name,
            aliases=tuple(self.aliases),
            vat_id=self.vat_id or None,
            currency=self.currency,
            active=self.active,
            accounts=tuple(AccountFacts(account=a.account, primary=a.primary) for a in self.accounts.all() if a.active),
        )


class VendorAccount(models.Model):
    """A bank account that payments to this vendor may go to; the primary one is proposed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="accounts")
    account = models.CharField(max_length=64)  # without spaces, in capitals
    primary = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="vendor_account_is_listed_once", fields=["vendor", "account"]),
            models.UniqueConstraint(
                name="vendor_account_only_one_is_primary", fields=["vendor"], condition=Q(primary=True)
            ),
            models.CheckConstraint(
                name="vendor_account_is_capitals_and_digits", condition=Q(account__regex=r"^[A-Z0-9]+$")
            ),
            models.CheckConstraint(
                name="vendor_account_primary_is_active", condition=Q(primary=False) | Q(active=True)
            ),
        ]
        indexes = [models.Index(name="vendor_account_account", fields=["account"])]

    def __str__(self) -> str:
        return f"{self.account[:4]} … {self.account[-4:]}"
