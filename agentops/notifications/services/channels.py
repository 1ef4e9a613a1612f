"""Channels of a desk: made, paused, resumed, and tried."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from agentops.core.ids import uuid7
from agentops.core.models import User
from agentops.notifications.errors import NewsError
from agentops.notifications.kinds import OF_DESKS, OPENED, Event
from agentops.notifications.models import Channel, Delivery, DeliveryStatus, News, Shape
from agentops.notifications.services.recording import check_may_change, record
from reviews.models import Desk
from runs.points import durable
from tools_registry.http.outside import why_not_outside


def make_channel(
    *, desk: Desk, name: str, shape: str, url: str, kinds: Sequence[str], shows_amount: bool, by: User, now: datetime
) -> Channel:
    """A channel that hears of these kinds; its address is kept sealed and never shown again. Raises `NewsError`."""
    check_may_change(by)
    chosen = [code for code in OF_DESKS if code in kinds]
    if not name.strip():
        raise NewsError("Give the channel a name.")
    if shape not in Shape.values:
        raise NewsError("Say whether it is a channel of Slack or of Teams.")
    if not chosen:
        raise NewsError("Choose at least one thing to tell.")
    if why := why_not_outside(url):  # asks for the name, so no transaction waits for it
        raise NewsError(why)
    channel = Channel(
        id=uuid7(), desk=desk, name=name.strip()[:120], shape=shape, kinds=chosen, made_by=by, made_at=now
    )
    channel.host, channel.shows_amount = (urlsplit(url).hostname or "")[:253], shows_amount
    channel.seal(url)
    with durable("news.channel"):
        check_may_change(by)
        channel.save(force_insert=True)
        told = {"desk": desk.slug, "shape": shape, "host": channel.host, "kinds": chosen, "shows_amount": shows_amount}
        record("news.channel_made", by, "channel", str(channel.pk), **told)
    return channel


@durable("news.channel_pause")
def pause_channel(*, channel_id: UUID, by: User) -> Channel:
    """Tell it nothing until it is resumed; what happens meanwhile is not kept for it. Raises `NewsError`."""
    check_may_change(by)
    channel = _locked(channel_id)
    if channel.active:
        channel.active, channel.why_off = False, f"Paused by {by.name}"[:200]
        channel.save(update_fields=["active", "why_off"])
        record("news.channel_paused", by, "channel", str(channel.pk))
    return channel


@durable("news.channel_resume")
def resume_channel(*, channel_id: UUID, by: User, now: datetime) -> Channel:
    """Tell it again; what was still under way goes on at once. Raises `NewsError`."""
    check_may_change(by)
    channel = _locked(channel_id)
    if not channel.active:
        channel.active, channel.why_off, channel.failures = True, "", 0
        channel.save(update_fields=["active", "why_off", "failures"])
        channel.deliveries.filter(status=DeliveryStatus.PENDING).update(due_at=now)
        record("news.channel_resumed", by, "channel", str(channel.pk))
    return channel


@durable("news.channel_test")
def test_channel(*, channel_id: UUID, by: User, now: datetime) -> Delivery:
    """Send a message that says it is a test. Raises `NewsError`."""
    check_may_change(by)
    channel = _on(_locked(channel_id))
    news = News.objects.create(event=Event.TEST, at=now, due_at=now, spread_at=now)
    record("news.channel_tested", by, "channel", str(channel.pk))
    return Delivery.objects.create(news=news, kind=OPENED.code, channel=channel, due_at=now)


@durable("news.send_again")
def send_again(*, delivery_id: UUID, by: User, now: datetime) -> Delivery:
    """Try once more what was given up. Raises `NewsError`, `Delivery.DoesNotExist`."""
    check_may_change(by)
    given_up = Delivery.objects.select_for_update(of=("self",)).select_related("channel")
    delivery = given_up.get(pk=delivery_id, channel__isnull=False)
    if delivery.channel is not None:
        _on(delivery.channel)
    if delivery.status != DeliveryStatus.FAILED:
        raise NewsError("Only what was given up is sent again.")
    delivery.status, delivery.due_at, delivery.lease_until = DeliveryStatus.PENDING, now, None
    delivery.save(update_fields=["status", "due_at", "lease_until"])
    record("news.sent_again", by, "delivery", str(delivery.pk))
    return delivery


def _locked(channel_id: UUID) -> Channel:
    return Channel.objects.select_for_update().get(pk=channel_id)


def _on(channel: Channel) -> Channel:
    if not channel.active:
        raise NewsError("This channel is off. Resume it first.")
    return channel
