"""What somebody has read in their own bell. No event: it tells nothing about a decision."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from agentops.core.models import User
from agentops.notifications.models import Item
from runs.points import durable


@durable("news.read")
def mark_read(*, item_id: UUID, person: User, now: datetime) -> bool:
    """Mark one line of their bell as read; False where there is none such unread."""
    return bool(Item.objects.filter(pk=item_id, person=person, read_at=None).update(read_at=now))


@durable("news.read_all")
def mark_all_read(*, person: User, until: UUID, now: datetime) -> int:
    """Mark everything in their bell up to this line as read: what came since was not seen."""
    return Item.objects.filter(person=person, read_at=None, pk__lte=until).update(read_at=now)
