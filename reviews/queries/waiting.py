"""The queue: what waits for whom, filtered, counted, in the order in which it should be cleared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import RawSQL

from agentops.core.models import User
from agentops.core.permissions import Role
from reviews.lifecycle import IS_OPEN, ReviewKind, ReviewStatus
from reviews.models import Comment, Decision, Desk, Review
from reviews.queries import cursor
from reviews.queries.away import acting_for
from reviews.queries.counting import Facets, count_facets
from reviews.queries.desks import given_to
from reviews.queries.search import VIEWS, Search
from runs.models import IntakeProblem

MOST = 1000  # counted; beyond it is "1,000+"
MOST_DONE = 1000  # the last decisions of a person; what is older is found in the audit trail
PAGE = 30
_GIVEN_TO_NOBODY = Q(assigned_to__is_active=False)  # to somebody who left: anybody may take it


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of the queue, and where the next ones begin (empty: there are none)."""

    rows: list[Review]
    next: str


def waiting(user: User, search: Search, desks: Iterable[Desk], now: datetime, *, size: int = PAGE) -> Page:
    """One page of the queue; the next one begins behind a key, not a count, so nothing is skipped or shown twice."""
    rows = in_view(user, search.view, desks, now).filter(search.conditions(user, now))
    order = cursor.DONE if search.view == "done" else cursor.ORDERS[search.sort]
    # First which, along an index and as narrow as it can be; then these few with all that a line shows.
    which = order.sort(order.behind(rows, search.after)).values_list("id", flat=True)[: size + 1]
    found = _told(order, list(which))
    return Page(found[:size], order.key(found[size - 1]) if len(found) > size else "")


def _told(order: cursor.Order, ids: list[UUID]) -> list[Review]:
    rows = Review.objects.filter(id__in=ids).defer("context", "run__given__input")
    rows = rows.select_related("desk", "claimed_by", "assigned_to", "snoozed_by", "run__given", "proposal")
    return list(order.sort(with_checks(rows)))


def with_checks(rows: QuerySet[Review]) -> QuerySet[Review]:
    """With whether a check of the proposal failed (`has_failed`), and without its body."""
    return rows.defer("proposal__body").annotate(has_failed=_failed_check())


def arrived(user: User, search: Search, desks: Iterable[Desk], now: datetime, since: datetime) -> int:
    """How many have come into this inbox since then, up to 100."""
    rows = in_view(user, search.view, desks, now).filter(search.conditions(user, now), opened_at__gt=since)
    return int(rows.order_by()[:100].count())


def ordered(rows: QuerySet[Review], view: str) -> QuerySet[Review]:
    """As the queue shows them: urgent first, then by their rank; what is done, newest first."""
    return (cursor.DONE if view == "done" else cursor.ORDERS["order"]).sort(rows)


def in_view(user: User, view: str, desks: Iterable[Desk], now: datetime) -> QuerySet[Review]:
    """The reviews of one inbox, unfiltered. What is snoozed is in none but its own, and among what is overdue."""
    there = [desk.id for desk in desks]
    at_desks = Review.objects.filter(desk__in=there)
    is_free = Q(claimed_by=None) | Q(claimed_until__lte=now)
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=now)
    if view == "done":
        return _decided_by(user)
    if view == "mine":
        # Being named, or standing in, shows nothing of a desk that is not one's own.
        in_sight = Q(desk__in=there) | given_to(user)
        return Review.objects.filter(IS_OPEN, awake, in_sight).filter(_mine(user, now))
    is_open = at_desks.filter(IS_OPEN)
    if view == "snoozed":
        return is_open.filter(snoozed_until__gt=now)
    if view == "overdue":
        return is_open.filter(due_at__lte=now)
    is_open = is_open.filter(awake)
    if view == "unclaimed":
        return is_open.filter(is_free, Q(assigned_to=None) | _GIVEN_TO_NOBODY)
    if view == "second":
        return is_open.filter(status=ReviewStatus.SIGNED_ONCE)
    if view == "samples":
        return is_open.filter(kind=ReviewKind.SAMPLE)
    return is_open


def _decided_by(user: User, since: datetime | None = None) -> QuerySet[Review]:
    """What this person decided last, and since then, of what is closed."""
    said = Decision.objects.filter(person=user)
    said = said.filter(decided_at__gte=since) if since else said
    last = said.order_by("-decided_at").values("review_id")[:MOST_DONE]
    return Review.objects.filter(id__in=last).exclude(closed_at=None)


def _mine(user: User, now: datetime) -> Q:
    """Given to this person or to somebody they stand in for, held by them, escalated to them, or where somebody named
    them: each looked up by its own index."""
    held = Review.objects.filter(IS_OPEN, claimed_by=user, claimed_until__gt=now).values("id")
    given = Review.objects.filter(IS_OPEN, assigned_to__in=acting_for(user, now)).values("id")
    named = Comment.objects.filter(mentions__contains=[user.pk]).values("review_id")
    told = Review.objects.filter(IS_OPEN, ~Q(escalated_to=[]), escalated_to__contains=[user.pk]).values("id")
    return Q(id__in=held.union(given, named, told, all=True))


def counts(user: User, desks: Iterable[Desk], now: datetime) -> dict[str, int]:
    """How much is in each inbox, counted up to `MOST` and one, in one query."""
    there = list(desks)

    def some(view: str) -> QuerySet[Any, Any]:
        rows = in_view(user, view, there, now) if view != "done" else _decided_by(user, now - timedelta(days=1))
        return rows.order_by().annotate(view=Value(view)).values_list("view")[: MOST + 1]

    first, *rest = (some(view) for view in VIEWS)
    found = Counter(view for (view,) in first.union(*rest, all=True))
    return {view: found.get(view, 0) for view in VIEWS}


def facets(user: User, search: Search, desks: Iterable[Desk], now: datetime) -> Facets:
    """What this inbox can be narrowed by, with how many of each."""
    there = list(desks)
    return count_facets(in_view(user, search.view, there, now), search, user, there, now)


def neighbours(user: User, review: Review, desks: Iterable[Desk], now: datetime) -> tuple[UUID | None, UUID | None]:
    """What comes before and after a review in the order of the queue; one query, each part along the index."""
    rows = in_view(user, "desks", desks, now).exclude(id=review.id)

    def first(rows: QuerySet[Review], place: int, *order: str) -> QuerySet[Any, Any]:
        return rows.order_by(*order).annotate(place=Value(place)).values_list("place", "id")[:1]

    earlier = Q(sort_at__lt=review.sort_at) | Q(sort_at=review.sort_at, id__lt=review.id)
    back = rows.filter(earlier, urgent=review.urgent, sort_at__lte=review.sort_at)
    parts = [
        first(rows.filter(_behind(review)), 1, "-urgent", "sort_at", "id"),
        first(back, 0, "urgent", "-sort_at", "-id"),
    ]
    if not review.urgent:  # before the first of the others stands the last urgent one
        parts.append(first(rows.filter(urgent=True), -1, "urgent", "-sort_at", "-id"))
    found = dict(parts[0].union(*parts[1:], all=True))
    return found.get(0, found.get(-1)), found.get(1)


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
    given = Q(assigned_to=None) | _GIVEN_TO_NOBODY | Q(assigned_to__in=acting_for(user, now))
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
    order = cursor.ORDERS["order"]
    return order.after([getattr(review, column.name) for column in order.columns])


def _failed_check() -> RawSQL:
    # In the database, so that fifty bodies need not travel for fifty yes or no.
    path = "$.facts.checks[*] ? (@.passed == false)"
    sql = "coalesce(jsonb_path_exists(runs_proposal.body::jsonb, %s::jsonpath), true)"
    return RawSQL(sql, [path], output_field=BooleanField())  # noqa: S611 - no text of a stranger in it
