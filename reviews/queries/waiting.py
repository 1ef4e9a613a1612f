"""The queue: what waits for whom, filtered, counted, in the order in which it should be cleared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from agentops.core.models import User
from reviews.lifecycle import IS_OPEN, ReviewKind, ReviewStatus
from reviews.models import Comment, Decision, Desk, Review
from reviews.queries import cursor, standin
from reviews.queries.away import acting_for
from reviews.queries.counting import Facets, count_facets, count_text
from reviews.queries.desks import given_to
from reviews.queries.lines import FAILED, FAILED_CHECK, lines
from reviews.queries.looking import whose_hands
from reviews.queries.search import VIEWS, Search

MOST = 1000  # counted; beyond it is "1,000+"
MOST_DONE = 1000  # the last decisions of a person; what is older is found in the audit trail
PAGE = 25
GIVEN_TO_NOBODY = Q(assigned_to__is_active=False)  # to somebody who left: anybody may take it


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of the queue, and where the next ones begin (empty: there are none)."""

    rows: list[Review]
    next: str


def waiting(user: User, search: Search, desks: Iterable[Desk], now: datetime, *, size: int = PAGE) -> Page:
    """One page of the queue; the next one begins behind a key, not a count, so nothing is skipped or shown twice."""
    # First which, along an index and as narrow as it can be; then these few with all that a line shows.
    there, order = list(desks), _order(search.view, search.sort)
    if search.is_filtered or search.after:
        rows = in_view(user, search.view, there, now).filter(search.conditions(user, now))
        which = list(order.sort(order.behind(rows, search.after)).values_list("id", flat=True)[: size + 1])
    else:
        asked = {standin.SOMEBODY: user.pk, standin.NOW: now, **standin.desks_at(there)}
        which = [row[0] for row in _first(search.view, search.sort, len(there), size).rows(asked)]
    found = lines(which)
    return Page(found[:size], order.key(found[size - 1]) if len(found) > size else "")


def _order(view: str, sort: str) -> cursor.Order:
    return cursor.DONE if view == "done" else cursor.ORDERS[sort]


@lru_cache(maxsize=256)
def _first(view: str, sort: str, many: int, size: int) -> standin.Statement:
    """Which come first in a whole inbox of somebody with so many desks."""
    rows = in_view(User(pk=standin.SOMEBODY), view, [standin.desk(place) for place in range(many)], standin.NOW)
    which = _order(view, sort).sort(rows).values_list("id")[: size + 1]
    try:
        return standin.statement(*which.query.sql_with_params())
    except EmptyResultSet:
        return standin.Statement("", [])


def with_checks(rows: QuerySet[Review]) -> QuerySet[Review]:
    """With whether a check of the proposal failed (`has_failed`) and whose hand is in it (`asked_by`), and without its
    body."""
    return rows.defer("proposal__body").annotate(has_failed=_failed_check(), asked_by=whose_hands())


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
        return is_open.filter(is_free, Q(assigned_to=None) | GIVEN_TO_NOBODY)
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
    asked = {standin.SOMEBODY: user.pk, standin.NOW: now, standin.YESTERDAY: now - timedelta(days=1)}
    return dict.fromkeys(VIEWS, 0) | dict(_counting(len(there)).rows(asked | standin.desks_at(there)))


@lru_cache(maxsize=64)
def _counting(many: int) -> standin.Statement:
    """The statement of `counts` for somebody with so many desks: putting it together costs more than performing it."""
    somebody, there = User(pk=standin.SOMEBODY), [standin.desk(place) for place in range(many)]
    rows = {view: in_view(somebody, view, there, standin.NOW) for view in VIEWS if view != "done"}
    rows["done"] = _decided_by(somebody, standin.YESTERDAY)
    return standin.statement(*count_text({view: some[: MOST + 1] for view, some in rows.items()}))


def facets(user: User, search: Search, desks: Iterable[Desk], now: datetime) -> Facets:
    """What this inbox can be narrowed by, with how many of each."""
    there = list(desks)
    return count_facets(in_view(user, search.view, there, now), search, user, there, now)


def _failed_check() -> RawSQL:
    sql = FAILED_CHECK.format("runs_proposal")
    return RawSQL(sql, [FAILED], output_field=BooleanField())  # noqa: S611 - no text of a stranger in it
