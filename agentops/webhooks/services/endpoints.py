"""Endpoints: made, paused, given a new secret, and asked once more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson

from agentops.core.ids import uuid7
from agentops.core.models import User
from agentops.core.sealed import seal_secret
from agentops.webhooks.errors import WebhookError
from agentops.webhooks.kinds import ROTATION, TEST, TYPES
from agentops.webhooks.models import Delivery, DeliveryStatus, Endpoint, Happening
from agentops.webhooks.places import check_address
from agentops.webhooks.services.recording import check_may_change, new_secret, record
from reviews.models import Desk
from runs.points import durable


def make_endpoint(
    *, name: str, url: str, types: Sequence[str], desk: Desk | None, by: User, now: datetime
) -> tuple[Endpoint, str]:
    """An endpoint, and its secret, which is shown this once. Raises `WebhookError`, `BadAddress`."""
    check_may_change(by)
    if not name.strip():
        raise WebhookError("Give the endpoint a name.")
    chosen = [kind for kind in TYPES if kind in types]
    if not chosen:
        raise WebhookError("Choose at least one thing to tell.")
    check_address(url)  # asks for the name, so no transaction waits for it
    secret, endpoint = new_secret(), Endpoint(id=uuid7(), name=name.strip()[:120], url=url, types=chosen, desk=desk)
    endpoint.secret, endpoint.made_by, endpoint.made_at = seal_secret(endpoint.place, secret), by, now
    told = {"types": chosen, "desk": desk.slug if desk else None}
    with durable("webhook.made"):
        check_may_change(by)
        endpoint.save(force_insert=True)
        record("webhook.endpoint_made", by, "endpoint", str(endpoint.id), **told)
    return endpoint, secret


@durable("webhook.paused")
def pause(*, endpoint_id: UUID, by: User, now: datetime) -> Endpoint:
    """Tell it nothing until it is resumed; what happens meanwhile is not kept for it. Raises `WebhookError`."""
    check_may_change(by)
    endpoint = _locked(endpoint_id)
    if endpoint.active:
        endpoint.active, endpoint.why_off = False, f"Paused by {by.name}"[:200]
        endpoint.save(update_fields=["active", "why_off"])
        record("webhook.endpoint_paused", by, "endpoint", str(endpoint.id))
    return endpoint


@durable("webhook.resumed")
def resume(*, endpoint_id: UUID, by: User, now: datetime) -> Endpoint:
    """Tell it again; what was still under way goes on at once. Raises `WebhookError`."""
    check_may_change(by)
    endpoint = _locked(endpoint_id)
    if not endpoint.active:
        endpoint.active, endpoint.why_off, endpoint.failing_since = True, "", None
        endpoint.save(update_fields=["active", "why_off", "failing_since"])
        endpoint.deliveries.filter(status=DeliveryStatus.PENDING).update(due_at=now)
        record("webhook.endpoint_resumed", by, "endpoint", str(endpoint.id))
    return endpoint


@durable("webhook.rotated")
def rotate(*, endpoint_id: UUID, by: User, now: datetime) -> tuple[Endpoint, str]:
    """A new secret, shown this once; for a day each message is signed with both. Raises `WebhookError`."""
    check_may_change(by)
    endpoint, secret = _locked(endpoint_id), new_secret()
    endpoint.replace_secret(secret, former_until=now + ROTATION)
    record("webhook.endpoint_rotated", by, "endpoint", str(endpoint.id))
    return endpoint, secret


@durable("webhook.send_again")
def send_again(*, delivery_id: UUID, by: User, now: datetime) -> Delivery:
    """Send what was told, or could not be, once more under the same id. Raises `WebhookError`."""
    check_may_change(by)
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("endpoint").get(pk=delivery_id)
    if not delivery.endpoint.active:
        raise WebhookError("This endpoint is off. Resume it first.")
    if delivery.status == DeliveryStatus.PENDING and delivery.lease_until and delivery.lease_until > now:
        raise WebhookError("It is being sent at this moment.")
    delivery.status, delivery.due_at, delivery.lease_until = DeliveryStatus.PENDING, now, None
    delivery.save(update_fields=["status", "due_at", "lease_until"])
    record("webhook.sent_again", by, "delivery", str(delivery.id))
    return delivery


@durable("webhook.test")
def send_test(*, endpoint_id: UUID, by: User, now: datetime) -> Delivery:
    """Send a message that says it is a test. Raises `WebhookError`."""
    check_may_change(by)
    endpoint = _locked(endpoint_id)
    if not endpoint.active:
        raise WebhookError("This endpoint is off. Resume it first.")
    told = {"type": TEST, "timestamp": now.isoformat(), "data": {"endpoint": str(endpoint.id)}}
    happening = Happening.objects.create(type=TEST, subject=uuid7(), at=now, body=orjson.dumps(told).decode())
    record("webhook.tested", by, "endpoint", str(endpoint.id))
    return Delivery.objects.create(happening=happening, endpoint=endpoint, due_at=now)


def _locked(endpoint_id: UUID) -> Endpoint:
    return Endpoint.objects.select_for_update().get(pk=endpoint_id)
