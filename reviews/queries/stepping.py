"""What comes before and after a review in the order of the queue, and what somebody should look at next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from agentops.core.models import User
from agentops.core.permissions import Role
from reviews.lifecycle import ReviewStatus
from reviews.models import Desk, Review
from reviews.queries import cursor as orders
from reviews.queries import standin
from reviews.queries.away import acting_for
from reviews.queries.waiting import GIVEN_TO_NOBODY, in_view, ordered
from runs.models import IntakeProblem


def neighbours(user: User, review: Review, desks: Iterable[Desk], now: datetime) -> tuple[UUID | None, UUID | None]:
    """What comes before and after a review in the order of the queue; one query, each part along the index."""
    there = list(desks)
    asked = {standin.SOMEBODY: user.pk, standin.NOW: now, standin.REVIEW: review.pk, standin.SORT_AT: review.sort_at}
    asked |= {standin.desk(place).pk: desk.pk for place, desk in enumerate(there)}
    text, params = _neighbouring(len(there), urgent=review.urgent)
    if not text:
        return None, None
    with connection.cursor() as cursor:
        cursor.execute(text, standin.replaced(params, asked))
        found: dict[int, UUID] = dict(cursor.fetchall())
    return found.get(0, found.get(-1)), found.get(1)


@lru_cache(maxsize=64)
def _neighbouring(many: int, *, urgent: bool) -> tuple[str, list[Any]]:
    """The statement of `neighbours` for somebody with so many desks; empty where there is none."""
    somebody, there = User(pk=standin.SOMEBODY), [standin.desk(place) for place in range(many)]
    review = Review(pk=standin.REVIEW, urgent=urgent, sort_at=standin.SORT_AT)
    rows = in_view(somebody, "desks", there, standin.NOW).exclude(id=review.pk)

    def first(rows: QuerySet[Review], place: int, *order: str) -> QuerySet[Any, Any]:
        return rows.order_by(*order).annotate(place=Value(place)).values_list("place", "id")[:1]

    earlier = Q(sort_at__lt=review.sort_at) | Q(sort_at=review.sort_at, id__lt=review.pk)
    back = rows.filter(earlier, urgent=urgent, sort_at__lte=review.sort_at)
    parts = [
        first(rows.filter(_behind(review)), 1, "-urgent", "sort_at", "id"),
        first(back, 0, "urgent", "-sort_at", "-id"),
    ]
    if not urgent:  # before the first of the others stands the last urgent one
        parts.append(first(rows.filter(urgent=True), -1, "urgent", "-sort_at", "-id"))
    try:
        text, params = parts[0].union(*parts[1:], all=True).query.sql_with_params()
    except EmptyResultSet:
        return "", []
    return text, list(params)


def next_for(user: User, desks: Iterable[Desk], now: datetime, *, after: Review | None = None) -> UUID | None:
    """The next thing this person should look at: given to them, to whom they stand in for, free or overdue; not their
    own run, and a second signature only if they can give one.

    Behind `after` in the order of the queue; from its beginning where nothing is left there.
    """
    held_by_others = Q(claimed_until__gt=now) & ~Q(claimed_by=user) & ~Q(claimed_by=None)
    rows = in_view(user, "desks", desks, now).exclude(held_by_others)
    rows = rows.exclude(id=after.id) if after else rows
    rows = rows.exclude(run__requester=user)
    rows = rows.exclude(Exists(IntakeProblem.objects.filter(run=OuterRef("run"), requester=user)))  # their file
    given = Q(assigned_to=None) | GIVEN_TO_NOBODY | Q(assigned_to__in=acting_for(user, now))
    rows = rows.filter(given | Q(due_at__lte=now))  # what is overdue waits for nobody in particular
    if not user.holds(Role.CONTROLLER):
        rows = rows.exclude(status=ReviewStatus.SIGNED_ONCE)
    rows = rows.exclude(status=ReviewStatus.SIGNED_ONCE, decisions__person=user)
    found = None
    if after:
        found = ordered(rows.filter(_behind(after)), "desks").values_list("id", flat=True).first()
    return found or ordered(rows, "desks").values_list("id", flat=True).first()


def _behind(review: Review) -> Q:
    """What comes later in the order of the queue."""
    order = orders.ORDERS["order"]
    return order.after([getattr(review, column.name) for column in order.columns])
