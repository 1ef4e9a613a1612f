"""What comes before and after a review in the order of the queue, and what somebody should look at next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
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
    rows = _neighbouring(len(there), urgent=review.urgent).rows(asked | standin.desks_at(there))
    found: dict[int, UUID] = dict(rows)
    return found.get(0, found.get(-1)), found.get(1)


@lru_cache(maxsize=64)
def _neighbouring(many: int, *, urgent: bool) -> standin.Statement:
    """The statement of `neighbours` for somebody with so many desks."""
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
        return standin.statement(*parts[0].union(*parts[1:], all=True).query.sql_with_params())
    except EmptyResultSet:
        return standin.Statement("", [])


def next_for(user: User, desks: Iterable[Desk], now: datetime, *, after: Review | None = None) -> UUID | None:
    """The next thing this person should look at: given to them, to whom they stand in for, free or overdue; not their
    own run, and a second signature only if they can give one.

    Behind `after` in the order of the queue; from its beginning where nothing is left there.
    """
    there, is_controller = list(desks), user.holds(Role.CONTROLLER)
    asked = {standin.SOMEBODY: user.pk, standin.NOW: now, **standin.desks_at(there)}
    if after:
        behind = _next(len(there), is_controller=is_controller, urgent=after.urgent)
        # Planned anew: how far to walk depends on where one stands.
        if found := behind.rows(asked | {standin.REVIEW: after.pk, standin.SORT_AT: after.sort_at}, anew=True):
            return UUID(str(found[0][0]))
        asked[standin.REVIEW] = after.pk
    found = _next(len(there), is_controller=is_controller, but_one=after is not None).rows(asked, anew=True)
    return UUID(str(found[0][0])) if found else None


@lru_cache(maxsize=128)
def _next(many: int, *, is_controller: bool, urgent: bool | None = None, but_one: bool = False) -> standin.Statement:
    """The statement of `next_for` for somebody with so many desks: behind a review that is urgent or not, or from the
    beginning, where `but_one` leaves out the review it began from."""
    user, now, there = User(pk=standin.SOMEBODY), standin.NOW, [standin.desk(place) for place in range(many)]
    held_by_others = Q(claimed_until__gt=now) & ~Q(claimed_by=user) & ~Q(claimed_by=None)
    rows = in_view(user, "desks", there, now).exclude(held_by_others)
    rows = rows.exclude(id=standin.REVIEW) if but_one or urgent is not None else rows
    rows = rows.exclude(run__requester=user)
    rows = rows.exclude(Exists(IntakeProblem.objects.filter(run=OuterRef("run"), requester=user)))  # their file
    given = Q(assigned_to=None) | GIVEN_TO_NOBODY | Q(assigned_to__in=acting_for(user, now))
    rows = rows.filter(given | Q(due_at__lte=now))  # what is overdue waits for nobody in particular
    if not is_controller:
        rows = rows.exclude(status=ReviewStatus.SIGNED_ONCE)
    rows = rows.exclude(status=ReviewStatus.SIGNED_ONCE, decisions__person=user)
    if urgent is not None:
        rows = rows.filter(_behind(Review(pk=standin.REVIEW, urgent=urgent, sort_at=standin.SORT_AT)))
    try:
        return standin.statement(*ordered(rows, "desks").values_list("id")[:1].query.sql_with_params())
    except EmptyResultSet:
        return standin.Statement("", [])


def _behind(review: Review) -> Q:
    """What comes later in the order of the queue."""
    order = orders.ORDERS["order"]
    return order.after([getattr(review, column.name) for column in order.columns])
