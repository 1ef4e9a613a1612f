"""Changes of the vendor master that wait for a vendor manager."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from agentops.core.ids import uuid7


class VendorChange(models.Model):
    """What a command was asked to load after people took over the master; applied when a vendor manager says so."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendors = models.JSONField()
    source = models.CharField(max_length=300)
    status = models.CharField(max_length=10, default="waiting")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="vendor_change_says_who_decided_and_when",
                condition=Q(status="waiting", decided_by=None, decided_at=None)
                | Q(status__in=["confirmed", "refused"], decided_by__isnull=False, decided_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{len(self.vendors)} vendors from {self.source}"
