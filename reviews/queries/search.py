"""What somebody asked the queue for: a GET form read into values, and the conditions it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db.models import Q, Subquery
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from agentops.core.models import User
from reviews.queries.cursor import worth
from runs.models import Run

VIEWS = ("mine", "desks", "unclaimed", "second", "overdue", "snoozed", "samples", "done")
SORTS = ("order", "amount", "age", "confidence")
AGES: Mapping[str, tuple[timedelta | None, timedelta | None]] = {
    "hour": (None, timedelta(hours=1)),
    "day": (None, timedelta(days=1)),
    "days": (timedelta(days=1), timedelta(days=3)),
    "older": (timedelta(days=3), None),
}
SURE: Mapping[str, tuple[Decimal | None, Decimal | None]] = {
    "low": (None, Decimal("0.85")),
    "middle": (Decimal("0.85"), Decimal("0.95")),
    "high": (Decimal("0.95"), None),
}
NOBODY, ME = "nobody", "me"


@dataclass(frozen=True, slots=True)
class Search:
    """Everything that cannot be understood is left out."""

    view: str = "desks"
    sort: str = "order"
    desk: tuple[str, ...] = ()
    agent: tuple[str, ...] = ()
    tool: tuple[str, ...] = ()
    reason: tuple[str, ...] = ()
    claim: tuple[str, ...] = ()
    party: tuple[str, ...] = ()  # counterparties by their keys
    vendor: str = ""
    text: str = ""
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    age: str = ""
    sure: str = ""
    after: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> Search:
        """Read a GET form."""
        many = getattr(query, "getlist", lambda name: query.get(name, []))

        def one_of(name: str, allowed: Any, otherwise: str) -> str:
            return str(query.get(name)) if query.get(name) in allowed else otherwise

        return cls(
            view=one_of("view", VIEWS, "desks"),
            sort=one_of("sort", SORTS, "order"),
            desk=tuple(many("desk")),
            agent=tuple(many("agent")),
            tool=tuple(many("tool")),
            reason=tuple(many("reason")),
            claim=tuple(many("claim")),
            party=tuple(many("party")),
            vendor=_text(query.get("vendor", "")),
            text=_text(query.get("q", "")),
            amount_from=_number(query.get("amount_from")),
            amount_to=_number(query.get("amount_to")),
            age=one_of("age", AGES, ""),
            sure=one_of("sure", SURE, ""),
            after=str(query.get("after", ""))[:200],
        )

    @property
    def is_filtered(self) -> bool:
        amounts = (self.amount_from, self.amount_to)
        many = (self.desk, self.agent, self.tool, self.reason, self.claim, self.party)
        return (
            any(many)
            or any((self.vendor, self.text, self.age, self.sure))
            or any(amount is not None for amount in amounts)
        )

    def conditions(self, user: User, now: datetime) -> Q:
        """What a review must be to be found."""
        wanted = Q()
        for part in self.parts(user, now).values():
            wanted &= part
        return wanted

    def parts(self, user: User, now: datetime) -> dict[str, Q]:
        """The same, each filter for itself by its name; only those that are asked for."""
        found = {
            "desk": Q(desk__slug__in=self.desk) if self.desk else Q(),
            "agent": Q(agent__in=self.agent) if self.agent else Q(),
            "tool": Q(tools__overlap=list(self.tool)) if self.tool else Q(),
            "reason": Q(codes__overlap=list(self.reason)) if self.reason else Q(),
            "party": Q(counterparty__in=self.party) if self.party else Q(),
            "claim": _claimed(self.claim, user, now) if self.claim else Q(),
            "vendor": _all_words(self.vendor),
            "text": _mentions(self.text) if self.text else Q(),
            "amount": self._amounts(),
            "age": self._times(now),
            "sure": self._confidence(),
        }
        return {name: part for name, part in found.items() if part}

    def _amounts(self) -> Q:
        # In the house's currency, where it has a rate: what the facet counts, and what the index by worth holds.
        wanted = Q()
        if self.amount_from is not None:
            wanted &= Q(GreaterThanOrEqual(worth(), self.amount_from))
        if self.amount_to is not None:
            wanted &= Q(LessThanOrEqual(worth(), self.amount_to), ~Q(amount=None))
        return wanted

    def _times(self, now: datetime) -> Q:
        if not self.age:
            return Q()
        oldest, newest = AGES[self.age]
        return (Q(opened_at__lte=now - oldest) if oldest else Q()) & (Q(opened_at__gte=now - newest) if newest else Q())

    def _confidence(self) -> Q:
        if not self.sure:
            return Q()
        least, below = SURE[self.sure]
        return (Q(confidence__gte=least) if least else Q()) & (Q(confidence__lt=below) if below else Q())


def _claimed(names: tuple[str, ...], user: User, now: datetime) -> Q:
    held = Q(claimed_until__gt=now)
    wanted = Q(pk__in=[])
    for name in names:
        if name == NOBODY:
            wanted |= Q(claimed_by=None) | Q(claimed_until__lte=now)
        elif name == ME:
            wanted |= held & Q(claimed_by=user)
        else:
            wanted |= held & Q(claimed_by=_uuid(name))
    return wanted


def _all_words(text: str) -> Q:
    found = Q()
    for term in text.lower().split():
        found &= Q(words__contains=term)
    return found


def _mentions(text: str) -> Q:
    found = _all_words(text)
    digits = text.upper().removeprefix("R").lstrip("- ")
    if digits.isascii() and digits.isdigit() and len(digits) < 16:
        found |= Q(number=int(digits)) | Q(run=_run_numbered(int(digits)))
    amount = _number(text)
    if amount is not None and "." in text:
        found |= Q(amount=amount)
    return found


def _run_numbered(number: int) -> Subquery:
    # Looked up first, not joined: each part of the search keeps its own index.
    return Subquery(Run.objects.filter(number=number).values("id")[:1])


def _text(given: Any) -> str:
    return str(given).replace("\x00", "").strip()[:120]


def _number(text: Any) -> Decimal | None:
    try:
        number = Decimal(str(text or "").replace(",", "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and -12 < number.adjusted() < 15 else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
