"""The queue: what waits for whom, filtered, counted, in the order in which it should be cleared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from agentops.core.models import User
from agentops.core.permissions import Role
from reviews.lifecycle import IS_OPEN, ReviewKind, ReviewStatus
from reviews.models import Comment, Decision, Desk, Review
from reviews.queries import cursor
from reviews.queries.away import acting_for
from reviews.queries.desks import given_to
from reviews.queries.search import VIEWS, Search

MOST = 1000  # counted; beyond it is "1,000+"
MOST_LOOKED_AT = 5000
PAGE = 50
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
    rows = order.behind(rows, search.after)
    rows = rows.select_related("desk", "claimed_by", "assigned_to", "snoozed_by", "run__given", "proposal")
    rows = with_checks(rows.defer("context", "run__given__input"))
    found = list(order.sort(rows)[: size + 1])
    return Page(found[:size], order.key(found[size - 1]) if len(found) > size else "")


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
        said = Decision.objects.filter(review=OuterRef("pk"), person=user)
        return Review.objects.filter(Exists(said)).exclude(closed_at=None)
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


def _mine(user: User, now: datetime) -> Q:
    """Given to this person or to somebody they stand in for, held by them, or where somebody named them."""
    held = Q(claimed_by=user, claimed_until__gt=now)
    given = Q(assigned_to__in=acting_for(user, now))
    named = Q(Exists(Comment.objects.filter(review=OuterRef("pk"), mentions__contains=[user.pk])))
    return held | given | named


def counts(user: User, desks: Iterable[Desk], now: datetime) -> dict[str, int]:
    """How much is in each inbox, counted up to `MOST` and one, in one query."""
    there = list(desks)

    def some(view: str) -> QuerySet[Any, Any]:
        rows = in_view(user, view, there, now)
        if view == "done":
            rows = rows.filter(closed_at__gte=now - timedelta(days=1))
        return rows.order_by().annotate(view=Value(view)).values_list("view")[: MOST + 1]

    first, *rest = (some(view) for view in VIEWS)
    found = Counter(view for (view,) in first.union(*rest, all=True))
    return {view: found.get(view, 0) for view in VIEWS}


def facets(user: User, search: Search, desks: Iterable[Desk], now: datetime) -> dict[str, list[tuple[str, int]]]:
    """The agents and reasons in this inbox, with how many of each among its first `MOST_LOOKED_AT`; one query."""
    first = in_view(user, search.view, desks, now).order_by().values("id")[:MOST_LOOKED_AT]
    rows = Review.objects.filter(id__in=first).order_by()

    def counted(facet: str, value: Any, most: int) -> QuerySet[Any, Any]:
        named = rows.annotate(facet=Value(facet), value=Cast(value, TextField())).values("facet", "value")
        return named.annotate(n=Count("id")).order_by("-n", "value").values_list("facet", "value", "n")[:most]

    found: dict[str, list[tuple[str, int]]] = {"agent": [], "reason": []}
    for facet, value, n in counted("agent", F("agent"), 20).union(
        counted("reason", Func("codes", function="unnest"), 40), all=True
    ):
        found[facet].append((value, n))
    return {facet: sorted(pairs, key=lambda pair: (-pair[1], pair[0])) for facet, pairs in found.items()}


def neighbours(user: User, review: Review, desks: Iterable[Desk], now: datetime) -> tuple[UUID | None, UUID | None]:
    """What comes before and after a review in the order of the queue."""
    rows = in_view(user, "desks", desks, now).exclude(id=review.id)
    after = _behind(review)
    following = ordered(rows.filter(after), "desks").values_list("id", flat=True).first()
    before = rows.exclude(after).order_by("urgent", "-sort_at", "-id").values_list("id", flat=True).first()
    return before, following


def next_for(user: User, desks: Iterable[Desk], now: datetime, *, after: Review | None = None) -> UUID | None:
    """The next thing this person should look at: given to them, to whom they stand in for, free or overdue; not their
    own run, and a second signature only if they can give one.

    Behind `after` in the order of the queue; from its beginning where nothing is left there.
    """
    held_by_others = Q(claimed_until__gt=now) & ~Q(claimed_by=user) & ~Q(claimed_by=None)
    rows = in_view(user, "desks", desks, now).exclude(held_by_others)
    rows = rows.exclude(id=after.id) if after else rows
    rows = rows.exclude(run__requester=user)
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
