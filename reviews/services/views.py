"""Saved views of the queue: kept, shared with a desk, and thrown away."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from agentops.core.models import User
from reviews.models import Desk, SavedView
from reviews.queries.desks import desks_of
from reviews.services.refusals import ReviewError
from runs.points import durable

MOST = 50


class CannotSave(ReviewError):
    """A view that is refused; the message says what to do."""


@durable("review.view_save")
def save_view(*, owner: User, name: str, query: str, desk: Desk | None, now: datetime) -> SavedView:
    """Keep filters under a name; the same name again replaces them. Raises `CannotSave`."""
    name = " ".join(name.split())[:60]
    if not name:
        raise CannotSave("Give the view a name.")
    if len(query) > 1000:
        raise CannotSave("These are more filters than a view can hold.")
    if desk is not None and not desks_of(owner).filter(pk=desk.pk).exists():
        raise CannotSave("Share it with a desk of your own.")
    mine = SavedView.objects.filter(owner=owner)
    if not mine.filter(name=name).exists() and mine.count() >= MOST:
        raise CannotSave(f"You have {MOST} views already. Remove one first.")
    made, _ = SavedView.objects.update_or_create(
        owner=owner, name=name, defaults={"query": query, "desk": desk, "saved_at": now}
    )
    return made


@durable("review.view_remove")
def remove_view(*, view_id: UUID, owner: User) -> None:
    """Throw one's own view away; quiet if there is none."""
    SavedView.objects.filter(pk=view_id, owner=owner).delete()
