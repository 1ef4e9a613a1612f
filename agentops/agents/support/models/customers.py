"""Customers as the house knows them: the only source of who a ticket is from and where a reply goes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from agentops.core.ids import uuid7


class Customer(models.Model):
    """Somebody who buys from us."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=2, default="en")
    since = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class CustomerAddress(models.Model):
    """One e-mail address of a customer. Only one that was verified says who wrote a ticket; one is replied to."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="addresses")
    address = models.CharField(max_length=254, unique=True)
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="customer_address_in_small_letters", condition=Q(address=Lower(F("address")))),
        ]

    def __str__(self) -> str:
        return self.address


class Order(models.Model):
    """What a customer ordered, as the shop says."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="orders")
    number = models.CharField(max_length=40, unique=True)
    placed_on = models.DateField()
    status = models.CharField(max_length=20)
    parcel = models.CharField(max_length=60, default="", blank=True)
    expected_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.number
