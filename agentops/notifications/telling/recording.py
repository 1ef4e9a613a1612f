"""What became of an attempt: the row of it, the delivery's next turn, and the channel that is off after ten failures.

Anything that was taken is sent. A channel that answers 410 is gone for good; everything else is tried again, later
each time, and later still where the receiver asks for it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agentops.core.audit.trail import Actor, Event, append
from agentops.notifications.models import Attempt, Channel, Delivery, DeliveryStatus
from runs.points import durable

TIMEOUT = timedelta(seconds=15)
# News of yesterday helps nobody in a channel; a mail server may be away for a weekend.
WAITS_OF_CHANNELS = tuple(timedelta(seconds=wait) for wait in (10, 60, 300, 1800, 7200))
WAITS_OF_MAILS = tuple(timedelta(minutes=wait) for wait in (1, 5, 15, 60, 180, 360, 720, 1440, 1440))
LONGEST_WAIT = timedelta(hours=24)
MOST_FAILURES = 10  # of a channel, one after the other
COURIER = Actor.system("news courier")
STREAM = "notifications"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt went."""

    status: int | None = None
    error: str = ""
    answer: str = ""
    wait: float | None = None  # seconds the receiver asked for
    is_mail: bool = False

    @property
    def is_sent(self) -> bool:
        return not self.error if self.is_mail else self.status is not None and 200 <= self.status < 300

    @property
    def told(self) -> str:
        return self.error or ("sent" if self.is_mail else f"answered {self.status}")


@durable("news.drop")
def drop(deliveries: Sequence[Delivery], why: str) -> None:
    """These are told to nobody any more."""
    pending = Delivery.objects.filter(pk__in=[one.pk for one in deliveries], status=DeliveryStatus.PENDING)
    pending.update(status=DeliveryStatus.DROPPED, told=why[:200], lease_until=None)


@durable("news.record")
def record(deliveries: Sequence[Delivery], outcome: Outcome, at: datetime, milliseconds: int) -> None:
    """Write down how an attempt went, for each thing it told. A twin that came later changes nothing that is over."""
    channel = deliveries[0].channel_id and Channel.objects.select_for_update().get(pk=deliveries[0].channel_id)
    ids = [one.pk for one in deliveries]
    for delivery in Delivery.objects.select_for_update().filter(pk__in=ids).order_by("pk"):
        delivery.tries += 1
        delivery.lease_until = None
        Attempt.objects.create(
            delivery=delivery,
            number=delivery.tries,
            at=at,
            milliseconds=milliseconds,
            status=outcome.status,
            error=outcome.error[:200],
            answer=outcome.answer,
        )
        if delivery.status in (DeliveryStatus.PENDING, DeliveryStatus.FAILED):
            delivery.told = outcome.told[:200]
            _move(delivery, outcome, at)
        delivery.save(update_fields=["tries", "lease_until", "told", "status", "due_at"])
    if channel:
        _count(channel, outcome)


def _move(delivery: Delivery, outcome: Outcome, at: datetime) -> None:
    waits = WAITS_OF_CHANNELS if delivery.channel_id else WAITS_OF_MAILS
    if outcome.is_sent:
        delivery.status = DeliveryStatus.SENT
    elif delivery.tries > len(waits) or outcome.status == 410:
        delivery.status = DeliveryStatus.FAILED
    else:
        usual = waits[delivery.tries - 1] * random.uniform(1.0, 1.2)  # noqa: S311 - spreads load, guards nothing
        delivery.due_at = at + min(max(usual, timedelta(seconds=outcome.wait or 0)), LONGEST_WAIT)


def _count(channel: Channel, outcome: Outcome) -> None:
    channel.failures = 0 if outcome.is_sent else channel.failures + 1
    if channel.active and outcome.status == 410:
        _switch_off(channel, "It answered 410: nobody wants this any more.")
    elif channel.active and channel.failures >= MOST_FAILURES:
        _switch_off(channel, f"{channel.failures} attempts in a row failed; the last one: {outcome.told}")
    channel.save(update_fields=["failures", "active", "why_off"])


def _switch_off(channel: Channel, why: str) -> None:
    channel.active, channel.why_off = False, why[:200]
    append(STREAM, Event(action="news.channel_off", actor=COURIER, object=("channel", str(channel.id), None)))
