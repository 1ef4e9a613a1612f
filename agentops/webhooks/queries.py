"""Every read that spans rows."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from agentops.webhooks.models import Attempt, Delivery, Endpoint, Received, Source


def endpoints(now: datetime) -> QuerySet[Endpoint]:
    """Each with `waiting`, `failed` and `delivered` of the last day, and when something last arrived there."""
    recent = Q(deliveries__happening__at__gte=now - timedelta(days=1))
    arrived = Attempt.objects.filter(delivery__endpoint=OuterRef("pk"), status__gte=200, status__lt=300)
    return (
        Endpoint.objects.select_related("desk", "made_by")
        .annotate(
            waiting=Count("deliveries", filter=Q(deliveries__status="pending")),
            failed=Count("deliveries", filter=recent & Q(deliveries__status="failed")),
            delivered=Count("deliveries", filter=recent & Q(deliveries__status="delivered")),
            arrived_at=Subquery(arrived.order_by("-at").values("at")[:1]),
        )
        .order_by("-active", "name")
    )


def sources(now: datetime) -> QuerySet[Source]:
    """Each with how many calls it made in the last day, and when the last one came."""
    recent = Q(received__at__gte=now - timedelta(days=1))
    return (
        Source.objects.select_related("requester", "made_by")
        .annotate(calls=Count("received", filter=recent), last_at=Max("received__at"))
        .order_by("-active", "name")
    )


def deliveries(endpoint: Endpoint, *, most: int = 100) -> list[Delivery]:
    """The newest deliveries of an endpoint with their attempts."""
    rows = endpoint.deliveries.select_related("happening").prefetch_related("attempts").order_by("-id")
    return list(rows[:most])


def calls(source: Source, *, most: int = 100) -> list[Received]:
    """The newest calls of a source."""
    return list(source.received.order_by("-at")[:most])
