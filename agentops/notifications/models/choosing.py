"""What people chose to hear and how, and what a desk proposes to its people."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from agentops.notifications.kinds import How
from reviews.models import Desk
from reviews.models.desk import house_zone

HOWS = [(str(how), str(how)) for how in How]


class Manner(models.Model):
    """When somebody may be written to. No row: at any time, the digest at eight."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    quiet_from = models.TimeField(null=True)  # both null: never; over midnight where it ends before it begins
    quiet_until = models.TimeField(null=True)
    quiet_holds_urgent = models.BooleanField(default=False)  # what is urgent comes in quiet hours too, unless they say
    digest_hour = models.SmallIntegerField(default=8)
    zone = models.CharField(max_length=60, default=house_zone)

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                name="manner_quiet_hours_have_both_ends",
                condition=Q(quiet_from=None, quiet_until=None)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until"))),
            ),
            models.CheckConstraint(name="manner_digest_has_an_hour", condition=Q(digest_hour__range=(0, 23))),
        )

    def __str__(self) -> str:
        return f"manner of {self.person_id}"

    @property
    def clock(self) -> ZoneInfo:
        """The zone its hours are meant in."""
        return ZoneInfo(self.zone)


class Choice(models.Model):
    """How one person wants to hear of one kind of news."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    how = models.CharField(max_length=8, choices=HOWS)

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(name="choice_one_per_person_and_kind", fields=["person", "kind"]),)

    def __str__(self) -> str:
        return f"{self.kind}: {self.how}"


class DeskChoice(models.Model):
    """How the people of a desk hear of one kind of news at it, while they chose nothing themselves."""

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    how = models.CharField(max_length=8, choices=HOWS)

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(name="desk_choice_one_per_desk_and_kind", fields=["desk", "kind"]),)

    def __str__(self) -> str:
        return f"{self.kind}: {self.how}"
