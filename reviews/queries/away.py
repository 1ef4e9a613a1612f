"""Who is away, and who stands in for whom."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from agentops.core.models import User
from reviews.models import Absence

LONGEST_CHAIN = 3  # people who stand in for one who stands in

# The person themselves, and those they stand in for, directly and over others who are away.
_COVERED = """
WITH RECURSIVE covered(person, depth) AS (
    SELECT %s::uuid, 0
    UNION
    SELECT a.person_id, c.depth + 1 FROM covered c JOIN reviews_absence a
        ON a.stand_in_id = c.person AND a.begins_at <= %s AND a.ends_at > %s
    WHERE c.depth < %s)
SELECT person FROM covered
"""


def away_now(now: datetime) -> QuerySet[Absence]:
    """Everybody who is away at this moment."""
    return Absence.objects.filter(begins_at__lte=now, ends_at__gt=now).select_related("person", "stand_in")


def absences_of(person: User, now: datetime) -> QuerySet[Absence]:
    """This person's absences that are not over, first one first."""
    return Absence.objects.filter(person=person, ends_at__gt=now).select_related("stand_in").order_by("begins_at")


def acting_for(person: User, now: datetime) -> RawSQL:
    """The ids of this person and of everybody they stand in for at this moment; part of another query."""
    return RawSQL(_COVERED, [person.pk, now, now, LONGEST_CHAIN])  # noqa: S611 - no text of a stranger in it


def who_does_it(person: User, now: datetime) -> User:
    """The person themselves, or who stands in for them now; somebody away without a stand-in stays themselves."""
    following = person
    for _ in range(LONGEST_CHAIN):
        absence = away_now(now).filter(person=following).first()
        if absence is None or absence.stand_in is None:
            return following
        following = absence.stand_in
    return following


def covered_absences(person: User, begins_at: datetime, ends_at: datetime) -> QuerySet[Absence]:
    """This person's absences that touch this time and in which somebody stands in, first one first."""
    touching = Absence.objects.filter(person=person, begins_at__lt=ends_at, ends_at__gt=begins_at)
    return touching.exclude(stand_in=None).select_related("person", "stand_in").order_by("begins_at")
