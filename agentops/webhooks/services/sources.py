"""Sources: programs that may call us. Made, paused, given a new secret."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from agentops.core.ids import uuid7
from agentops.core.models import User, UserKind
from agentops.core.sealed import seal_secret
from agentops.webhooks.errors import WebhookError
from agentops.webhooks.kinds import ROTATION
from agentops.webhooks.models import Source
from agentops.webhooks.services.recording import check_may_change, new_secret, record
from runs.agents import UnknownAgent, agents
from runs.points import durable


@durable("webhook.source_made")
def make_source(*, name: str, agent: str, requester: User, by: User, now: datetime) -> tuple[Source, str]:
    """A source, and its secret, which is shown this once. Raises `WebhookError`."""
    check_may_change(by)
    if not name.strip():
        raise WebhookError("Give the source a name.")
    if requester.kind != UserKind.SERVICE or not requester.is_active:
        raise WebhookError("Its runs are asked for by a service user who is active; choose one.")
    try:
        agents.get(agent)
    except UnknownAgent as error:
        raise WebhookError(str(error)) from error
    secret, source = new_secret(), Source(id=uuid7(), name=name.strip()[:120], agent=agent, requester=requester)
    source.secret, source.made_by, source.made_at = seal_secret(source.place, secret), by, now
    source.save(force_insert=True)
    record("webhook.source_made", by, "source", str(source.id), agent=agent, requester=str(requester.id))
    return source, secret


@durable("webhook.source_paused")
def pause_source(*, source_id: UUID, by: User, now: datetime) -> Source:
    """Take no calls of it until it is resumed. Raises `WebhookError`."""
    return _switch(source_id, by, active=False)


@durable("webhook.source_resumed")
def resume_source(*, source_id: UUID, by: User, now: datetime) -> Source:
    """Take its calls again. Raises `WebhookError`."""
    return _switch(source_id, by, active=True)


@durable("webhook.source_rotated")
def rotate_source(*, source_id: UUID, by: User, now: datetime) -> tuple[Source, str]:
    """A new secret, shown this once; the one before counts for a day more. Raises `WebhookError`."""
    check_may_change(by)
    source, secret = Source.objects.select_for_update().get(pk=source_id), new_secret()
    source.replace_secret(secret, former_until=now + ROTATION)
    record("webhook.source_rotated", by, "source", str(source.id))
    return source, secret


def _switch(source_id: UUID, by: User, *, active: bool) -> Source:
    check_may_change(by)
    source = Source.objects.select_for_update().get(pk=source_id)
    if source.active != active:
        source.active = active
        source.save(update_fields=["active"])
        record(f"webhook.source_{'resumed' if active else 'paused'}", by, "source", str(source.id))
    return source
