"""The queue: what waits for whom, filtered, counted, in the order in which it should be cleared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, Exists, Func, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import RawSQL

from agentops.core.models import User
from reviews.lifecycle import IS_OPEN, ReviewKind, ReviewStatus
from reviews.models import Decision, Desk, Review

MOST = 1000  # counted; beyond it is "1,000+"
PAGE = 50
VIEWS = ("mine", "desks", "unclaimed", "second", "overdue", "samples", "done")
AGES: Mapping[str, tuple[timedelta | None, timedelta | None]] = {
    "hour": (None, timedelta(hours=1)),
    "day": (None, timedelta(days=1)),
    "days": (timedelta(days=1), timedelta(days=3)),
    "older": (timedelta(days=3), None),
}


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody asked the queue for; everything that cannot be understood is left out."""

    view: str = "desks"
    desk: tuple[str, ...] = ()
    agent: tuple[str, ...] = ()
    reason: tuple[str, ...] = ()
    vendor: str = ""
    text: str = ""
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    age: str = ""
    after: int = 0
    given: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> Search:
        """Read a GET form."""
        many = getattr(query, "getlist", lambda name: query.get(name, []))
        view, after = str(query.get("view", "")), str(query.get("after", ""))
        return cls(
            view=view if view in VIEWS else "desks",
            desk=tuple(many("desk")),
            agent=tuple(many("agent")),
            reason=tuple(many("reason")),
            vendor=str(query.get("vendor", "")).strip()[:120],
            text=str(query.get("q", "")).strip()[:120],
            amount_from=_number(query.get("amount_from")),
            amount_to=_number(query.get("amount_to")),
            age=str(query.get("age", "")) if query.get("age") in AGES else "",
            after=int(after) if after.isascii() and after.isdigit() and len(after) < 8 else 0,
        )

    @property
    def is_filtered(self) -> bool:
        amounts = (self.amount_from, self.amount_to)
        return bool(self.desk or self.agent or self.reason or self.vendor or self.text or self.age or any(amounts))


def waiting(user: User, search: Search, desks: Iterable[Desk], now: datetime) -> list[Review]:
    """One page of the queue and one row more, which says that there is a next page."""
    rows = _filtered(in_view(user, search.view, desks, now), search, now)
    rows = rows.select_related("desk", "claimed_by", "assigned_to", "run__given", "proposal")
    rows = rows.defer("context", "run__given__input", "proposal__body").annotate(has_failed=_failed_check())
    return list(ordered(rows, search.view)[search.after : search.after + PAGE + 1])


def ordered(rows: QuerySet[Review], view: str) -> QuerySet[Review]:
    """Urgent first, then what is due first; what is done, newest first."""
    return rows.order_by("-closed_at", "id") if view == "done" else rows.order_by("-urgent", "due_at", "id")


def in_view(user: User, view: str, desks: Iterable[Desk], now: datetime) -> QuerySet[Review]:
    """The reviews of one inbox, unfiltered."""
    at_desks = Review.objects.filter(desk__in=[desk.id for desk in desks])
    is_free = Q(claimed_by=None) | Q(claimed_until__lte=now)
    is_open = at_desks.filter(IS_OPEN)
    if view == "mine":
        held = Q(claimed_by=user, claimed_until__gt=now)
        return Review.objects.filter(IS_OPEN).filter(Q(assigned_to=user) | held)
    if view == "done":
        said = Decision.objects.filter(review=OuterRef("pk"), person=user)
        return Review.objects.filter(Exists(said)).exclude(closed_at=None)
    if view == "unclaimed":
        return is_open.filter(is_free, assigned_to=None)
    if view == "second":
        return is_open.filter(status=ReviewStatus.SIGNED_ONCE)
    if view == "overdue":
        return is_open.filter(due_at__lte=now)
    if view == "samples":
        return is_open.filter(kind=ReviewKind.SAMPLE)
    return is_open


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
    """The agents and reasons that are in this inbox, with how many of each."""
    rows = in_view(user, search.view, desks, now).order_by()
    unnested = Func("codes", function="unnest")
    return {
        "agent": list(rows.values_list("agent").annotate(n=Count("id")).order_by("-n")[:20]),
        "reason": list(
            rows.annotate(code=unnested).values_list("code").annotate(n=Count("id")).order_by("-n", "code")[:40]
        ),
    }


def neighbours(user: User, review: Review, desks: Iterable[Desk], now: datetime) -> tuple[UUID | None, UUID | None]:
    """What comes before and after a review in the order of the queue."""
    rows = in_view(user, "desks", desks, now).exclude(id=review.id)
    after = _behind(review)
    following = ordered(rows.filter(after), "desks").values_list("id", flat=True).first()
    before = rows.exclude(after).order_by("urgent", "-due_at", "-id").values_list("id", flat=True).first()
    return before, following


def next_for(user: User, desks: Iterable[Desk], now: datetime, *, after: Review | None = None) -> UUID | None:
    """The next thing this person should look at: given to them or free, and not their own request.

    Behind `after` in the order of the queue; from its beginning where nothing is left there.
    """
    held_by_others = Q(claimed_until__gt=now) & ~Q(claimed_by=user) & ~Q(claimed_by=None)
    rows = in_view(user, "desks", desks, now).exclude(held_by_others)
    rows = rows.exclude(id=after.id) if after else rows
    rows = rows.exclude(run__requester=user).filter(Q(assigned_to=None) | Q(assigned_to=user))
    rows = rows.exclude(status=ReviewStatus.SIGNED_ONCE, decisions__person=user)
    found = None
    if after:
        found = ordered(rows.filter(_behind(after)), "desks").values_list("id", flat=True).first()
    return found or ordered(rows, "desks").values_list("id", flat=True).first()


def _behind(review: Review) -> Q:
    """What comes later in the order of the queue."""
    return (
        Q(urgent=review.urgent, due_at__gt=review.due_at)
        | Q(urgent=review.urgent, due_at=review.due_at, id__gt=review.id)
        | (Q(urgent=False) if review.urgent else Q(pk__in=[]))
    )


def _filtered(rows: QuerySet[Review], search: Search, now: datetime) -> QuerySet[Review]:
    if search.desk:
        rows = rows.filter(desk__slug__in=search.desk)
    if search.agent:
        rows = rows.filter(agent__in=search.agent)
    if search.reason:
        rows = rows.filter(codes__overlap=list(search.reason))
    if search.vendor:
        rows = rows.filter(Q(counterparty__icontains=search.vendor) | Q(title__icontains=search.vendor))
    if search.text:
        rows = rows.filter(_mentions(search.text))
    # An amount is what its face says or what it is worth here, whichever fits.
    if search.amount_from is not None:
        rows = rows.filter(Q(amount__gte=search.amount_from) | Q(converted__gte=search.amount_from))
    if search.amount_to is not None:
        rows = rows.filter(Q(amount__lte=search.amount_to) | Q(converted__lte=search.amount_to))
    if search.age:
        oldest, newest = AGES[search.age]
        rows = rows.filter(opened_at__lte=now - oldest) if oldest else rows
        rows = rows.filter(opened_at__gte=now - newest) if newest else rows
    return rows


def _mentions(text: str) -> Q:
    found = Q(title__icontains=text) | Q(run__given__subject__icontains=text)
    digits = text.upper().removeprefix("R").lstrip("- ")
    if digits.isascii() and digits.isdigit() and len(digits) < 16:
        found |= Q(number=int(digits)) | Q(run__number=int(digits))
    return found


def _failed_check() -> RawSQL:
    # In the database, so that fifty bodies need not travel for fifty yes or no.
    path = "$.facts.checks[*] ? (@.passed == false)"
    sql = "coalesce(jsonb_path_exists(runs_proposal.body, %s::jsonpath), true)"
    return RawSQL(sql, [path], output_field=BooleanField())  # noqa: S611 - no text of a stranger in it


def _number(text: Any) -> Decimal | None:
    try:
        number = Decimal(str(text or "").replace(",", "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**15 else None
