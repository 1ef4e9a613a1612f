"""Every read that spans rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from agentops.core.models import User
from agentops.notifications.concerns import About, load
from agentops.notifications.kinds import KINDS, OPENED
from agentops.notifications.models import Channel, Choice, Delivery, DeliveryStatus, Item, Manner
from agentops.notifications.telling.lines import Line, line_of
from reviews.models import Desk, Review
from reviews.queries.sight import in_sight_of

MOST = 99  # counted; more is "99+"
PAGE = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the bell's page. `line` is None for what this person may not see any more."""

    item: Item
    line: Line | None
    is_over: bool


def unread(person: User) -> int:
    """How many lines of the bell are unread, counted up to one more than `MOST`; one small index is read."""
    return Item.objects.filter(person=person, read_at=None).order_by()[: MOST + 1].count()


def bell(person: User, *, before: UUID | None = None) -> list[Shown]:
    """The newest lines, read ones too; `before` continues after the last one shown."""
    items = Item.objects.filter(person=person).select_related("news", "absent").order_by("-id")
    if before is not None:
        items = items.filter(id__lt=before)
    shown = list(items[:PAGE])
    found = load([one.news for one in shown], reviews_seen_by(person))
    return [_shown(one, found[one.news_id]) for one in shown]


def page_of(person: User, item_id: UUID) -> str:
    """The path of what a line of this person's bell is about; empty where there is nothing to see."""
    item = Item.objects.filter(person=person, pk=item_id).select_related("news").first()
    return load([item.news], reviews_seen_by(person))[item.news_id].path if item else ""


def reviews_seen_by(person: User) -> QuerySet[Review]:
    """The reviews that this person may open."""
    return Review.objects.filter(in_sight_of(person))


def choices_of(person: User) -> dict[str, str]:
    """How somebody chose to hear of each kind, where they chose."""
    return dict(Choice.objects.filter(person=person).values_list("kind", "how"))


def manner_of(person: User) -> Manner:
    """When somebody may be written to; what is usual where they said nothing."""
    return Manner.objects.filter(person=person).first() or Manner(person=person)


def trouble_of(person: User) -> Delivery | None:
    """Their newest mail, if it could not be sent yet or was given up."""
    last = Delivery.objects.filter(person=person, tries__gt=0).order_by("-id").first()
    return last if last and last.status in (DeliveryStatus.PENDING, DeliveryStatus.FAILED) else None


def channels(desk: Desk, now: datetime) -> QuerySet[Channel]:
    """The channels of a desk, each with how much is `waiting` and was given up."""
    return (
        Channel.objects.filter(desk=desk)
        .select_related("made_by")
        .annotate(
            waiting=Count("deliveries", filter=Q(deliveries__status=DeliveryStatus.PENDING)),
            given_up=Count("deliveries", filter=Q(deliveries__status=DeliveryStatus.FAILED)),
        )
        .order_by("-active", "name")
    )


def desks() -> QuerySet[Desk]:
    """Every desk with how many of its channels are `on` and `off`."""
    return Desk.objects.annotate(on=_count(True), off=_count(False)).order_by("name")


def deliveries(channel: Channel, *, most: int = 100) -> list[Delivery]:
    """The newest deliveries of a channel with their attempts."""
    rows = channel.deliveries.select_related("news").prefetch_related("attempts").order_by("-id")
    return list(rows[:most])


def _count(active: bool) -> Coalesce:
    rows = Channel.objects.filter(desk=OuterRef("pk"), active=active).order_by().values("desk")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def _shown(item: Item, about: About) -> Shown:
    is_hidden = not about.path
    kind = KINDS.get(item.kind, OPENED)
    return Shown(item, None if is_hidden else line_of(about, kind), about.is_over)
