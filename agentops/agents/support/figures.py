"""How the agent does: what was resolved without a person taking over, how fast, and what customers say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.aggregates import Aggregate

from .lifecycle import ENDED, TicketStatus
from .models import Rating, Ticket, Triage

PERIOD = timedelta(days=90)


class Median(Aggregate):
    """The middle one of some lengths of time."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the tickets opened in the period; shares in per cent, None where there is nothing to count.

    `resolved_alone` is of the tickets that ended; a reply that a person approved counts as not escalated, one that a
    rule handed to a person does not. `times` are medians.
    """

    tickets: int
    ended: int
    escalated: int
    resolved_alone: int | None
    first_reply: timedelta | None
    resolution: timedelta | None
    ratings: int
    satisfaction: float | None
    satisfied: int | None


def figures(*, now: datetime, period: timedelta = PERIOD) -> Figures:
    """Count; three queries."""
    handed_over = Triage.objects.filter(message__ticket=OuterRef("pk")).exclude(escalated=[])
    rows = Ticket.objects.filter(opened_at__gt=now - period).annotate(handed_over=Exists(handed_over))
    is_ended = Q(status__in=ENDED)
    alone = Q(status=TicketStatus.RESOLVED, handed_over=False)
    told = rows.aggregate(
        tickets=Count("pk"),
        ended=Count("pk", filter=is_ended),
        escalated=Count("pk", filter=Q(handed_over=True)),
        alone=Count("pk", filter=alone),
        first=Median(_since_opened("first_reply_at"), filter=Q(first_reply_at__isnull=False)),
        whole=Median(_since_opened("ended_at"), filter=is_ended),
    )
    rated = Rating.objects.filter(message__ticket__opened_at__gt=now - period)
    said = rated.aggregate(many=Count("pk"), mean=Avg("score"), good=Count("pk", filter=Q(score__gte=4)))
    return Figures(
        tickets=told["tickets"],
        ended=told["ended"],
        escalated=told["escalated"],
        resolved_alone=_share(told["alone"], told["ended"]),
        first_reply=told["first"],
        resolution=told["whole"],
        ratings=said["many"],
        satisfaction=said["mean"],
        satisfied=_share(said["good"], said["many"]),
    )


def _since_opened(field: str) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(F(field) - F("opened_at"), output_field=DurationField())


def _share(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None
