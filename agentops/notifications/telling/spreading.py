"""Spreading: from what happened to a line in each bell, a mail to each person who wants one, a message per channel.

All of it in one transaction with the note that it was done, so a crash does it again or not at all, and the unique
constraints hold "once per person and channel" whoever else is at it. What concerned nobody leaves no row.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import Error as DatabaseError
from django.db import transaction
from django.db.models import QuerySet

from agentops.core.clock import database_time, db_now
from agentops.core.models import User
from agentops.notifications.choosing import Choices
from agentops.notifications.concerns import Concerned, concerned, load
from agentops.notifications.kinds import LOUDNESS, How, Kind
from agentops.notifications.models import Channel, Delivery, Item, News
from agentops.notifications.telling.timing import due
from reviews.queries import away_now, who_does_it
from reviews.standing import DECIDE, DECIDERS, standings
from runs.points import durable

log = logging.getLogger(__name__)
AT_ONCE = 100
AGAIN = timedelta(minutes=5)  # after a piece of news that could not be worked out


@dataclass(frozen=True, slots=True)
class Told:
    """One person, why, and how."""

    person: UUID
    kind: Kind
    how: How
    absent: UUID | None = None


def spread() -> int:
    """Work out whom everything concerns that happened since; returns how much that was."""
    done = 0
    while True:
        with durable("news.spread"):
            batch = list(unspread().select_for_update(skip_locked=True).order_by("due_at")[:AT_ONCE])
            round_ = _Round(db_now()) if batch else None
            for news in batch:
                if round_:
                    _spread_one(news, round_)
        done += len(batch)
        if len(batch) < AT_ONCE:
            return done


def unspread() -> QuerySet[News]:
    """What happened and was not worked out yet."""
    return News.objects.filter(spread_at=None, due_at__lte=database_time())


def recipients(found: Concerned, choices: Choices, away: set[UUID], now: datetime) -> Iterator[Told]:
    """Everybody once, with the loudest of their reasons. Somebody who is away keeps the line in the bell; the mail goes
    to who stands in, if it concerns them too or they may decide at the same desk."""
    choices.read(found.people)
    told = {person: Told(person, *choices.loudest(person, why, found.desk)) for person, why in found.people.items()}
    for person in away & set(told):
        one = told[person]
        stand_in = who_does_it(User.objects.get(pk=person), now)
        if stand_in.pk == person or not may_stand_in(stand_in, found):
            continue
        told[person] = Told(person, one.kind, min(one.how, How.BELL, key=LOUDNESS.__getitem__))
        kind, how = choices.loudest(stand_in.pk, found.people[person], found.desk)
        before = told.get(stand_in.pk)
        if before is None or LOUDNESS[how] > LOUDNESS[before.how]:
            told[stand_in.pk] = Told(stand_in.pk, kind, how, absent=person)
    yield from told.values()


class _Round:
    """What is asked for every piece of news of a batch, read once."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.choices = Choices()
        self.away: set[UUID] = {one.person_id for one in away_now(now)}
        self.channels = list(Channel.objects.filter(active=True))


def _spread_one(news: News, round_: _Round) -> None:
    try:
        with transaction.atomic():  # a savepoint: what cannot be worked out holds nothing else up
            _write(news, round_)
    except DatabaseError:
        raise
    except Exception:
        log.exception("news.not_spread", extra={"news": str(news.pk)})
        News.objects.filter(pk=news.pk).update(due_at=round_.now + AGAIN)


def _write(news: News, round_: _Round) -> None:
    found = concerned(load([news])[news.pk])
    told = [one for one in recipients(found, round_.choices, round_.away, round_.now) if one.how != How.NOTHING]
    channels = list(_listening(found, round_.channels))
    if not told and not channels:
        news.delete()
        return
    Item.objects.bulk_create(
        (
            Item(news=news, person_id=one.person, kind=one.kind.code, absent_id=one.absent, at=news.at)
            for one in told
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    mails = (_mail(news, one, found, round_) for one in told if one.how in (How.MAIL, How.DIGEST))
    posts = (Delivery(news=news, kind=kind.code, channel=channel, due_at=round_.now) for channel, kind in channels)
    Delivery.objects.bulk_create([*mails, *posts], ignore_conflicts=True)
    News.objects.filter(pk=news.pk).update(spread_at=round_.now)


def _mail(news: News, one: Told, found: Concerned, round_: _Round) -> Delivery:
    manner = round_.choices.manner(one.person)
    urgent = found.urgent or one.kind.urgent
    return Delivery(
        news=news,
        kind=one.kind.code,
        person_id=one.person,
        digest=one.how == How.DIGEST and not urgent,
        due_at=due(manner, one.how, urgent=urgent, now=round_.now),
    )


def _listening(found: Concerned, channels: list[Channel]) -> Iterator[tuple[Channel, Kind]]:
    """Channels of its desk (of every desk, for what concerns the whole house), each with the reason further up."""
    for channel in channels:
        if found.desk is not None and channel.desk_id != found.desk.pk:
            continue
        wanted = [kind for kind in found.of_desk if kind.code in channel.kinds]
        if wanted:
            yield channel, min(wanted, key=lambda kind: not kind.urgent)


def may_stand_in(stand_in: User, found: Concerned) -> bool:
    """Whether what concerns the one who is away may be told to this person: it is theirs to see."""
    if stand_in.pk in found.people:
        return True
    if found.desk is None or not stand_in.is_active:
        return False
    who = standings([stand_in.pk], found.desk.pk).get(stand_in.pk)
    return bool(who and who.is_person and DECIDE in who.permissions and who.roles & DECIDERS)
